"""The stored form of a sign-in, and its key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._models import Account
from jupyter_azure_auth.server.authority import sign_in_authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.user_key import UserKey

_VERSION: Final = 1

ServerId = tuple[str, str]
"""Root directory and base URL, which identify a server across restarts."""


@dataclass(frozen=True, repr=False)
class Record:
    """A sign-in, with its refresh token. Its repr reveals none of it."""

    id: str
    """Random, created at the sign-in; distinguishes it from the sign-ins of other servers."""
    source: str
    signed_in_at: int
    """Epoch seconds."""
    account: Account
    session: Mapping[str, Any]
    """The state that :class:`..msal_client.MsalClient` continues with, as JSON values."""

    def to_text(self) -> str:
        """Return it as ASCII text; always the same text for the same sign-in."""
        fields = {
            "version": _VERSION,
            "id": self.id,
            "source": self.source,
            "signed_in_at": self.signed_in_at,
            "account": self.account.to_wire(),
            "session": self.session,
        }
        return json.dumps(fields, sort_keys=True)


def read_record(text: str | None) -> Record | None:
    """Return the record of a text; None if this version cannot use it."""
    try:
        fields = json.loads(text or "")
        if fields.pop("version") != _VERSION:
            return None
        account = Account.from_wire(fields.pop("account"))
        if account is None:
            return None
        record = Record(account=account, **fields)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return record if isinstance(record.session, dict) else None


def group_of(user_key: UserKey, config: AzureAuthConfig) -> str:
    """Return the key that all sign-ins of a user share if one server can use those of another.

    It includes the configuration, because a refresh token must only be sent to the authority, and
    used as the app, that it was issued for.
    """
    return _digest(user_key, config.native_client, sign_in_authority(config, None))


def key_of(user_key: UserKey, config: AzureAuthConfig, server: ServerId) -> str:
    """Return the key of a user's sign-in at one server."""
    return _digest(group_of(user_key, config), *server)


def _digest(*bound: str) -> str:
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:32]
