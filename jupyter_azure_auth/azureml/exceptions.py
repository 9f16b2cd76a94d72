"""Exceptions with azureml-core's names, and azureml-core's classes if it is installed.

Importing this imports azure-identity, as raising any exception of a credential does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from jupyter_azure_auth.errors import ERRORS, describe
from jupyter_azure_auth.kernel.exceptions import (
    AzureAuthError,
    AzureAuthUnavailableError,
    unretried,
)
from jupyter_azure_auth.kernel.protocol import Refusal


class AuthenticationException(AzureAuthError):  # noqa: N818 (azureml-core's name)
    """A source refused the token: a ``ChainedTokenCredential`` stops."""


class NoAnswerException(  # noqa: N818
    AuthenticationException, AzureAuthUnavailableError
):
    """No source can answer: a ``ChainedTokenCredential`` tries its next credential."""


class UserErrorException(ValueError):  # noqa: N818 (azureml-core's name)
    """An invalid argument."""


class Exceptions(NamedTuple):
    """The exception classes to raise."""

    failed: type[AzureAuthError]
    unavailable: type[AzureAuthUnavailableError]
    wrong_argument: type[ValueError]

    def of(self, refusal: Refusal) -> Exception:
        """Return the exception for a refusal, with a scrubbed text and its remedy."""
        known = ERRORS.get(refusal.code, ERRORS["failed"])
        kind = self.unavailable if known.unavailable else self.failed
        return unretried(kind)(describe(refusal), refusal.code)

    def convert(self, error: Exception) -> Exception:
        """Return the exception for one of a credential. Texts of other packages are dropped."""
        if isinstance(error, self.failed | self.unavailable):
            return error
        if isinstance(error, AzureAuthError | AzureAuthUnavailableError):
            kind = self.unavailable if isinstance(error, AzureAuthUnavailableError) else self.failed
            return unretried(kind)(error.message, error.code)
        if isinstance(error, ValueError):
            return self.wrong_argument(str(error))
        return self.of(_refusal(error))


def _refusal(error: Exception) -> Refusal:
    """Return the AADSTS code or the type of an error, because its text may contain secrets."""
    number = re.search(r"AADSTS\d{4,8}", str(error))
    if number is None:
        return Refusal("failed", f"The sign-in to Azure failed with a {type(error).__name__}.")
    return Refusal("failed", detail=number[0])


FALLBACK_EXCEPTIONS = Exceptions(AuthenticationException, NoAnswerException, UserErrorException)
