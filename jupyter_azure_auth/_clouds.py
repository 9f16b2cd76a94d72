"""The Azure clouds by name, with their hosts and audiences. ``clouds.json`` has the values.

The page's part of them, ``src/auth/clouds.ts``, is generated from the same file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

UNNAMED_CLOUD: Final = ""
"""Name of a cloud that is not in the table."""


class Cloud(NamedTuple):
    """The properties of a cloud. A trailing slash is part of an audience."""

    login_hosts: tuple[str, ...]
    """The authority's host; after it, the host of its issuer, if that is another one."""
    device_code_hosts: tuple[str, ...]
    """Hosts of the pages where users type a code, in addition to the authority itself. Entra has
    named these so far: ``microsoft.com/devicelogin``, ``/deviceloginchina`` and ``/deviceloginus``,
    ``www.microsoft.com/link``, ``login.microsoft.com/device``."""
    resource_manager: str
    """Address of Azure Resource Manager, as in azureml-core."""
    resource_manager_v1_audience: str
    """Resource Manager's older audience, which azureml-core uses."""
    azure_ad_graph_audience: str
    azureml_audience: str
    compute_instance_suffix: str
    """Last part of the domains of Azure ML's compute instances."""
    storage_suffix: str
    """Last part of the addresses of storage accounts."""
    audiences: Mapping[str, str]
    """Audiences by short name, as in Microsoft Fabric. For US Government, Resource Manager's is not
    its address: azure-identity, azure-mgmt-core and the Azure CLI agree, and a test compares."""

    @property
    def login_host(self) -> str:
        """The authority's host."""
        return self.login_hosts[0]

    @property
    def manager_scope(self) -> str:
        """Scope of Resource Manager."""
        return f"{self.audiences['arm']}/.default"


def _read_clouds() -> dict[str, Cloud]:
    table = json.loads(Path(__file__).with_name("clouds.json").read_text(encoding="utf-8"))
    return {
        name: Cloud(**{key: _frozen(value) for key, value in fields.items()})
        for name, fields in table.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


CLOUDS: Final = _read_clouds()
"""Clouds by the names of the Azure CLI, the public one first."""

DEFAULT_CLOUD: Final = next(iter(CLOUDS))


def cloud_of_environment(environ: Mapping[str, str], suffix: str | None) -> str | None:
    """Return the cloud that this machine is in, or :data:`UNNAMED_CLOUD` for one that is not in the
    table.

    :param suffix: domain suffix of a compute instance, if its marker file has one.
    :returns: None if the cloud is unknown.
    """
    if authority := environ.get("AZURE_AUTHORITY_HOST"):
        return cloud_of_authority(authority)
    if (name := environ.get("AZUREML_CURRENT_CLOUD")) in CLOUDS:
        return name
    return next(
        (
            name
            for name, cloud in CLOUDS.items()
            if (suffix or "").endswith(cloud.compute_instance_suffix)
        ),
        None,
    )


def cloud_of_authority(authority: str) -> str:
    """Return the cloud of an authority, :data:`UNNAMED_CLOUD` for one that is in none of them."""
    try:
        host = urlsplit(authority if "//" in authority else f"//{authority}").hostname
    except ValueError:
        return UNNAMED_CLOUD
    return next(
        (name for name, cloud in CLOUDS.items() if host in cloud.login_hosts), UNNAMED_CLOUD
    )
