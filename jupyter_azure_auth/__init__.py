"""Credentials for the user who is signed in to Azure in JupyterLab."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_azure_auth.azureml import InteractiveLoginAuthentication
    from jupyter_azure_auth.kernel.credential import JupyterCredential
    from jupyter_azure_auth.kernel.exceptions import AzureAuthError, AzureAuthUnavailableError
    from jupyter_azure_auth.kernel.widget import SignInWidget as SignInWidget

    from .odbc import odbc_attributes
    from .storage import storage_options
    from .token_provider import bearer_token_provider

# Without the widget, so that `import *` works when ipywidgets is not installed.
__all__ = [
    "AzureAuthError",
    "AzureAuthUnavailableError",
    "InteractiveLoginAuthentication",
    "JupyterCredential",
    "bearer_token_provider",
    "odbc_attributes",
    "storage_options",
]

_HOME = {
    "AzureAuthError": ".kernel.exceptions",
    "AzureAuthUnavailableError": ".kernel.exceptions",
    "InteractiveLoginAuthentication": ".azureml",
    "JupyterCredential": ".kernel.credential",
    "SignInWidget": ".kernel.widget",
    "bearer_token_provider": ".token_provider",
    "odbc_attributes": ".odbc",
    "storage_options": ".storage",
}
"""Module of each public name, imported on first use (PEP 562).

Importing azure-core takes 20 ms, importing this package 5 ms.
"""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-azure-auth"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyter_azure_auth.server", "name": "jupyter_azure_auth"}]


def load_ipython_extension(shell: Any) -> None:
    """Add the magics. Called by ``%load_ext jupyter_azure_auth``."""
    from jupyter_azure_auth.kernel.magics import load  # noqa: PLC0415 (IPython, azure-core and azure-identity)

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics. Called by ``%unload_ext jupyter_azure_auth``."""
    from jupyter_azure_auth.kernel.magics import unload  # noqa: PLC0415

    unload(shell)


# Every Python kernel that can be connected derives from ipykernel's. A process without one, such as
# a Jupyter server that starts, does not wait for these modules.
if "ipykernel.kernelbase" in sys.modules:
    from jupyter_azure_auth.kernel.attach import attach

    attach()
