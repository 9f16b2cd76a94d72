"""Whether the server's identity provider distinguishes its users."""

from __future__ import annotations

from typing import Final

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

_SINGLE_USER_PROVIDERS: Final = (IdentityProvider, PasswordIdentityProvider)


def has_distinct_users(provider: IdentityProvider) -> bool:
    """Whether a server distinguishes its users.

    With jupyter_server's token or password, all callers count as one user: the user name is random
    for each cookie, and for each call with the token. Any other provider, including one derived
    from these two, is assumed to distinguish users.
    """
    return type(provider) not in _SINGLE_USER_PROVIDERS
