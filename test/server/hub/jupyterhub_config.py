"""Configures the Hub of ``real_hub.py``, and the one of ``test/e2e/hub.ts``.

The first has no proxy: its only server is asked at its own port.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

from test.server.hub.administrators_page import hub_configuration

HOMES = Path(os.environ["HUB_TEST_HOMES"])
PORTS: dict[str, int] = {
    name: int(os.environ.get(f"HUB_TEST_{name}_PORT", "0"))
    for name in ("PUBLIC", "HUB", "SERVER", "PROXY")
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
        kept = os.environ["HUB_TEST_KEPT"].split(",")
        return {**super().get_env(), **{name: os.environ[name] for name in kept}}


c: Any = get_config()  # type: ignore[name-defined] # noqa: F821
if PORTS["PROXY"]:
    # Started by the test, so that it cannot outlive it.
    c.ConfigurableHTTPProxy.should_start = False
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORTS['PROXY']}"
else:
    c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = Spawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.port = PORTS["SERVER"]
# In the Hub's process group, so that they end with it.
c.Spawner.popen_kwargs = {"start_new_session": False}
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.Spawner.home_dir_template = str(HOMES / "{username}")
c.JupyterHub.bind_url = f"http://127.0.0.1:{PORTS['PUBLIC']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORTS['HUB']}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = str(HOMES / "secret")
c.JupyterHub.services = [{"name": "tester", "api_token": os.environ["HUB_TEST_TOKEN"]}]
# What an administrator copies from the documentation.
exec(hub_configuration(), {"c": c})  # noqa: S102
c.JupyterHub.load_roles += [
    {
        "name": "tester",
        "scopes": ["admin:users", "admin:servers", "tokens", "access:servers"],
        "services": ["tester"],
    },
]
