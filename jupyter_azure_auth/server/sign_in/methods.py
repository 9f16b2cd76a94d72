"""The interactive sign-in methods of the server extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .device_code.sign_in import DeviceCodeSignIn
from .loopback.sign_in import LoopbackSignIn

if TYPE_CHECKING:
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.user_sessions import UserSessions


class SignInMethods(NamedTuple):
    """Every method. The routes of each are in :mod:`jupyter_azure_auth.server.routes.table`."""

    loopback: LoopbackSignIn
    device_code: DeviceCodeSignIn

    @classmethod
    def create(cls, config: AzureAuthConfig, user_sessions: UserSessions) -> SignInMethods:
        """Return the methods, whose sign-ins are added to ``user_sessions``."""
        return cls(LoopbackSignIn(config, user_sessions), DeviceCodeSignIn(config, user_sessions))
