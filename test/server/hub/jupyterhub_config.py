"""Configures the Hub of ``real_hub.py``: without a proxy, each server is asked at its own port."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

HOMES = Path(os.environ["HUB_TEST_HOMES"])
PORTS: dict[str, int] = {
    name: int(os.environ[f"HUB_TEST_{name}_PORT"]) for name in ("PUBLIC", "HUB", "SERVER")
}


class NoProxy(Proxy):  # type: ignore[misc]
    """Records the routes only."""

    should_start = False
    routes: dict[str, Any] = {}  # noqa: RUF012 (a trait's default)

    async def add_route(self, routespec: str, target: str, data: Any) -> None:
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self.routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, Any]:
        return dict(self.routes)


class Spawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Starts servers that find the Hub's packages and this project's."""

    def get_env(self) -> dict[str, str]:
        kept = ("PYTHONPATH", "JUPYTER_CONFIG_DIR", "AZURE_POD_IDENTITY_AUTHORITY_HOST")
        return {**super().get_env(), **{name: os.environ[name] for name in kept}}


c: Any = get_config()  # type: ignore[name-defined] # noqa: F821
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = Spawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.port = PORTS["SERVER"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.Spawner.home_dir_template = str(HOMES / "{username}")
c.JupyterHub.bind_url = f"http://127.0.0.1:{PORTS['PUBLIC']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORTS['HUB']}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = str(HOMES / "secret")
c.JupyterHub.services = [{"name": "tester", "api_token": os.environ["HUB_TEST_TOKEN"]}]
c.JupyterHub.load_roles = [
    {
        "name": "tester",
        "scopes": ["admin:users", "admin:servers", "tokens", "access:servers"],
        "services": ["tester"],
    },
    {"name": "guest", "scopes": ["self", "access:servers!user=alice"], "users": ["bob"]},
]
