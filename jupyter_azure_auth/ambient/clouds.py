"""The Azure clouds by name, with their login hosts and the scope of their resource manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

UNNAMED_CLOUD: Final = ""
"""Name of a cloud that is not in the table."""


class Cloud(NamedTuple):
    """The properties of a cloud."""

    login_hosts: tuple[str, ...]
    instances: str
    """Domain suffix of Azure ML's compute instances."""
    manager_scope: str
    """Scope of the resource manager. For US Government it differs from the endpoint's host."""
    storage_suffix: str
    """Last part of the addresses of storage accounts."""


CLOUDS: Final[dict[str, Cloud]] = {
    "AzureCloud": Cloud(
        ("login.microsoftonline.com",),
        "azureml.ms",
        "https://management.azure.com/.default",
        "core.windows.net",
    ),
    "AzureChinaCloud": Cloud(
        ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
        "azureml.cn",
        "https://management.chinacloudapi.cn/.default",
        "core.chinacloudapi.cn",
    ),
    "AzureUSGovernment": Cloud(
        ("login.microsoftonline.us",),
        "azureml.us",
        "https://management.core.usgovcloudapi.net/.default",
        "core.usgovcloudapi.net",
    ),
}


def cloud_of(environ: Mapping[str, str], suffix: str | None) -> str | None:
    """Return the cloud that this machine is in, or :data:`UNNAMED_CLOUD` for one that is not in the
    table.

    :param suffix: domain suffix of a compute instance, if its marker file has one.
    :returns: None if the cloud is unknown.
    """
    if authority := environ.get("AZURE_AUTHORITY_HOST"):
        return cloud_of_authority(authority)
    if (name := environ.get("AZUREML_CURRENT_CLOUD")) in CLOUDS:
        return name
    ends = (name for name, cloud in CLOUDS.items() if (suffix or "").endswith(cloud.instances))
    return next(ends, None)


def cloud_of_authority(authority: str) -> str:
    """Return the cloud of an authority, :data:`UNNAMED_CLOUD` for one that is in none of them."""
    try:
        host = urlsplit(authority if "//" in authority else f"//{authority}").hostname
    except ValueError:
        return UNNAMED_CLOUD
    return next(
        (name for name, cloud in CLOUDS.items() if host in cloud.login_hosts), UNNAMED_CLOUD
    )
