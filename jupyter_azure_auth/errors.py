"""The errors of a kernel: code, text for the user, and kind of exception."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ._error_catalog import CELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.kernel.exceptions import AzureAuthError, AzureAuthUnavailableError
    from jupyter_azure_auth.kernel.protocol import Refusal


class ErrorText(NamedTuple):
    """The text of an error: a sentence and a remedy."""

    sentence: str
    remedy: str
    unavailable: bool = False
    """Whether no source could answer, so that a ``ChainedTokenCredential`` tries the next one.

    Otherwise a source refused, and the chain stops."""


ERRORS: Final[Mapping[str, ErrorText]] = {code: ErrorText(*row) for code, row in CELL.items()}
"""Of the codes that the page can send, the protocol defines a closed list."""

# The value of `--claims-challenge` begins like a token, because it is also JSON in base64.
_SECRET_PATTERN: Final = re.compile(
    r"eyJ[\w-]{8,}(\.[\w-]+)+|(?<!--claims-challenge )eyJ[\w-]{8,}"
    r"|\b(code|state|client_info|refresh_token|access_token|id_token)"
    r"""["']?\s*[=:]\s*["']?[^\s&"',}]+|\bBearer\s+\S+""",
    re.IGNORECASE,
)


def describe(refusal: Refusal) -> str:
    """Return the text of an error: what went wrong and what to do.

    :param refusal: text from the page is scrubbed again, although the page has scrubbed it.
    :returns: one line, one more for each candidate, and one for an administrator. Ends with the
        most specific code.
    """
    error = ERRORS.get(refusal.code, ERRORS["failed"])
    text = f"{refusal.message or error.sentence} {refusal.remedy or error.remedy}"
    lines = "".join(f"- {line}\n" for line in refusal.candidates)
    lines += f"For your administrator: {refusal.trace}\n" if refusal.trace else ""
    text += f"\n{lines}" if lines else " "
    return f"{_SECRET_PATTERN.sub('[hidden]', text)}[{refusal.detail or refusal.code}]"


def exception(refusal: Refusal) -> AzureAuthError | AzureAuthUnavailableError:
    """Return the exception to raise. Imports azure-identity (120 ms), only when there is one."""
    from jupyter_azure_auth.kernel.exceptions import (  # noqa: PLC0415
        AzureAuthError,
        AzureAuthUnavailableError,
        unretried,
    )

    unavailable = ERRORS.get(refusal.code, ERRORS["failed"]).unavailable
    kind = AzureAuthUnavailableError if unavailable else AzureAuthError
    return unretried(kind)(describe(refusal), refusal.code)
