"""Whose sign-in it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

Owner = str
"""A key for what belongs to one person."""

_EVERYONE: Final = ""

_KNOWS_NOBODY: Final = (IdentityProvider, PasswordIdentityProvider)


def owner_of(handler: JupyterHandler) -> Owner:
    """Tell whose sign-in a request may use.

    With jupyter_server's own token or password everyone who was let in is one person: the name it
    gives them is random for each cookie, and for each call with the token. Any other provider,
    also one derived from these two, is taken to know people.

    :param handler: of a request that is logged in.
    """
    if type(handler.identity_provider) in _KNOWS_NOBODY:
        return _EVERYONE
    return f"user:{handler.current_user.username}"
