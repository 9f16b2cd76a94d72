"""Whose token it is that a machine gave, as far as anything tells."""

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
    """Name it.

    The id is the client id that the answer names, which is the same for every resource. On a
    compute instance the same endpoint gives tokens of a person: those are known by the person's
    object id, so that nobody goes on as the machine when single sign-on ends.

    :param client_id: what was asked for, or None.
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
