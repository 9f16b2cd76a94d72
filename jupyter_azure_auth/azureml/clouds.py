"""The clouds, by the names and with the endpoints that azureml-core knows them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CLOUD_VARIABLE: Final = "AZUREML_CURRENT_CLOUD"


@dataclass(frozen=True)
class Endpoints:
    """Addresses and resource ids of a cloud. The slash at an end is part of an id."""

    resource_manager: str
    active_directory: str
    active_directory_resource_id: str
    active_directory_graph_resource_id: str
    azureml_resource_id: str


@dataclass(frozen=True)
class Cloud:
    """What stands in for azureml-core's object of that name, as far as anybody reads it."""

    name: str
    endpoints: Endpoints


CLOUDS: Final = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "AzureCloud",
            Endpoints(
                "https://management.azure.com/",
                "https://login.microsoftonline.com",
                "https://management.core.windows.net/",
                "https://graph.windows.net/",
                "https://ml.azure.com",
            ),
        ),
        Cloud(
            "AzureChinaCloud",
            Endpoints(
                "https://management.chinacloudapi.cn",
                "https://login.chinacloudapi.cn",
                "https://management.core.chinacloudapi.cn/",
                "https://graph.chinacloudapi.cn/",
                "https://ml.azure.cn",
            ),
        ),
        Cloud(
            "AzureUSGovernment",
            Endpoints(
                "https://management.usgovcloudapi.net/",
                "https://login.microsoftonline.us",
                "https://management.core.usgovcloudapi.net/",
                "https://graph.windows.net/",
                "https://ml.azure.us",
            ),
        ),
    )
}


@dataclass(frozen=True)
class Choice:
    """A cloud, and whether anybody has named it."""

    name: str
    named: bool

    @property
    def wanted(self) -> str | None:
        """What a token has to be of; None: whatever cloud JupyterLab is set to."""
        return self.name if self.named else None


def choose_cloud(
    argument: object,
    environ: Mapping[str, str],
    configured: str,
    known: Collection[str] = tuple(CLOUDS),
) -> Choice:
    """Choose as azureml-core does: argument, environment, Azure CLI, ``AzureCloud``.

    Unlike that it takes no unknown name for the default.

    :param argument: of the constructor.
    :param environ: usually ``os.environ``.
    :param configured: the cloud that the Azure CLI is set to; empty: none.
    :raises ValueError: names what is wrong, and the clouds there are.
    """
    for what, name in (("cloud", argument), (CLOUD_VARIABLE, environ.get(CLOUD_VARIABLE) or None)):
        if name is None:
            continue
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, or not be given.")
        return Choice(name, named=True)
    # The CLI may be set to a cloud of its own making, which says nothing about this one.
    if configured in known:
        return Choice(configured, named=True)
    return Choice(next(iter(known)), named=False)
