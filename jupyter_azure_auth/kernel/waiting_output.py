"""The output of a waiting cell, which is removed afterward."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, Protocol

from .protocol import TARGET

if TYPE_CHECKING:
    from .request_flow import Notice

TEXTS: Final[dict[Notice, str]] = {
    "acquiring": "Waiting for a token for {resource}: Azure or the Jupyter server has not answered "
    "yet. The cell continues automatically.",
    "sign_in": "Waiting for you to sign in to Azure. Click Sign in in the Azure panel (left "
    "sidebar). The cell then continues automatically.",
    "sign_in_as": "Waiting for you to sign in to Azure with the account that this credential asks "
    "for. Sign in from the Azure panel (left sidebar). The cell then continues automatically.",
    "sign_in_of": "Waiting for {user} to sign in to Azure. The cell then continues automatically.",
    "consent_of": "Waiting for {user} to agree in the Azure panel. The cell then continues "
    "automatically.",
    "consent": "Waiting for your consent. Agree in the Azure panel (left sidebar). The cell then "
    "continues automatically.",
    "reloading": "JupyterLab has not answered for 5 seconds; still trying. Check that this "
    "notebook is open in the browser, and check the network.",
    "server": "Waiting for a token for {resource}. No JupyterLab page has answered, so the Jupyter "
    "server is asking Azure.",
    "azure_cli": "No JupyterLab page answered. Asking the Azure CLI, which can take half a minute.",
    "machine": "No JupyterLab page answered. Waiting for this machine's identity, which is not "
    "ready yet. This can take a minute and a half.",
}

WAITING_MIME_TYPE: Final = f"application/vnd.{TARGET}.waiting+json"
"""For pages with our extension, which show the sign-in in place of the text."""

USER_ACTION_NOTICES: Final = ("sign_in", "sign_in_as", "sign_in_of", "consent", "consent_of")


class DisplayPublisher(Protocol):
    """The method of :class:`.iopub.IOPub` that a notice uses."""

    def display(
        self, bundle: dict[str, Any], display_id: str, parent: dict[str, Any], /, *, update: bool
    ) -> None:
        """Show a MIME bundle, or update the output."""


class WaitingOutput:
    """The single output of a request. Pages find it by its metadata and remove it when empty."""

    def __init__(
        self,
        publisher: DisplayPublisher,
        parent: dict[str, Any],
        request_id: str,
        resource: str = "",
    ) -> None:
        self._publisher = publisher
        self._parent = parent
        self._request_id = request_id
        self._resource = resource
        self._displayed = False
        self._text = ""

    def show(self, notice: Notice | None, user: str = "") -> None:
        """Show a notice in place of the previous one; None clears the output."""
        known = {"resource": self._resource, "user": user}
        text = "" if notice is None else TEXTS[notice].format(**known)
        if text == self._text:
            return
        request = {"request_id": self._request_id}
        data: dict[str, Any] = {"text/plain": text}
        if text:
            data["text/html"] = f"<p>{escape(text)}</p>"
        if notice in USER_ACTION_NOTICES:
            data[WAITING_MIME_TYPE] = request
        bundle = {"data": data, "metadata": {TARGET: request}}
        update = self._displayed
        # First: if a Ctrl-C comes when the output has just been sent, it must still be cleared.
        self._displayed, self._text = True, text
        self._publisher.display(bundle, self._request_id, self._parent, update=update)
