"""All errors of a kernel, in one table: code, text for the user, and kind of exception."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.exceptions import AzureAuthError, AzureAuthUnavailableError
    from jupyter_azure_auth.kernel.protocol import Refusal


class ErrorText(NamedTuple):
    """The text of an error: a sentence and a remedy."""

    sentence: str
    remedy: str
    unavailable: bool = False
    """Whether no source could answer, so that a ``ChainedTokenCredential`` tries the next one.

    Otherwise a source refused, and the chain stops."""


_SIGN_IN: Final = "Sign in from the Azure panel (left sidebar), then run the cell again."
_SEE_PANEL: Final = "The Azure panel in JupyterLab shows why."
SAME_VERSION: Final = (
    "Install the same version of jupyter-azure-auth for the server and for this kernel, restart "
    "both and reload the page."
)

ERRORS: Final[dict[str, ErrorText]] = {
    # Sent by the page; the protocol defines this closed list.
    "sign_in_required": ErrorText(
        "You are not signed in to Azure with an account that can get this token.", _SIGN_IN
    ),
    "consent_required": ErrorText(
        "This token needs your consent first.",
        "Run the cell again, and agree when the Azure panel asks.",
    ),
    "cancelled": ErrorText("The sign-in to Azure was cancelled.", _SIGN_IN),
    "denied": ErrorText(
        "You clicked “Not now”, so this cell got no token.",
        "Run the cell again in a minute, or sign in from the Azure panel first.",
    ),
    "signed_out": ErrorText("The user has signed out of Azure.", _SIGN_IN),
    "unsupported_version": ErrorText(
        "JupyterLab and this kernel have incompatible versions of jupyter-azure-auth.",
        SAME_VERSION,
        unavailable=True,
    ),
    "unknown_kind": ErrorText(
        "JupyterLab does not know this type of request.", SAME_VERSION, unavailable=True
    ),
    "old_page": ErrorText(
        "The jupyter-azure-auth of this JupyterLab is older than that of this kernel and cannot do "
        "this.",
        "Upgrade jupyter-azure-auth where the Jupyter server runs, restart the server and reload "
        "the page.",
        unavailable=True,
    ),
    "invalid_message": ErrorText("JupyterLab could not read the request.", SAME_VERSION),
    "wrong_tenant": ErrorText(
        "The token is not for the tenant that this credential asks for.",
        "Sign in from the Azure panel as a user or guest of that tenant, or leave out `tenant_id`.",
    ),
    "unavailable": ErrorText(
        "JupyterLab cannot get tokens right now.", _SEE_PANEL, unavailable=True
    ),
    "failed": ErrorText("The sign-in to Azure failed.", _SEE_PANEL),
    # Found by the kernel.
    "timed_out": ErrorText(
        "The sign-in to Azure did not finish in time.",
        "Run the cell again and follow the Azure panel (left sidebar). If you passed `account`, "
        "sign in as that user.",
    ),
    "no_page": ErrorText(
        "No JupyterLab page answered, and this machine has no Azure identity of its own.",
        "Either open this notebook in JupyterLab with the jupyter-azure-auth extension, or run "
        "`az login`, or use another azure-identity credential.",
        unavailable=True,
    ),
    "user_required": ErrorText(
        "This credential requires a signed-in user (`require_user=True`), and you are not signed "
        "in to Azure.",
        "Open this notebook in JupyterLab, sign in from the Azure panel (left sidebar), then run "
        "the cell again.",
        unavailable=True,
    ),
    "no_kernel": ErrorText(
        "This Python process was not started by a Jupyter server with jupyter-azure-auth, and this "
        "machine has no Azure identity of its own.",
        "Run it in a notebook or a terminal of JupyterLab, run `az login`, or use another "
        "azure-identity credential.",
        unavailable=True,
    ),
    "not_signed_in": ErrorText(
        "You are not signed in to Azure at the Jupyter server that started this process.",
        "Open JupyterLab, sign in from the Azure panel (left sidebar), then run this again.",
        unavailable=True,
    ),
    "server_gone": ErrorText(
        "The Jupyter server that started this process has stopped, or runs on another host.",
        "Start a Jupyter server, and this process again from there.",
        unavailable=True,
    ),
    "on_event_loop": ErrorText(
        "This call would block the event loop of the Jupyter server that has to answer it.",
        "Await `jupyter_azure_auth.aio.JupyterCredential`, or call this in a thread.",
    ),
    "not_interactive": ErrorText(
        "You need to sign in to Azure, but this Python process has neither a JupyterLab page nor a "
        "terminal to ask you in.",
        "Run `az login` first, or open the notebook in JupyterLab with the jupyter-azure-auth "
        "extension.",
        unavailable=True,
    ),
    "page_gone": ErrorText(
        "The JupyterLab page that answered before no longer answers.",
        "Check the network, reload the page, then run the cell again.",
        unavailable=True,
    ),
    "server_refused": ErrorText(
        "Azure refused this token for the sign-in of the Jupyter server.",
        "Open JupyterLab, follow the Azure panel (left sidebar), then run this again.",
    ),
    "server_unavailable": ErrorText(
        "The Jupyter server returned no token. A user may be signed in there, so no other identity "
        "is used.",
        "Open this notebook in JupyterLab, or run this again later.",
        unavailable=True,
    ),
    "shared_kernel": ErrorText(
        "This kernel is shared, so it cannot see your account or sign you out.",
        "See your account, and sign out, in the Azure panel (left sidebar).",
    ),
    "wrong_account": ErrorText(
        "JupyterLab is signed in to Azure with an account other than the one that this credential "
        "asks for.",
        "Sign in with that account from the Azure panel, or leave out `account`.",
    ),
    "other_identity": ErrorText(
        "The Azure account has changed since this credential got its first token.",
        "Create a new JupyterCredential() to use the account that is signed in now.",
    ),
    "identity_gone": ErrorText(
        "This credential uses an identity of this machine or of `az login`, which has no token for "
        "this request.",
        "Follow the line of that source, or create a new JupyterCredential() to use another one.",
        unavailable=True,
    ),
    "token_expired": ErrorText(
        "Each token that this kernel received had already expired: this computer's clock differs "
        "from that of the computer that sent it.",
        "Synchronize both clocks with the network's time, then run the cell again.",
    ),
    "sign_in_unreachable": ErrorText(
        "This credential uses a user's sign-in, which this process cannot reach, and does not "
        "switch to another identity.",
        "Get the data in the notebook and pass it on, or use threads instead of processes. A new "
        "JupyterCredential() created here uses the identity that this process has.",
        unavailable=True,
    ),
    "debug_log": ErrorText(
        "This kernel's debug log is on and would contain the token.",
        "Turn it off (log level INFO, no Session.debug) and restart the kernel.",
        unavailable=True,
    ),
    "unsigned_messages": ErrorText(
        "This kernel's messages are not signed, so any user of this machine could answer.",
        "Remove the empty Session.key from the Jupyter configuration, and restart the kernel.",
        unavailable=True,
    ),
    "plain_transport": ErrorText(
        "This kernel's messages cross the network unencrypted.",
        "Set KernelManager.transport_encryption. If the network is protected in another way, set "
        "JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT=1 in the kernel's environment.",
        unavailable=True,
    ),
}

# The value of `--claims-challenge` begins like a token, because it is JSON in base64, too.
_SECRET_PATTERN: Final = re.compile(
    r"eyJ[\w-]{8,}(\.[\w-]+)+|(?<!--claims-challenge )eyJ[\w-]{8,}"
    r"|\b(code|state|client_info|refresh_token|access_token|id_token)"
    r"""["']?\s*[=:]\s*["']?[^\s&"',}]+|\bBearer\s+\S+""",
    re.IGNORECASE,
)


def describe(refusal: Refusal) -> str:
    """Return the text of an error: what went wrong and what to do.

    :param refusal: text from the page is scrubbed again, although the page scrubs it, too.
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
