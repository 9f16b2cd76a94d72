"""The key of the user that a sign-in belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.sharing import sharing_of

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

UserKey = str
"""The key of one user's state."""

SINGLE_USER: Final = ""
"""The key of the only user of a server, and of callers that belong to no known user."""


def user_key_of(handler: JupyterHandler) -> UserKey:
    """Return the key of the user whose sign-in a request may use.

    With a token or a password, a server of several users knows only their browsers, by the login
    cookies: each browser has its own sign-in there.

    :param handler: of a request that is logged in.
    """
    if has_distinct_users(handler.identity_provider):
        return f"user:{handler.current_user.username}"
    if handler.token_authenticated or not sharing_of(handler.settings).is_shared():
        return SINGLE_USER
    return f"browser:{handler.current_user.username}"
