"""What a waiting cell says, and takes away again."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from .protocol import TARGET

if TYPE_CHECKING:
    from .flow import Notice

TEXTS: Final[dict[Notice, str]] = {
    "acquiring": "Waiting for a token for {resource}: Azure or the Jupyter server has not answered "
    "yet. The cell goes on by itself.",
    "sign_in": "Waiting for you to sign in to Azure: click Sign in in the Azure panel (left "
    "sidebar). The cell goes on by itself.",
    "sign_in_as": "Waiting for you to sign in to Azure as the user that this credential asks for: "
    "the Azure panel (left sidebar) has the button. The cell goes on by itself.",
    "consent": "Waiting for your consent: the Azure panel (left sidebar) asks for it. The cell "
    "goes on by itself.",
    "reloading": "JupyterLab has not answered for 5 seconds; still trying. Is this notebook open "
    "in the browser, and the network there?",
    "server": "Waiting for a token for {resource}: no JupyterLab page has answered, and the "
    "Jupyter server is asking Azure.",
    "azure_cli": "No JupyterLab page answered; asking the Azure CLI, which can take half a minute.",
    "machine": "No JupyterLab page answered; waiting for the identity of this machine, whose host "
    "asks for patience. This can take a minute and a half.",
}

WAITING: Final = f"application/vnd.{TARGET}.waiting+json"
"""For pages with our extension, which draw the sign-in itself in place of the words."""

FOR_THE_USER: Final = ("sign_in", "sign_in_as", "consent")


class Screen(Protocol):
    """What a notice needs of :class:`.iopub.IOPub`."""

    def display(
        self, bundle: dict[str, Any], display_id: str, parent: dict[str, Any], /, *, update: bool
    ) -> None:
        """Show a bundle, or change what is shown."""


class NoticeBoard:
    """The one output of one request. Pages find it by its metadata and remove it when empty."""

    def __init__(
        self, screen: Screen, parent: dict[str, Any], request_id: str, resource: str = ""
    ) -> None:
        self._screen = screen
        self._parent = parent
        self._request_id = request_id
        self._resource = resource
        self._display_id = uuid4().hex
        self._begun = False
        self._text = ""

    def show(self, notice: Notice | None) -> None:
        """Say something in place of what was said before; None: nothing."""
        text = "" if notice is None else TEXTS[notice].format(resource=self._resource)
        if text == self._text:
            return
        request = {"request_id": self._request_id}
        data: dict[str, Any] = {"text/plain": text}
        if text:
            data["text/html"] = f"<p>{escape(text)}</p>"
        if notice in FOR_THE_USER:
            data[WAITING] = request
        bundle = {"data": data, "metadata": {TARGET: request}}
        self._screen.display(bundle, self._display_id, self._parent, update=self._begun)
        self._begun, self._text = True, text
