"""What can go wrong in a kernel: one table of codes, and what each becomes for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .kernel.exceptions import AzureAuthError, AzureAuthUnavailableError
    from .kernel.protocol import Refusal


class Trouble(NamedTuple):
    """A sentence, the way out of it, and whether anybody has answered at all."""

    sentence: str
    remedy: str
    unavailable: bool = False
    """Nobody can answer: a ``ChainedTokenCredential`` goes on. Else somebody said no: it stops."""


_SIGN_IN: Final = "Sign in from the Azure panel (left sidebar), then run the cell again."
_SEE_PANEL: Final = "The Azure panel of JupyterLab says why."
SAME_VERSION: Final = (
    "Install the same version of jupyter-azure-auth for the server and for this kernel, restart "
    "both and reload the page."
)

TROUBLES: Final[dict[str, Trouble]] = {
    # Said by the page: the closed list of the wire.
    "sign_in_required": Trouble("Nobody is signed in to Azure who could get this token.", _SIGN_IN),
    "consent_required": Trouble(
        "This token needs your consent first.",
        "Run the cell again, and agree when the Azure panel asks.",
    ),
    "cancelled": Trouble("The sign-in to Azure was cancelled.", _SIGN_IN),
    "denied": Trouble(
        "JupyterLab asked for this kernel, and “Not now” was clicked.",
        "Run the cell again in a minute, or sign in from the Azure panel first.",
    ),
    "signed_out": Trouble("The user has signed out of Azure.", _SIGN_IN),
    "unsupported_version": Trouble(
        "JupyterLab and this kernel have versions of jupyter-azure-auth that do not fit together.",
        SAME_VERSION,
        unavailable=True,
    ),
    "unknown_kind": Trouble(
        "JupyterLab does not know what this kernel asks for.", SAME_VERSION, unavailable=True
    ),
    "old_page": Trouble(
        "The jupyter-azure-auth of this JupyterLab is older than this kernel's and cannot do this.",
        "Upgrade jupyter-azure-auth where the Jupyter server runs, restart the server and reload "
        "the page.",
        unavailable=True,
    ),
    "invalid_message": Trouble("JupyterLab could not read the request.", SAME_VERSION),
    "wrong_tenant": Trouble(
        "The token is not of the tenant that this credential asks for.",
        "Sign in from the Azure panel as a user or guest of that tenant, or leave out `tenant_id`.",
    ),
    "unavailable": Trouble("JupyterLab cannot get tokens now.", _SEE_PANEL, unavailable=True),
    "failed": Trouble("The sign-in to Azure failed.", _SEE_PANEL),
    # Found out by the kernel.
    "timed_out": Trouble(
        "The sign-in to Azure was not finished in time.",
        "Run the cell again, and do what the Azure panel (left sidebar) asks for. With `account`, "
        "sign in as that user.",
    ),
    "no_page": Trouble(
        "No JupyterLab page answered, and this machine has no Azure identity of its own.",
        "Either open this notebook in JupyterLab with the jupyter-azure-auth extension, or run "
        "`az login`, or use another azure-identity credential.",
        unavailable=True,
    ),
    "no_kernel": Trouble(
        "This Python is not a Jupyter kernel that a page can answer, and this machine has no Azure "
        "identity of its own.",
        "Run `az login`, or use another azure-identity credential.",
        unavailable=True,
    ),
    "nobody_to_ask": Trouble(
        "Somebody has to sign in to Azure, and nobody can be asked: this Python has neither a "
        "JupyterLab page nor a terminal.",
        "Run `az login` first, or open the notebook in JupyterLab with the jupyter-azure-auth "
        "extension.",
        unavailable=True,
    ),
    "child_process": Trouble(
        "This is a child process of a Jupyter kernel, where no answer of the page can arrive.",
        "Get the data in the notebook itself and pass it on, or use threads instead of processes.",
        unavailable=True,
    ),
    "page_gone": Trouble(
        "The JupyterLab page that answered before does not answer any more.",
        "Check the network, reload the page, then run the cell again.",
        unavailable=True,
    ),
    "server_refused": Trouble(
        "No JupyterLab page answered, and Azure refused this token to the Jupyter server's "
        "sign-in.",
        "Open this notebook in JupyterLab, do what the Azure panel (left sidebar) asks for, then "
        "run the cell again.",
    ),
    "server_unavailable": Trouble(
        "No JupyterLab page answered, and the Jupyter server gave no token. A user may be signed "
        "in there, so no other identity is used.",
        "Open this notebook in JupyterLab, or run the cell again later.",
        unavailable=True,
    ),
    "shared_kernel": Trouble(
        "Others can use this kernel too, so it does not learn who you are and signs nobody out.",
        "Look into the Azure panel (left sidebar), and sign out there.",
    ),
    "wrong_account": Trouble(
        "JupyterLab is signed in to Azure as somebody else than this credential asks for.",
        "Sign in as that user from the Azure panel, or leave out `account`.",
    ),
    "other_identity": Trouble(
        "Somebody else is signed in to Azure now than when this credential got its first token.",
        "Make a new JupyterCredential() to go on as who is signed in now.",
    ),
    "identity_gone": Trouble(
        "This credential had its tokens from this machine or from `az login`, and gets none for "
        "this request.",
        "Do what the line of that source says, or make a new JupyterCredential() to look "
        "elsewhere.",
        unavailable=True,
    ),
    "token_ended": Trouble(
        "Each token that came for this kernel had already ended: the clocks of this computer and "
        "of the one that answered differ.",
        "Set both clocks by the network's time, then run the cell again.",
    ),
    "identity_elsewhere": Trouble(
        "This credential has had tokens of a user's sign-in, which cannot be reached from this "
        "process, and takes no other identity's.",
        "Get the data in the notebook itself and pass it on, or use threads instead of processes. "
        "A new JupyterCredential() made here uses the identity of this machine.",
        unavailable=True,
    ),
    "debug_log": Trouble(
        "This kernel's debug log is on, and the token would be written into it.",
        "Turn it off (log level INFO, no Session.debug) and restart the kernel.",
        unavailable=True,
    ),
    "unsigned_messages": Trouble(
        "This kernel's messages are not signed: anybody on this machine could answer.",
        "Remove the empty Session.key from the Jupyter configuration, and restart the kernel.",
        unavailable=True,
    ),
    "plain_transport": Trouble(
        "This kernel's messages cross the network unencrypted.",
        "Set KernelManager.transport_encryption, or, where the network is protected otherwise, "
        "JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT=1 in the kernel's environment.",
        unavailable=True,
    ),
}

# What follows `--claims-challenge` begins like a token: it is JSON in base64, too.
_SECRETS: Final = re.compile(
    r"eyJ[\w-]{8,}(\.[\w-]+)+|(?<!--claims-challenge )eyJ[\w-]{8,}"
    r"|\b(code|state|client_info|refresh_token|access_token|id_token)"
    r"""["']?\s*[=:]\s*["']?[^\s&"',}]+|\bBearer\s+\S+""",
    re.IGNORECASE,
)


def describe(refusal: Refusal) -> str:
    """Say in words what went wrong and what to do.

    :param refusal: text from the page is scrubbed once more, though the page does it too.
    :returns: one line, and one more for each source that was considered. Ends in the one code
        that says most.
    """
    trouble = TROUBLES.get(refusal.code, TROUBLES["failed"])
    text = f"{refusal.message or trouble.sentence} {refusal.remedy or trouble.remedy}"
    lines = "".join(f"- {line}\n" for line in refusal.considered)
    text += f"\n{lines}" if lines else " "
    return f"{_SECRETS.sub('[hidden]', text)}[{refusal.detail or refusal.code}]"


def exception(refusal: Refusal) -> AzureAuthError | AzureAuthUnavailableError:
    """Make the exception to raise. Loads azure-identity, 120 ms, which nothing else needs."""
    from .kernel.exceptions import (  # noqa: PLC0415
        AzureAuthError,
        AzureAuthUnavailableError,
        unretried,
    )

    unavailable = TROUBLES.get(refusal.code, TROUBLES["failed"]).unavailable
    kind = AzureAuthUnavailableError if unavailable else AzureAuthError
    return unretried(kind)(describe(refusal), refusal.code)
