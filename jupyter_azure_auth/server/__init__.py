"""The server extension: its configuration, and the sign-ins that the server holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join

from jupyter_azure_auth.server.process_access.publisher import publisher_of
from jupyter_azure_auth.server.routes.table import all_rules
from jupyter_azure_auth.server.services import create_services
from jupyter_azure_auth.server.sign_in.loopback.redirect_handlers import add_root_rules
from jupyter_azure_auth.server.traits import load_config

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Read the configuration once and add the routes, all but one below ``<base>/azure-auth/``.

    :param serverapp: the server that starts. An invalid configuration does not stop it; the log
        says so once, and so does the panel.
    """
    config = load_config(serverapp.config)
    if config.problem is not None:
        serverapp.log.error("jupyter-azure-auth has an invalid setting: %s", config.problem)
    services = create_services(serverapp, config)
    base = url_path_join(serverapp.base_url, "azure-auth")
    serverapp.web_app.add_handlers(".*$", all_rules(services, base))  # type: ignore[no-untyped-call]
    finish = url_path_join(base, "loopback", "finish")
    add_root_rules(serverapp.web_app, services.methods.loopback, finish)
    if not hasattr(serverapp, "_post_start"):  # an older server does not call the next function
        serverapp.io_loop.add_callback(services.publisher.publish_when_listening)


async def _start_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Write the connection file. Jupyter calls this when the server is up."""
    await publisher_of(serverapp.web_app.settings).publish_when_listening()
