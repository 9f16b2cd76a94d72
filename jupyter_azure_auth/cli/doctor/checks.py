"""The list of checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from .azure_checks import check_authority, check_clock, check_manager
from .browser_checks import (
    check_address,
    check_client_id,
    check_host_header,
    check_redirect_page,
)
from .context import Context
from .finding import Finding
from .installation import check_package, check_page_part, check_server_part
from .kernel_check import check_kernel
from .keychain_check import check_keychain
from .process_checks import check_process_access, check_variables
from .server_checks import check_configuration, check_server, check_sign_in, check_sources

Check = Callable[[Context], Finding | Sequence[Finding] | None]
"""Returns what it found; None or nothing if it has nothing to say. Never raises."""

Result = tuple[str, Finding]
"""The name of a check, and a finding of it."""

CHECKS: Final[dict[str, Check]] = {
    "package": check_package,
    "page part": check_page_part,
    "server part": check_server_part,
    "server": check_server,
    "configuration": check_configuration,
    "address": check_address,
    "host header": check_host_header,
    "client id": check_client_id,
    "redirect page": check_redirect_page,
    "authority": check_authority,
    "resource manager": check_manager,
    "clock": check_clock,
    "keychain": check_keychain,
    "sign-in": check_sign_in,
    "sources": check_sources,
    "process access": check_process_access,
    "variables": check_variables,
    "kernel": check_kernel,
}
"""The checks by name, in the order of the report."""


def run_checks(context: Context) -> list[Result]:
    """Return all findings. Takes seconds if Azure, a keychain or the server does not answer."""
    return [(name, finding) for name, check in CHECKS.items() for finding in _all(check(context))]


def _all(outcome: Finding | Sequence[Finding] | None) -> Sequence[Finding]:
    if outcome is None:
        return []
    return [outcome] if isinstance(outcome, Finding) else outcome
