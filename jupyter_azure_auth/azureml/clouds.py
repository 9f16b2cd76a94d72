"""The Azure clouds, with azureml-core's names and endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CLOUD_VARIABLE: Final = "AZUREML_CURRENT_CLOUD"


@dataclass(frozen=True)
class Endpoints:
    """Addresses and resource ids of a cloud. A trailing slash is part of an id."""

    resource_manager: str
    active_directory: str
    active_directory_resource_id: str
    active_directory_graph_resource_id: str
    azureml_resource_id: str


@dataclass(frozen=True)
class Cloud:
    """The fields of azureml-core's object of that name that its packages read."""

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
class CloudChoice:
    """A cloud, and whether it was named explicitly."""

    name: str
    named: bool

    @property
    def required(self) -> str | None:
        """The cloud that a token must be for; None for the cloud of JupyterLab."""
        return self.name if self.named else None


def choose_cloud(
    argument: object,
    environ: Mapping[str, str],
    configured: str,
    known: Collection[str] = tuple(CLOUDS),
) -> CloudChoice:
    """Return the cloud as azureml-core does: argument, environment, Azure CLI, ``AzureCloud``.

    Unlike azureml-core, it does not replace an unknown name with the default.

    :param argument: the constructor's argument.
    :param environ: environment variables, usually ``os.environ``.
    :param configured: the Azure CLI's configured cloud; empty for none.
    :param known: names of the clouds, the default first.
    :raises ValueError: a name is unknown; the text names its origin and the known clouds.
    """
    for what, name in (("cloud", argument), (CLOUD_VARIABLE, environ.get(CLOUD_VARIABLE) or None)):
        if name is None:
            continue
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, or not set.")
        return CloudChoice(name, named=True)
    # The CLI may be set to a cloud that is registered in the CLI only, which is ignored.
    if configured in known:
        return CloudChoice(configured, named=True)
    return CloudChoice(next(iter(known)), named=False)
