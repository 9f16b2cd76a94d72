"""Detects the kind of host and the protocol of its identity, from files and variables only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from jupyter_azure_auth._clouds import cloud_of_environment
from jupyter_azure_auth.endpoint_variables import PARENT_SERVER_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jupyter_azure_auth._models import SourceName

HostKind = Literal[
    "compute-instance",
    "azure-ml",
    "azure-notebooks",
    "cloud-shell",
    "service-fabric",
    "functions",
    "container-apps",
    "app-service",
    "arc",
    "aks",
    "jupyterhub",
    "plain",
]

EndpointProtocol = Literal[
    "service-fabric",
    "app-service",
    "parent-server",
    "arc",
    "half-configured",
    "msi",
    "msi-legacy",
    "aks",
    "imds",
]
"""How azure-identity requests a token. With ``half-configured`` it requests none.

With ``parent-server`` it would request one of the user, who is not an ambient identity.
"""

WORKLOAD: Final = ("AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE")

WORKLOAD_CLIENT: Final = "AZURE_CLIENT_ID"
"""Selects one of several identities. azure-identity requires it for workload identities."""

ENDPOINT_PROTOCOLS: Final[tuple[tuple[EndpointProtocol, tuple[str, ...]], ...]] = (
    ("service-fabric", ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT")),
    ("app-service", ("IDENTITY_ENDPOINT", "IDENTITY_HEADER")),
    ("arc", ("IDENTITY_ENDPOINT", "IMDS_ENDPOINT")),
    ("half-configured", ("IDENTITY_ENDPOINT",)),  # azure-identity stops here
    ("msi", ("MSI_ENDPOINT", "MSI_SECRET")),
    ("msi-legacy", ("MSI_ENDPOINT",)),
    ("aks", WORKLOAD),
)
"""Protocols in order of precedence, each with its variables, all of which must be non-empty.

The order is that of ``azure.identity.ManagedIdentityCredential``, which otherwise tries IMDS.
"""

TITLES: Final[dict[HostKind, str]] = {
    "compute-instance": "Azure Machine Learning compute instance",
    "azure-ml": "Azure Machine Learning",
    "azure-notebooks": "Azure Notebooks",
    "cloud-shell": "Azure Cloud Shell",
    "service-fabric": "Azure Service Fabric",
    "functions": "Azure Functions",
    "container-apps": "Azure Container Apps",
    "app-service": "Azure App Service",
    "arc": "Azure Arc",
    "aks": "Kubernetes with workload identity",
    "jupyterhub": "JupyterHub in Azure",
    "plain": "Azure",
}

_MARK_PATH: Final = "mnt/azmnt/.nbvm"
_MARK_LIMIT: Final = 4096
_LINE: Final = re.compile(r"^[ \t]*(\w+)[ \t]*=[ \t]*([A-Za-z0-9_.-]{1,64})[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True)
class Host:
    """A machine and the protocol of its identity."""

    kind: HostKind
    protocol: EndpointProtocol
    instance: str | None = None
    """Name of the compute instance, if it is known."""
    cloud: str | None = None
    """A name, or :data:`.._clouds.UNNAMED_CLOUD`; None if the cloud is unknown."""

    @property
    def title(self) -> str:
        """Name of the host for display, if it has an identity."""
        if self.protocol == "imds" and self.kind in ("jupyterhub", "plain"):
            return "Azure virtual machine"
        return " ".join(filter(None, (TITLES[self.kind], self.instance)))

    @property
    def source(self) -> SourceName:
        """The source that requests its tokens."""
        return "connect-to-azure" if self.protocol == "msi-legacy" else "managed-identity"


def detect_host(environ: Mapping[str, str], root: Path) -> Host:
    """Return the host of this process. Sends no request: a host that needs a probe is ``plain``.

    :param environ: usually ``os.environ``. An empty variable counts as unset.
    :param root: folder that contains ``mnt/azmnt/.nbvm``, ``/`` outside of tests.
    """
    present = {name for name, value in environ.items() if value}
    imds: EndpointProtocol = "imds"
    protocol = next(
        (protocol for protocol, needs in ENDPOINT_PROTOCOLS if present.issuperset(needs)), imds
    )
    if urlsplit(environ.get("IDENTITY_ENDPOINT", "")).path == PARENT_SERVER_PATH:
        protocol = "parent-server"
    mark = _read_mark(root)
    fields = dict(_LINE.findall(mark or ""))
    return Host(
        _kind(environ, protocol, marked=mark is not None),
        protocol,
        fields.get("instance"),
        cloud_of_environment(environ, fields.get("domainsuffix")),
    )


def _kind(environ: Mapping[str, str], protocol: EndpointProtocol, *, marked: bool) -> HostKind:  # noqa: PLR0911
    if marked or environ.get("APPSETTING_WEBSITE_SITE_NAME") == "AMLComputeInstance":
        return "compute-instance"
    if any(environ.get(f"AZURE_NOTEBOOKS_{name}") for name in ("HOST", "SERVER_URL", "VMVERSION")):
        return "azure-notebooks"
    if environ.get("AZUREPS_HOST_ENVIRONMENT", "").startswith("cloud-shell"):
        return "cloud-shell"
    match protocol:
        case "msi" if any(name.startswith("AZUREML_") for name in environ):
            return "azure-ml"
        case "app-service" | "msi":
            if environ.get("CONTAINER_APP_NAME"):
                return "container-apps"
            return "functions" if environ.get("FUNCTIONS_WORKER_RUNTIME") else "app-service"
        case "service-fabric" | "arc" | "aks":
            return protocol
        case _:
            return "jupyterhub" if environ.get("JUPYTERHUB_SERVICE_PREFIX") else "plain"


def _read_mark(root: Path) -> str | None:
    """Return the content of the marker file of compute instances, or None."""
    try:
        with (root / _MARK_PATH).open(encoding="utf-8", errors="replace") as file:
            return file.read(_MARK_LIMIT)
    except OSError:
        return None
