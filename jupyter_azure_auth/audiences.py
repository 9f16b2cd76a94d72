"""Short names of Azure resources, as in Microsoft Fabric, and their scopes in each cloud."""

from __future__ import annotations

import os
import re
from typing import Final

from ._clouds import CLOUDS, DEFAULT_CLOUD, cloud_of_environment

NAMES: Final = tuple(CLOUDS[DEFAULT_CLOUD].audiences)

_WHOLE: Final = re.compile(r"[/:]|^[0-9a-f]{8}-", re.IGNORECASE)
"""What distinguishes a scope from a name: a path, a scheme, or an id."""


def scope_of(scope_or_name: str, cloud: str | None = None) -> str:
    """Return the scope that a short name stands for; a scope stands for itself.

    :param scope_or_name: one of :data:`NAMES`, in any case, or a scope or resource.
    :param cloud: ``AzureCloud``, ``AzureChinaCloud`` or ``AzureUSGovernment``; None for the cloud
        that the environment names (``AZURE_AUTHORITY_HOST``, ``AZUREML_CURRENT_CLOUD``), otherwise
        the public one.
    :raises ValueError: the name is unknown, or the cloud has no names.
    """
    if _WHOLE.search(scope_or_name):
        return scope_or_name
    name, known = scope_or_name.casefold(), known_cloud(cloud)
    if name not in NAMES:
        raise ValueError(
            f"{scope_or_name!r} is neither a scope, for example "
            f"'https://storage.azure.com/.default', nor one of the names {', '.join(NAMES)}."
        )
    return f"{CLOUDS[known].audiences[name]}/.default"


def known_cloud(cloud: str | None) -> str:
    """Return the name of a cloud whose endpoints are known.

    :raises ValueError: it is another cloud.
    """
    name = cloud or cloud_of_environment(os.environ, None)
    if name is None:
        return DEFAULT_CLOUD
    if name not in CLOUDS:
        raise ValueError(
            f"The endpoints of this cloud are not known, only those of {', '.join(CLOUDS)}. Pass "
            "`cloud`, or a full scope."
        )
    return name
