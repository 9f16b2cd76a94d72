"""Short names of Azure resources, as in Microsoft Fabric, and their scopes in each cloud."""

from __future__ import annotations

import os
import re
from typing import Final

from jupyter_azure_auth.ambient.clouds import CLOUDS, cloud_of

_STORAGE: Final = "https://storage.azure.com"
"""The same in every cloud."""

_RESOURCES: Final[dict[str, tuple[str, str, str]]] = {
    "storage": (_STORAGE, _STORAGE, _STORAGE),
    "sql": (
        "https://database.windows.net",
        "https://database.chinacloudapi.cn",
        "https://database.usgovcloudapi.net",
    ),
    "openai": (
        "https://cognitiveservices.azure.com",
        "https://cognitiveservices.azure.cn",
        "https://cognitiveservices.azure.us",
    ),
    "keyvault": (
        "https://vault.azure.net",
        "https://vault.azure.cn",
        "https://vault.usgovcloudapi.net",
    ),
    "graph": (
        "https://graph.microsoft.com",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://graph.microsoft.us",
    ),
    "kusto": (
        "https://kusto.kusto.windows.net",
        "https://kusto.kusto.chinacloudapi.cn",
        "https://kusto.kusto.usgovcloudapi.net",
    ),
    # The cloud for the US Government is GCC High; GCC signs in to the public cloud.
    "pbi": (
        "https://analysis.windows.net/powerbi/api",
        "https://analysis.chinacloudapi.cn/powerbi/api",
        "https://high.analysis.usgovcloudapi.net/powerbi/api",
    ),
    "postgresql": (
        "https://ossrdbms-aad.database.windows.net",
        "https://ossrdbms-aad.database.chinacloudapi.cn",
        "https://ossrdbms-aad.database.usgovcloudapi.net",
    ),
}
"""Resources by name, in the order of :data:`CLOUDS`, which has the one of the resource manager."""

NAMES: Final = ("arm", *_RESOURCES)

_WHOLE: Final = re.compile(r"[/:]|^[0-9a-f]{8}-", re.IGNORECASE)
"""What distinguishes a scope from a name: a path, a scheme, or an id."""


def scope_of(scope_or_name: str, cloud: str | None = None) -> str:
    """Return the scope that a short name stands for; a scope stands for itself.

    :param scope_or_name: one of :data:`NAMES`, in any case, or a scope or resource.
    :param cloud: ``AzureCloud``, ``AzureChinaCloud`` or ``AzureUSGovernment``; None for the cloud
        that the environment names (``AZURE_AUTHORITY_HOST``, ``AZUREML_CURRENT_CLOUD``), otherwise
        the public one.
    :raises ValueError: the name is unknown, or there are no names for that cloud.
    """
    if _WHOLE.search(scope_or_name):
        return scope_or_name
    name, known = scope_or_name.casefold(), known_cloud(cloud)
    if name not in NAMES:
        raise ValueError(
            f"{scope_or_name!r} is neither a scope, for example "
            f"'https://storage.azure.com/.default', nor one of the names {', '.join(NAMES)}."
        )
    if name == "arm":
        return CLOUDS[known].manager_scope
    return f"{dict(zip(CLOUDS, _RESOURCES[name], strict=True))[known]}/.default"


def known_cloud(cloud: str | None) -> str:
    """Return the name of a cloud whose endpoints are known.

    :raises ValueError: it is another cloud.
    """
    name = cloud or cloud_of(os.environ, None)
    if name is None:
        return next(iter(CLOUDS))
    if name not in CLOUDS:
        raise ValueError(
            f"The endpoints of this cloud are not known, only those of {', '.join(CLOUDS)}. Pass "
            "`cloud`, or a whole scope."
        )
    return name
