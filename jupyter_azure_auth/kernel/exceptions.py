"""The exceptions of :mod:`jupyter_azure_auth.errors`. Importing this loads azure-identity."""

from __future__ import annotations

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError


class AzureAuthError(ClientAuthenticationError):
    """Somebody answered, and no token comes of it: a ``ChainedTokenCredential`` stops.

    :ivar code: a key of :data:`jupyter_azure_auth.errors.TROUBLES`.
    """

    def __init__(self, message: str, code: str = "failed") -> None:
        super().__init__(message)
        self.code = code


class AzureAuthUnavailableError(CredentialUnavailableError):
    """Nobody can answer: a ``ChainedTokenCredential`` goes on.

    :ivar code: as above.
    """

    def __init__(self, message: str, code: str = "unavailable") -> None:
        super().__init__(message)
        self.code = code
