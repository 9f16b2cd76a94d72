"""The part that runs in Jupyter's server: tells the page what the administrator configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join

from jupyter_azure_auth.server.configuration import load_environment
from jupyter_azure_auth.server.environment_route import EnvironmentRoute

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Read the configuration once and add the routes, all below ``<base>/azure-auth/``.

    :param serverapp: the server that starts; a configuration in error does not stop it, but is
        said once in its log and by the panel.
    """
    environment = load_environment(serverapp.config)
    if environment.problem is not None:
        serverapp.log.error("jupyter-azure-auth is not configured: %s", environment.problem)
    path = url_path_join(serverapp.base_url, "azure-auth", "environment")
    routes = [(path, EnvironmentRoute, {"environment": environment})]
    serverapp.web_app.add_handlers(".*$", routes)  # type: ignore[no-untyped-call]
