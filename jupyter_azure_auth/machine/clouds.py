"""The clouds of Azure by name: who signs in there, and what their resource manager is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN: Final = ""
"""The name of a cloud that has none here."""


class Cloud(NamedTuple):
    """What differs between clouds."""

    login_hosts: tuple[str, ...]
    instances: str
    """Last part of the addresses of Azure ML's compute instances."""
    manager_scope: str
    """Scope of the resource manager. For the US Government it is not the endpoint's own name."""


CLOUDS: Final[dict[str, Cloud]] = {
    "AzureCloud": Cloud(
        ("login.microsoftonline.com",), "azureml.ms", "https://management.azure.com/.default"
    ),
    "AzureChinaCloud": Cloud(
        ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
        "azureml.cn",
        "https://management.chinacloudapi.cn/.default",
    ),
    "AzureUSGovernment": Cloud(
        ("login.microsoftonline.us",),
        "azureml.us",
        "https://management.core.usgovcloudapi.net/.default",
    ),
}


def cloud_of(environ: Mapping[str, str], suffix: str | None) -> str | None:
    """Say which cloud this machine is in, :data:`OWN` for one without a name.

    :param suffix: the domain of a compute instance, where its mark tells it.
    :returns: None where nothing tells.
    """
    if authority := environ.get("AZURE_AUTHORITY_HOST"):
        return _by_login_host(authority)
    if (name := environ.get("AZUREML_CURRENT_CLOUD")) in CLOUDS:
        return name
    ends = (name for name, cloud in CLOUDS.items() if (suffix or "").endswith(cloud.instances))
    return next(ends, None)


def _by_login_host(authority: str) -> str:
    try:
        host = urlsplit(authority if "//" in authority else f"//{authority}").hostname
    except ValueError:
        return OWN
    return next((name for name, cloud in CLOUDS.items() if host in cloud.login_hosts), OWN)
