"""The class that ``from jupyter_azure_auth import InteractiveLoginAuthentication`` imports.

If azureml-core is installed, the class becomes a subclass of the original on first use of its name,
because azureml's contexts assert the type and its users call ``isinstance``. This imports
azureml-core (0.8 s), which a user of the class needs anyway; no other module imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .authentication import InteractiveLoginAuthentication as _Light

__all__ = ["InteractiveLoginAuthentication"]

if TYPE_CHECKING:
    from .authentication import InteractiveLoginAuthentication
else:
    try:
        from .sdk_subclass import InteractiveLoginAuthentication
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("azureml"):
            raise
        InteractiveLoginAuthentication = _Light
    # Pickles refer to the class by its public name.
    InteractiveLoginAuthentication.__module__ = "jupyter_azure_auth"
