"""Identifies the account of a machine's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answer import Answer
from .granted import UNKNOWN, MachineAccount
from .told import told_by

if TYPE_CHECKING:
    from .asking import Asked
    from .granted import SourceName
    from .host import Host


def account_of(
    source: SourceName, host: Host, asked: Asked, client_id: str | None
) -> MachineAccount:
    """Return the account of a token.

    Its id is the client id in the answer, which is the same for every resource. On a compute
    instance the same endpoint returns a user's tokens. They are identified by the user's object id,
    so that a kernel does not switch to the machine when single sign-on ends.

    :param client_id: the requested client id, or None.
    """
    told = told_by(asked.info.token)
    answered = asked.answer.client_id if isinstance(asked.answer, Answer) else None
    named = answered or client_id or told.client_id or told.object_id
    key = (told.object_id or told.user) if told.user else named
    return MachineAccount(
        f"{source}:{key or UNKNOWN}",
        host.title,
        told.user or told.name or named or "managed identity",
        told.tenant_id or UNKNOWN,
    )
