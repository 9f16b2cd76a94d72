"""The output of the magics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._local_time import local_time
from jupyter_azure_auth._models import UNKNOWN
from jupyter_azure_auth._source_names import SOURCE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.kernel.cache import TokenCache
    from jupyter_azure_auth.kernel.protocol import Candidate, IssuedToken, Status

OUTCOMES: Final = {
    "selected": "used",
    "unavailable": "not used",
    "skipped": "not asked",
    "available": "asked when a token is needed",
}

STATES: Final = {
    "starting": "JupyterLab is still checking your sign-in to Azure. Run this again.",
    "not-configured": "Signing in to Azure is not set up. The Azure panel (left sidebar) shows "
    "what is missing.",
    "searching": "You are not signed in to Azure, and JupyterLab is still looking for an identity "
    "of this machine. Run this again.",
    "signed-out": "You are not signed in to Azure. Sign in with %azure_login or from the Azure "
    "panel (left sidebar).",
    "signing-out": "Signed out of Azure here, but the Jupyter server has not confirmed it yet. "
    "JupyterLab keeps trying.",
    "signing-in": "A sign-in to Azure is in progress. Finish it in its window.",
    "needs-attention": "The sign-in to Azure needs your attention. See the Azure panel (left "
    "sidebar).",
}


def signed_in_text(token: IssuedToken) -> str:
    """Return the line about the account of a new token."""
    if token.account is not None:
        return f"Signed in to Azure as {_plain(token.account.username)}."
    return f"No sign-in was needed. This kernel uses {_source(token.origin)}."


def status_lines(status: Status) -> list[str]:
    """Return the lines about the identity of a page's kernels and how it was selected."""
    lines = [] if status.state == "signed-in" else [STATES.get(status.state, STATES["starting"])]
    if status.username:
        username, name = _plain(status.username), _plain(status.name)
        user = username if name in ("", username) else f"{username} ({name})"
        verb = "Acts on Azure" if status.ambient else "Signed in to Azure"
        source = f": {_source(status.source)}" if status.source else ""
        lines.insert(0, f"{verb} as {user}{source}.")
    if status.tenant_id not in ("", UNKNOWN):
        lines.append(f"Tenant: {_plain(status.tenant_id)}.")
    if status.expires_on is not None:
        lines.append(f"Sign in again by {local_time(status.expires_on)}.")
    return [*lines, *_candidate_lines(status.candidates)]


def status_without_page(tokens: TokenCache, candidates: Sequence[Candidate]) -> list[str]:
    """Return the lines for a kernel that no page answers.

    :param candidates: the ambient sources.
    """
    lines = ["No JupyterLab page answers this kernel."]
    held = {entry.issued.origin: entry.issued for entry in tuple(tokens.entries.values())}
    for origin, token in held.items():
        user = f" of {_plain(token.account.username)}" if token.account else ""
        lines.append(f"It holds tokens{user}: {_source(origin)}.")
    return [*lines, *_candidate_lines(candidates)]


def terminal_lines(account: Account) -> list[str]:
    """Return the lines for a process that holds its own sign-in."""
    lines = [f"Signed in to Azure as {_plain(account.username)}: in this process, until it ends."]
    return [*lines, f"Tenant: {_plain(account.tenant_id)}."]


def holder_lines(username: str, status: Status | None) -> list[str]:
    """Return the line about whose tokens this kernel holds, if its page does not say so.

    :param username: empty if the kernel acts as no account.
    :param status: the page's answer; None if it says nothing about its user.
    """
    if not username or (status and username.casefold() == status.username.casefold()):
        return []
    return [f"This kernel acts as {_plain(username)}, and so does everyone who uses it."]


def token_lines(tokens: TokenCache) -> list[str]:
    """Return the line about the validity of this kernel's tokens; none if it has none."""
    ends = [entry.issued.expires_on for entry in tuple(tokens.entries.values())]
    if not ends:
        return []
    last = local_time(max(ends))
    return [f"This kernel's tokens are renewed when needed. They expire by {last}."]


def held_username(tokens: TokenCache) -> str:
    """Return the user name of the newest token; empty if this kernel has none."""
    accounts = [entry.issued.account for entry in tuple(tokens.entries.values())]
    return next((account.username for account in reversed(accounts) if account), "")


def azure_cli_lines(cli_user: str | None, username: str) -> list[str]:
    """Return a line if the Azure CLI acts as an account other than this kernel's.

    :param cli_user: None if the CLI is not signed in.
    :param username: empty if the kernel acts as no account.
    """
    if cli_user is None or username.casefold() in ("", cli_user.casefold()):
        return []
    return [f"The Azure CLI is signed in with a different account: {_plain(cli_user)}."]


def unverified_tenants(tokens: TokenCache) -> list[str]:
    """Return a line for each resource whose token does not show its tenant."""
    scopes = sorted(
        key[0][0]
        for key, entry in tuple(tokens.entries.items())
        if key[1] is not None and _hides_tenant(entry.issued)
    )
    return [
        f"The tenant of the token for {_plain(scope)} is unverified: the token cannot be read."
        for scope in dict.fromkeys(scopes)
    ]


def _hides_tenant(token: IssuedToken) -> bool:
    account = token.account
    return token.tenant_unverified or (account is not None and account.tenant_id == UNKNOWN)


def _candidate_lines(rows: Sequence[Candidate]) -> Iterator[str]:
    if rows:
        yield "How this was chosen:"
    for row in rows:
        outcome = OUTCOMES.get(row.outcome, _plain(row.outcome))
        yield f"  {_source(row.source)}: {outcome}{'. ' if row.reason else ''}{_plain(row.reason)}"


def _source(name: str) -> str:
    return SOURCE_NAMES.get(name, _plain(name))


def _plain(text: str) -> str:
    """Return a text of the page without line breaks."""
    return " ".join(text.split())
