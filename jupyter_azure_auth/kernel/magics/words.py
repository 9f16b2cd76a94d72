"""What the magics say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.cache import TokenCache
    from jupyter_azure_auth.kernel.protocol import Issued, Status

SOURCES: Final = {
    "popup": "browser sign-in",
    "loopback": "sign-in held by the Jupyter server",
    "device-code": "sign-in with a code, held by the Jupyter server",
    "managed-identity": "managed identity of the machine",
    "connect-to-azure": "Connect to Azure",
    "azure-cli": "sign-in of the Azure CLI",
}
"""The panel's words for them, in the language of a kernel."""

OUTCOMES: Final = {"used": "used", "not_used": "not used", "not_asked": "not asked"}

STATES: Final = {
    "starting": "JupyterLab does not know yet who is signed in to Azure. Run this again.",
    "not-configured": "No way to sign in to Azure is set up: the Azure panel (left sidebar) says "
    "what is missing.",
    "signed-out": "Nobody is signed in to Azure. %azure_login or the Azure panel (left sidebar) "
    "signs in.",
    "signing-in": "A sign-in to Azure is under way: finish it in its window.",
    "needs-attention": "The sign-in to Azure needs you: the Azure panel (left sidebar) says why.",
}


def signed_in(token: Issued) -> str:
    """Say for whom a token is that has just come."""
    if token.account is not None:
        return f"Signed in to Azure as {_plain(token.account.username)}."
    return f"This kernel acts by the {SOURCES.get(token.origin, token.origin)}; nobody signed in."


def status_lines(status: Status) -> list[str]:
    """Say as whom a page's kernels act, and how that was chosen."""
    lines = [] if status.state == "signed-in" else [STATES.get(status.state, STATES["starting"])]
    if status.username:
        username, name = _plain(status.username), _plain(status.name)
        whom = username if name in ("", username) else f"{username} ({name})"
        verb = "Acts on Azure" if status.automatic else "Signed in to Azure"
        lines.insert(0, f"{verb} as {whom}: {_source(status.source)}.")
    if status.considered:
        lines.append("How this was chosen:")
    for row in status.considered:
        outcome = OUTCOMES.get(row.outcome, _plain(row.outcome))
        reason = f". {_plain(row.reason)}" if row.reason else ""
        lines.append(f"  {_source(row.source)}: {outcome}{reason}")
    return lines


def alone(tokens: TokenCache) -> list[str]:
    """Say the same where no page answers."""
    lines = ["No page of JupyterLab answers this kernel."]
    held = {entry.issued.origin: entry.issued for entry in tuple(tokens.entries.values())}
    for origin, token in held.items():
        whom = f" of {_plain(token.account.username)}" if token.account else ""
        lines.append(f"It holds tokens{whom}: {_source(origin)}.")
    return lines


def _source(name: str) -> str:
    return SOURCES.get(name, _plain(name))


def _plain(text: str) -> str:
    """Keep a text of the page to its line."""
    return " ".join(text.split())
