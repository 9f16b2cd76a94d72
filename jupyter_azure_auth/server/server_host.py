"""Whether a request to a server without a login used one of this server's host names.

If users log in, a page under another name has no cookie. If they do not, and Jupyter's check of
``Host`` is turned off (``allow_remote_access``), any website whose name resolves to this server has
the same origin as this server (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler


def is_server_host(handler: JupyterHandler) -> bool:
    """Whether a login protects this request, or its ``Host`` is a name of this server."""
    if handler.identity_provider.auth_enabled:
        return True
    host = _host_in(f"//{handler.request.headers.get('Host', '')}")
    return _is_address(host) or host in _server_names(handler)


def _server_names(handler: JupyterHandler) -> set[str]:
    settings = handler.settings
    app = handler.serverapp
    urls = (app and app.custom_display_url, settings.get("allow_origin"))
    listed = settings.get("local_hostnames", ["localhost"])
    return {name.lower() for name in listed} | {_host_in(str(url or "")) for url in urls} - {""}


def _host_in(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    """Whether it is an IP address: no name was resolved, so DNS rebinding is not possible."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
