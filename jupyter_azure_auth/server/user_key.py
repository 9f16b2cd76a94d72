"""The key of the user that a sign-in belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

UserKey = str
"""The key of one user's state."""

SINGLE_USER: Final = ""
"""The single key on a server that does not distinguish its users."""

_SINGLE_USER_PROVIDERS: Final = (IdentityProvider, PasswordIdentityProvider)


def user_key_of(handler: JupyterHandler) -> UserKey:
    """Return the key of the user whose sign-in a request may use.

    :param handler: of a request that is logged in.
    """
    if not has_distinct_users(handler.identity_provider):
        return SINGLE_USER
    return f"user:{handler.current_user.username}"


def has_distinct_users(provider: IdentityProvider) -> bool:
    """Whether a server distinguishes its users.

    With jupyter_server's token or password, all callers count as one user: the user name is random
    for each cookie, and for each call with the token. Any other provider, including one derived
    from these two, is assumed to distinguish users.
    """
    return type(provider) not in _SINGLE_USER_PROVIDERS
