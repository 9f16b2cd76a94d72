"""Why processes of this server do not get the identity endpoint's variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined] # not in typeshed

from jupyter_azure_auth.endpoint_variables import HOST_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

Obstacle = Literal["never", "shared_server", "host_identity", "proxy"]

TEXTS: Final[Mapping[Obstacle, str]] = {
    "never": "The administrator has turned this off (c.AzureAuth.identity_endpoint).",
    "shared_server": "This server has several users.",
    "host_identity": "This machine has an identity of its own, which programs keep using.",
    "proxy": "A proxy is set. Add 127.0.0.1 to NO_PROXY and restart Jupyter.",
}
"""Each obstacle and its remedy, for the panel and the command line."""


def find_obstacle(
    environ: Mapping[str, str], *, setting: str, is_shared: bool, has_metadata_service: bool
) -> Obstacle | None:
    """Return the first obstacle, or None.

    :param environ: of the server.
    :param setting: ``c.AzureAuth.identity_endpoint``.
    :param is_shared: whether this server has several users.
    :param has_metadata_service: whether the machine has Azure's metadata service.
    """
    if setting == "never":
        return "never"
    if is_shared:
        return "shared_server"
    if has_metadata_service or any(environ.get(name) for name in HOST_VARIABLES):
        return "host_identity"
    return "proxy" if _sends_loopback_to_proxy(environ) else None


def _sends_loopback_to_proxy(environ: Mapping[str, str]) -> bool:
    """Whether SDKs would send the request, and its secret header, to a proxy."""
    names = {name.lower(): value for name, value in environ.items() if value}
    proxies = {
        scheme: names[f"{scheme}_proxy"] for scheme in ("http", "all") if f"{scheme}_proxy" in names
    }
    return bool(proxies) and not proxy_bypass_environment(
        "127.0.0.1", {**proxies, "no": names.get("no_proxy", "")}
    )
