"""Whether a request reached this server by a name that is its own, where nothing else guards it.

Where people log in, a page of another name has no cookie. Where nobody does, and Jupyter's own look
at ``Host`` is turned off (``allow_remote_access``), any website that lets its name point here is of
"our" origin (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler


def is_own_host(handler: JupyterHandler) -> bool:
    """Tell whether a login protects this request, or its ``Host`` is a name of this server."""
    if handler.identity_provider.auth_enabled:
        return True
    host = _host_in(f"//{handler.request.headers.get('Host', '')}")
    return _is_address(host) or host in _own_names(handler)


def _own_names(handler: JupyterHandler) -> set[str]:
    settings = handler.settings
    app = handler.serverapp
    told = (app and app.custom_display_url, settings.get("allow_origin"))
    listed = settings.get("local_hostnames", ["localhost"])
    return {name.lower() for name in listed} | {_host_in(str(url or "")) for url in told} - {""}


def _host_in(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    """Tell whether it is a number: no name was looked up, so none can point elsewhere."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
