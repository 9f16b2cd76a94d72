"""What is kept of a sign-in, and under which key."""

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
"""Root directory and base URL: by them a server that was restarted is the same one."""


@dataclass(frozen=True, repr=False)
class Record:
    """A sign-in, with its refresh token. Prints nothing of itself."""

    id: str
    """Random, made at the sign-in: by it a server knows its own among those of others."""
    source: str
    made_on: int
    """Seconds since the epoch."""
    account: Account
    session: Mapping[str, Any]
    """What :class:`.msal_client.MsalClient` goes on with, as JSON can say it."""

    def to_text(self) -> str:
        """Write it, in ASCII; the same text for the same sign-in."""
        return json.dumps({"version": _VERSION, **asdict(self)}, sort_keys=True)


def read_record(text: str | None) -> Record | None:
    """Read one; None if it is none that this version can go on with."""
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
    """Name what the sign-ins of an owner have in common that one server could take from another.

    Bound to the configuration too: a refresh token is never shown to another authority, or used
    as another app, than those it was made for.
    """
    return _digest(owner, environment.native_client, sign_in_authority(environment, None))


def key_of(owner: Owner, environment: Environment, server: Server) -> str:
    """Name the place of an owner's sign-in at one server."""
    return _digest(group_of(owner, environment), *server)


def _digest(*bound: str) -> str:
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:32]
