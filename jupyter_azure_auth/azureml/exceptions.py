"""What is raised, by the names that azureml-core has for it; its own classes where it is there.

Importing this loads azure-identity, as raising anything does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from jupyter_azure_auth.errors import TROUBLES, describe
from jupyter_azure_auth.kernel.exceptions import (
    AzureAuthError,
    AzureAuthUnavailableError,
    unretried,
)
from jupyter_azure_auth.kernel.protocol import Refusal


class AuthenticationException(AzureAuthError):  # noqa: N818 (azureml-core's name)
    """No token came of it."""


class NobodyAnsweredException(  # noqa: N818
    AuthenticationException, AzureAuthUnavailableError
):
    """Nobody can answer: a ``ChainedTokenCredential`` goes on."""


class UserErrorException(ValueError):  # noqa: N818 (azureml-core's name)
    """An argument that can not be used."""


class Exceptions(NamedTuple):
    """The classes to raise."""

    failed: type[AzureAuthError]
    unavailable: type[AzureAuthUnavailableError]
    wrong_argument: type[ValueError]

    def of(self, refusal: Refusal) -> Exception:
        """Make the exception for a refusal, scrubbed, with its remedy."""
        known = TROUBLES.get(refusal.code, TROUBLES["failed"])
        kind = self.unavailable if known.unavailable else self.failed
        return unretried(kind)(describe(refusal), refusal.code)

    def convert(self, error: Exception) -> Exception:
        """Make it of what a credential raised. Its text is scrubbed, whoever wrote it."""
        if isinstance(error, self.failed | self.unavailable):
            return error
        if isinstance(error, AzureAuthError | AzureAuthUnavailableError):
            kind = self.unavailable if isinstance(error, AzureAuthUnavailableError) else self.failed
            return unretried(kind)(error.message, error.code)
        if isinstance(error, ValueError):
            return self.wrong_argument(str(error))
        return self.of(Refusal("failed", _named(error)))


def _named(error: Exception) -> str:
    """Name it by its AADSTS code, or by what it is: its text can hold anything."""
    code = re.search(r"AADSTS\d{4,8}", str(error))
    return f"The sign-in to Azure failed ({code[0] if code else type(error).__name__})."


OWN = Exceptions(AuthenticationException, NobodyAnsweredException, UserErrorException)
