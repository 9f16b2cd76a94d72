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


_SIGN_IN: Final = "Click Sign in in the Azure panel of JupyterLab, then run the cell again."
_OPEN_PAGE: Final = "Open this notebook in JupyterLab with the jupyter-azure-auth extension"
_SAME_VERSION: Final = (
    "Install the same version of jupyter-azure-auth for the server and for this kernel."
)

TROUBLES: Final[dict[str, Trouble]] = {
    # Said by the page: the closed list of the wire.
    "sign_in_required": Trouble("Nobody is signed in to Azure.", _SIGN_IN),
    "consent_required": Trouble(
        "This access needs a consent that was not given.",
        "Sign in again in the Azure panel and accept it, or ask an administrator of the tenant.",
    ),
    "cancelled": Trouble("The sign-in to Azure was cancelled.", _SIGN_IN),
    "denied": Trouble(
        "The user of the page refused this kernel.",
        "Run the cell again and allow it, if that was not meant.",
    ),
    "signed_out": Trouble("The user signed out of Azure.", _SIGN_IN),
    "unsupported_version": Trouble(
        "Page and kernel do not speak the same version.", _SAME_VERSION, unavailable=True
    ),
    "unknown_kind": Trouble(
        "The page does not know this kind of request.", _SAME_VERSION, unavailable=True
    ),
    "invalid_message": Trouble("The page could not read the request.", _SAME_VERSION),
    "unavailable": Trouble(
        "The page can not give tokens now.",
        "The Azure panel of JupyterLab says why.",
        unavailable=True,
    ),
    "failed": Trouble("The sign-in to Azure failed.", "The Azure panel of JupyterLab says why."),
    # Found out by the kernel.
    "timed_out": Trouble("Nobody signed in to Azure in time.", _SIGN_IN),
    "no_page": Trouble(
        "No JupyterLab page answered, and this machine has no Azure identity of its own.",
        _OPEN_PAGE + ", run `az login`, or use another azure-identity credential.",
        unavailable=True,
    ),
    "no_kernel": Trouble(
        "This Python is not a Jupyter kernel that a page can answer, and this machine has no Azure "
        "identity of its own.",
        "Run `az login`, or use another azure-identity credential.",
        unavailable=True,
    ),
    "child_process": Trouble(
        "This is a child process of a Jupyter kernel, where no answer of the page can arrive.",
        "Get the token, or the data it is for, in the notebook itself and pass that on; "
        "threads instead of processes work too.",
        unavailable=True,
    ),
    "page_gone": Trouble(
        "The JupyterLab page that answered before does not answer any more.",
        "Reload the page, look at the network, then run the cell again.",
        unavailable=True,
    ),
    "wrong_account": Trouble(
        "The page answered with a token for another account than this credential asks for.",
        "Sign in with that account in the Azure panel, or leave out `account`.",
    ),
    "wrong_tenant": Trouble(
        "The page answered with a token of another tenant than was asked for.",
        "Sign in to that tenant in the Azure panel, or leave out `tenant_id`.",
    ),
    "other_identity": Trouble(
        "There is another identity now than the one this credential has had tokens of.",
        "Make a new JupyterCredential() to go on as the one who is signed in now.",
    ),
    "identity_gone": Trouble(
        "The identity of this machine that this credential has had tokens of is gone.",
        "Make a new JupyterCredential() to use another one.",
        unavailable=True,
    ),
    "debug_log": Trouble(
        "This kernel's debug log is on, and would contain the token.",
        "Turn it off (log level INFO) and restart the kernel.",
        unavailable=True,
    ),
    "unsigned_messages": Trouble(
        "This kernel's messages are not signed: anybody on this machine could answer.",
        "Give the kernel a Session.key.",
        unavailable=True,
    ),
    "plain_transport": Trouble(
        "This kernel's messages cross the network unencrypted.",
        "Set KernelManager.transport_encryption, or, where the network is protected otherwise, "
        "JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT=1 in the kernel's environment.",
        unavailable=True,
    ),
}

_SECRETS: Final = re.compile(
    r"eyJ[\w-]{8,}(\.[\w-]+)*|\b(code|state|client_info|refresh_token|access_token|id_token)"
    r"""["']?\s*[=:]\s*["']?[^\s&"',}]+|\bBearer\s+\S+""",
    re.IGNORECASE,
)


def describe(refusal: Refusal) -> str:
    """Say in words what went wrong and what to do.

    :param refusal: text from the page is scrubbed once more, though the page does it too.
    """
    trouble = TROUBLES.get(refusal.code, TROUBLES["failed"])
    text = f"{refusal.message or trouble.sentence} {refusal.remedy or trouble.remedy}"
    return f"{_SECRETS.sub('[hidden]', text)} [{refusal.code}]"


def exception(refusal: Refusal) -> AzureAuthError | AzureAuthUnavailableError:
    """Make the exception to raise. Loads azure-identity, 120 ms, which nothing else needs."""
    from .kernel.exceptions import (  # noqa: PLC0415
        AzureAuthError,
        AzureAuthUnavailableError,
    )

    unavailable = TROUBLES.get(refusal.code, TROUBLES["failed"]).unavailable
    kind = AzureAuthUnavailableError if unavailable else AzureAuthError
    return kind(describe(refusal), refusal.code)
