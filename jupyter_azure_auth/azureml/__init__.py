"""Azure ML's SDK v1: ``InteractiveLoginAuthentication``, and a notebook extension of this name.

``%load_ext jupyter_azure_auth.azureml`` lets ``Workspace.from_config()`` and ``Workspace(…)`` use
it where no ``auth`` is given. Nothing here loads azureml-core before somebody asks for it.
"""

from __future__ import annotations

from typing import Any


def load_ipython_extension(_shell: Any) -> None:
    """Run by ``%load_ext jupyter_azure_auth.azureml``."""
    from .default import install  # noqa: PLC0415 (loads azureml-core)

    install()


def unload_ipython_extension(_shell: Any) -> None:
    """Run by ``%unload_ext jupyter_azure_auth.azureml``: everything is as before."""
    from .default import uninstall  # noqa: PLC0415

    uninstall()
