"""Whose sign-in it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

Owner = str
"""A key for what belongs to one person."""

EVERYONE: Final = ""
"""The one owner where nobody is told apart."""

_KNOWS_NOBODY: Final = (IdentityProvider, PasswordIdentityProvider)


def owner_of(handler: JupyterHandler) -> Owner:
    """Tell whose sign-in a request may use.

    :param handler: of a request that is logged in.
    """
    if not tells_people_apart(handler.identity_provider):
        return EVERYONE
    return f"user:{handler.current_user.username}"


def tells_people_apart(provider: IdentityProvider) -> bool:
    """Tell whether a server knows who its users are.

    With jupyter_server's own token or password everyone who was let in is one person: the name it
    gives them is random for each cookie, and for each call with the token. Any other provider,
    also one derived from these two, is taken to know people.
    """
    return type(provider) not in _KNOWS_NOBODY
