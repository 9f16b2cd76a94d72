"""``InteractiveLoginAuthentication`` as a subclass of azureml-core's, and as its default.

Only this module imports azureml-core, which takes 0.8 s.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from azure.core.exceptions import ClientAuthenticationError
from azureml._vendor.azure_cli_core.auth.old_adal_authentication import AdalAuthentication
from azureml._vendor.azure_cli_core.azureml_cloud import _Clouds
from azureml._vendor.azure_cli_core.cloud import KNOWN_CLOUDS
from azureml.core.authentication import InteractiveLoginAuthentication as Original
from azureml.core.authentication import _SubscriptionInfo
from azureml.exceptions import AuthenticationException, UserErrorException

from jupyter_azure_auth.kernel.exceptions import AzureAuthError, AzureAuthUnavailableError

from .authentication import InteractiveLoginAuthentication as Light
from .clouds import CLOUDS
from .exceptions import Exceptions

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType


class _FailedError(AuthenticationException, AzureAuthError):  # type: ignore[misc]
    """An exception of both azureml and azure-core, which are independent of each other."""

    def __init__(self, message: str, code: str = "failed") -> None:
        ClientAuthenticationError.__init__(self, message)
        AuthenticationException.__init__(self, message)
        self.code = code


class _UnavailableError(_FailedError, AzureAuthUnavailableError):
    """An exception for when no source can answer."""


class _WrongArgumentError(UserErrorException, ValueError):  # type: ignore[misc]
    """An invalid argument."""


# azureml's texts begin with the class name, which users search for.
_FailedError.__name__ = _UnavailableError.__name__ = AuthenticationException.__name__
_WrongArgumentError.__name__ = UserErrorException.__name__


class InteractiveLoginAuthentication(Light, Original):  # type: ignore[misc]
    """Our class as a subclass of the original. None of the original's sign-in code runs."""

    __doc__ = Light.__doc__

    _exceptions = Exceptions(_FailedError, _UnavailableError, _WrongArgumentError)

    def _known_clouds(self) -> Collection[str]:
        more = KNOWN_CLOUDS if os.environ.get("ARM_CLOUD_METADATA_URL") else []
        return tuple(dict.fromkeys([*CLOUDS, *(cloud.name for cloud in more)]))

    def _cloud(self, name: str) -> Any:
        # With a known name only: for others it queries Azure for its clouds, for 30 s.
        return _Clouds.get_cloud_or_default(name)

    def _azureml_resource(self) -> str:
        return str(self._get_aml_resource_id())

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        found, tenant_id = super()._get_all_subscription_ids()
        return [_SubscriptionInfo(*one) for one in found], tenant_id

    def _get_adal_auth_object(self, is_graph_auth: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Return an object that gets a valid token for every use.

        The original parses the opaque token for its expiry instead. A token is requested before the
        object is returned, because its callers would turn a failure into a TypeError.
        """
        endpoints = self._cloud_type.endpoints
        resource = (
            endpoints.active_directory_graph_resource_id
            if is_graph_auth
            else endpoints.active_directory_resource_id
        )

        def retrieve(_resource: object) -> tuple[str, str, dict[str, int]]:
            token = self.get_token(f"{resource}/.default")
            return "Bearer", token.token, {"expires_on": token.expires_on}

        retrieve(None)
        return AdalAuthentication(retrieve)


# Pickles refer to the class by its public name.
InteractiveLoginAuthentication.__module__ = "jupyter_azure_auth"

PATCHED_MODULES: Final = (
    "azureml.core.workspace",
    "azureml.core.private_endpoint",
    "azureml._project.project",
)
"""Modules of azureml-core 1.61 that create the class without arguments for ``auth=None``. They look
it up by name in their own globals, so only these are changed: ``azureml.core.authentication`` keeps
its class."""

CLASS_NAME: Final = Original.__name__

_replaced: Final[list[ModuleType]] = []


def install() -> None:
    """Replace the class in these modules. Further calls have no effect."""
    if _replaced:
        return
    for name in PATCHED_MODULES:
        module = import_module(name)
        # Keep a replacement by other code.
        if getattr(module, CLASS_NAME, None) is Original:
            setattr(module, CLASS_NAME, InteractiveLoginAuthentication)
            _replaced.append(module)


def uninstall() -> None:
    """Restore the original class. Existing workspaces keep their authentication."""
    while _replaced:
        module = _replaced.pop()
        if getattr(module, CLASS_NAME, None) is InteractiveLoginAuthentication:
            setattr(module, CLASS_NAME, Original)
