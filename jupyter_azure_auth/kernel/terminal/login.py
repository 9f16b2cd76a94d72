"""`%azure_login` if no page answers: the user signs in to this process."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ClientAuthenticationError

from jupyter_azure_auth.errors import exception
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.exceptions import AzureAuthUnavailableError
from jupyter_azure_auth.kernel.iopub import running_kernel
from jupyter_azure_auth.kernel.parent_server.discovery import has_parent_server
from jupyter_azure_auth.kernel.protocol import Refusal
from jupyter_azure_auth.kernel.sign_in import sign_in

from .place import prompt_place
from .prompt import has_browser
from .sign_in import begin_terminal_sign_in, terminal_sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_azure_auth.kernel.protocol import IssuedToken
    from jupyter_azure_auth.kernel.settings import Settings

    from .place import Place

_UNANSWERED = ("no_page", "no_kernel", "login_required")
"""Refusals because no page and no server can have the user sign in."""


def login(settings: Settings, scopes: tuple[str, ...], *, prompt: bool = False) -> IssuedToken:
    """Return a token as :func:`.sign_in` does; if no page answers, have the user sign in here.

    :param prompt: True to have the user sign in even if a user is signed in.
    :raises: the same exceptions as :func:`.sign_in`.
    """
    kernel = running_kernel()
    if has_parent_server(os.environ):
        return sign_in(settings, scopes, prompt=prompt)
    place = prompt_place(kernel)
    knows_no_page = kernel is None or terminal_sign_in() is not None
    if not (prompt and knows_no_page and place is not None):
        try:
            return sign_in(settings, scopes, prompt=prompt)
        except (ClientAuthenticationError, AzureAuthUnavailableError) as error:
            if getattr(error, "code", None) not in _UNANSWERED:
                raise
            if place is None and kernel is None:
                raise exception(Refusal("not_interactive")) from None
            if place is None:
                raise
    _prompt(settings, scopes[0], place)
    return sign_in(settings, scopes)


def _prompt(settings: Settings, scope: str, place: Place | None) -> None:
    if has_browser():
        print("Sign in to Azure in the browser window. To stop waiting, interrupt this.")  # noqa: T201
    with _shown_code(place) as show:
        try:
            begin_terminal_sign_in(settings, scope, prompt_callback=show)
        except ClientAuthenticationError as error:
            raise exception(_not_signed_in(error)) from None
    # From now on this process acts as that user, in place of the machine or another account.
    tokens.forget_all()


def _not_signed_in(error: ClientAuthenticationError) -> Refusal:
    return Refusal(
        "failed",
        f"The sign-in to Azure failed: {str(error.message).splitlines()[0].rstrip('.')}.",
        "Run %azure_login again.",
    )


@contextmanager
def _shown_code(place: Place | None) -> Iterator[Callable[[str, str, object], None]]:
    """Show the code to enter; in a notebook, only until the user has signed in."""
    handles: list[Any] = []

    def show(address: str, code: str, _expires_on: object) -> None:
        text = f"To sign in to Azure, open {address} and enter the code {code}."
        if place == "terminal":
            print(text, flush=True)  # noqa: T201
            return
        from IPython.display import display  # noqa: PLC0415 (there is a kernel)

        bundle = {"text/plain": text}
        handles.append(display(bundle, raw=True, display_id=True))  # type: ignore[no-untyped-call]

    try:
        yield show
    finally:
        for handle in handles:
            handle.update({"text/plain": ""}, raw=True)
