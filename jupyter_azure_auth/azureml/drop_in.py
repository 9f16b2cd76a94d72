"""The class that ``from jupyter_azure_auth import InteractiveLoginAuthentication`` hands out.

With azureml-core installed it is made a subclass of the original when its name is first asked for:
contexts of azureml assert what they are given, and its users write ``isinstance``. That loads
azureml-core, 0.8 s, which whoever asks for the name needs anyway; nothing else here loads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .authentication import InteractiveLoginAuthentication as _Light

__all__ = ["InteractiveLoginAuthentication"]

if TYPE_CHECKING:
    from .authentication import InteractiveLoginAuthentication
else:
    try:
        from .original import InteractiveLoginAuthentication
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("azureml"):
            raise
        InteractiveLoginAuthentication = _Light
    # Pickles name it by where users find it.
    InteractiveLoginAuthentication.__module__ = "jupyter_azure_auth"
