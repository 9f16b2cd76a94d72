"""The stored form of a sign-in, and its key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.authority import sign_in_authority
from jupyter_azure_auth.server.issued import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.owner import Owner

_VERSION: Final = 1

Server = tuple[str, str]
"""Root directory and base URL, which identify a server across restarts."""


@dataclass(frozen=True, repr=False)
class Record:
    """A sign-in, with its refresh token. Its repr contains nothing of it."""

    id: str
    """Random, created at the sign-in; distinguishes it from the sign-ins of other servers."""
    source: str
    made_on: int
    """Epoch seconds."""
    account: Account
    session: Mapping[str, Any]
    """The state that :class:`.msal_client.MsalClient` continues with, as JSON values."""

    def to_text(self) -> str:
        """Return it as ASCII text; always the same text for the same sign-in."""
        return json.dumps({"version": _VERSION, **asdict(self)}, sort_keys=True)


def read_record(text: str | None) -> Record | None:
    """Return the record of a text; None if this version cannot use it."""
    try:
        told = json.loads(text or "")
        if told.pop("version") != _VERSION:
            return None
        account = Account(**told.pop("account"))
        record = Record(account=account, **told)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return record if isinstance(record.session, dict) else None


def group_of(owner: Owner, environment: Environment) -> str:
    """Return the key that all sign-ins of a user share if one server can use those of another.

    It includes the configuration, because a refresh token must only be sent to the authority, and
    used as the app, that it was issued for.
    """
    return _digest(owner, environment.native_client, sign_in_authority(environment, None))


def key_of(owner: Owner, environment: Environment, server: Server) -> str:
    """Return the key of a user's sign-in at one server."""
    return _digest(group_of(owner, environment), *server)


def _digest(*bound: str) -> str:
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:32]
