"""The Azure clouds, with azureml-core's names and endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth import _clouds

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
    name: Cloud(
        name,
        Endpoints(
            cloud.resource_manager,
            f"https://{cloud.login_host}",
            cloud.resource_manager_v1_audience,
            cloud.azure_ad_graph_audience,
            cloud.azureml_audience,
        ),
    )
    for name, cloud in _clouds.CLOUDS.items()
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
