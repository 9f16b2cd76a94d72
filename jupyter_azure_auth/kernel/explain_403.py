"""One line below a cell's traceback if Azure refused a request for lack of a role.

Only requests with a token of this kernel are explained, so that the account is certain. The
exception stays as it is, and nothing is asked of Azure.
"""

from __future__ import annotations

import logging
import os
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cache import TokenCache
    from .protocol import IssuedToken

EXPLAIN_403: Final = "JUPYTER_AZURE_AUTH_EXPLAIN_403"
"""Variable that turns it off, if it is ``0``."""

MAX_CAUSES: Final = 10
"""Exceptions of a chain that are looked at."""

log = logging.getLogger(__name__)


def explain_refusals(kernel: Any) -> None:
    """Look at the errors of all cells from now on. Further calls have no effect."""
    events = getattr(getattr(kernel, "shell", None), "events", None)
    if events is not None:  # only IPython's kernels have them
        events.register("post_run_cell", _on_cell)


def _on_cell(result: Any) -> None:
    """Print the line. Called by IPython when it has shown the traceback."""
    from .attach import tokens  # noqa: PLC0415 (which imports this module)

    if os.environ.get(EXPLAIN_403) == "0":
        return
    try:
        line = explain(getattr(result, "error_in_exec", None), tokens)
    except Exception:  # noqa: BLE001 (whatever a package's exception lacks)
        log.debug("An error from Azure could not be explained.")
        return
    if line is not None:
        print(line)  # noqa: T201


def explain(error: BaseException | None, tokens: TokenCache) -> str | None:
    """Return the line for a cell's error, or None if there is nothing to explain.

    :param tokens: the tokens of this kernel.
    """
    core = sys.modules.get("azure.core.exceptions")
    if error is None or core is None:
        return None
    for cause in _causes(error):
        if isinstance(cause, core.HttpResponseError) and cause.response is not None:
            return _explain(cause, tokens)
    return None


def _explain(error: Any, tokens: TokenCache) -> str | None:
    from .missing_role import find_missing_role  # noqa: PLC0415 (most cells never need it)

    if error.status_code != HTTPStatus.FORBIDDEN:
        return None
    authorization = error.response.request.headers.get("Authorization", "")
    issued = (entry.issued for entry in tuple(tokens.entries.values()))
    used = next((one for one in issued if authorization == f"Bearer {one.token}"), None)
    missing = None if used is None else find_missing_role(error)
    if used is None or missing is None:
        return None
    return f"Azure: {_account(used)} needs {missing.role} on {missing.resource}. {missing.who}"


def _account(issued: IssuedToken) -> str:
    if issued.account is not None:
        return " ".join(issued.account.username.split())
    is_cli = issued.origin == "azure-cli"
    return "the Azure CLI's account" if is_cli else "this machine's managed identity"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return the exception and those that led to it: packages wrap azure-core's."""
    current: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        yield current
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
