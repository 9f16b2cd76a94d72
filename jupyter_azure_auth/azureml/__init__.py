"""``InteractiveLoginAuthentication`` for Azure ML's SDK v1, and an IPython extension.

After ``%load_ext jupyter_azure_auth.azureml``, ``Workspace.from_config()`` and ``Workspace(…)`` use
it if no ``auth`` is given. Importing this package does not import azureml-core.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .authentication import InteractiveLoginAuthentication

__all__ = ["InteractiveLoginAuthentication"]


def __getattr__(name: str) -> type[InteractiveLoginAuthentication]:
    """Return the class, loaded on first use of its name.

    If azureml-core is installed, it is a subclass of the original, because azureml's contexts
    assert the type and its users call ``isinstance``.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(".sdk_class", __name__)
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("azureml"):
            raise
        module = import_module(".authentication", __name__)
    found: type[InteractiveLoginAuthentication] = getattr(module, name)
    globals()[name] = found
    return found


def load_ipython_extension(_shell: Any) -> None:
    """Replace azureml-core's class. Called by ``%load_ext jupyter_azure_auth.azureml``.

    :raises ModuleNotFoundError: azureml-core is not installed in this kernel's environment.
    """
    if not _has_azureml_core():
        raise ModuleNotFoundError(
            "azureml-core is not installed in this kernel's environment. Run `%pip install "
            "azureml-core` in a cell."
        )
    from .sdk_class import install  # noqa: PLC0415 (loads azureml-core)

    install()


def _has_azureml_core() -> bool:
    """Whether azureml-core is installed. Other packages share the name ``azureml``."""
    return find_spec("azureml") is not None and find_spec("azureml.core") is not None


def unload_ipython_extension(_shell: Any) -> None:
    """Restore azureml-core's class. Called by ``%unload_ext jupyter_azure_auth.azureml``."""
    from .sdk_class import uninstall  # noqa: PLC0415

    uninstall()
