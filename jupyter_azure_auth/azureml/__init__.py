"""``InteractiveLoginAuthentication`` for Azure ML's SDK v1, and an IPython extension.

After ``%load_ext jupyter_azure_auth.azureml``, ``Workspace.from_config()`` and ``Workspace(…)`` use
it if no ``auth`` is given. Importing this package does not import azureml-core.
"""

from __future__ import annotations

from typing import Any


def load_ipython_extension(_shell: Any) -> None:
    """Replace azureml-core's class. Called by ``%load_ext jupyter_azure_auth.azureml``."""
    from .default import install  # noqa: PLC0415 (loads azureml-core)

    install()


def unload_ipython_extension(_shell: Any) -> None:
    """Restore azureml-core's class. Called by ``%unload_ext jupyter_azure_auth.azureml``."""
    from .default import uninstall  # noqa: PLC0415

    uninstall()
