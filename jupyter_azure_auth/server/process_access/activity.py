"""The activity log: which process got or was refused a token, for what, and as which account.

Each entry is kept for the panel and emitted as a Jupyter event. No entry contains a token.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

from jupyter_azure_auth._validation import resource_of
from jupyter_azure_auth.ambient.token_claims import read_claims
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.user_key import UserKey

SCHEMA_ID: Final = "https://jupyter-azure-auth/token-activity/v1"

MAX_ENTRIES: Final = 500
"""Entries kept for each user; events are emitted for all."""

ISSUED: Final = "issued"

_PENDING: Final = "sign_in_pending"
"""The code of an answer that is not an outcome yet."""

REPEATED_S: Final = 60
"""Seconds within which a refusal is not recorded again: processes ask every few seconds."""

Process = Literal["kernel", "program", "page"]

_TEXT: Final = {"type": ["string", "null"]}

_SCHEMA: Final = {
    "$id": SCHEMA_ID,
    "version": "1",
    "title": "A process got or was refused an Azure token",
    "description": "Never contains the token.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "process": {"enum": ["kernel", "program", "page"]},
        "kernel_id": {**_TEXT, "description": "As the process claims; null for other processes."},
        "resource": {"type": "string"},
        "result": {
            "type": "string",
            "description": "`issued`, or the error code with which the request was refused.",
        },
        "account_id": {
            **_TEXT,
            "description": "Object id and home tenant id of a user, or the source and id of a "
            "machine's identity. Null on a server with several users.",
        },
        "source": _TEXT,
        "uti": {
            **_TEXT,
            "description": "The unique token identifier in Microsoft Entra's sign-in logs, if the "
            "token is readable. Null on a server with several users.",
        },
        "by_program": {
            "type": "boolean",
            "description": "Whether a page found that a program ran the kernel's cell.",
        },
        "reported_by": {
            "enum": ["server", "page"],
            "description": "Who issued the token: this server, or the page that reports it.",
        },
    },
    "required": ["process", "resource", "result", "reported_by"],
}


@dataclass(frozen=True)
class Activity:
    """One token that was issued or refused."""

    process: Process
    resource: str
    result: str
    """:data:`ISSUED`, or an error code."""
    kernel_id: str | None = None
    account_id: str | None = None
    source: str | None = None
    uti: str | None = None
    reported_by: Literal["server", "page"] = "server"
    username: str | None = field(default=None, repr=False)
    name: str | None = None
    """What the page calls the kernel."""
    by_program: bool = False
    """Whether a program ran the cell, as the page found."""
    id: str = field(default_factory=lambda: uuid4().hex)
    time: int = field(default_factory=lambda: int(time.time()))
    """Epoch seconds."""

    def repeats(self, other: Activity) -> bool:
        """Whether this is the refusal of another entry again, soon after it."""
        named = ("process", "kernel_id", "resource", "result", "account_id")
        return (
            self.result != ISSUED
            # Not while another entry seems to be from the future: the clock was set back.
            and 0 <= self.time - other.time < REPEATED_S
            and all(getattr(self, name) == getattr(other, name) for name in named)
        )

    def to_wire(self) -> dict[str, Any]:
        """Return an entry of the answer of ``activity``."""
        return {
            "id": self.id,
            "time": self.time,
            "process": self.process,
            "kernel_id": self.kernel_id,
            "name": self.name,
            "resource": self.resource,
            "result": self.result,
            "account_id": self.account_id,
            "username": self.username,
            "source": self.source,
            "uti": self.uti,
            "by_program": self.by_program,
            "reported_by": self.reported_by,
        }


class ActivityLog:
    """Keeps the newest entries of each user, and emits all of them as Jupyter events."""

    def __init__(
        self, event_logger: Any, is_shared: Callable[[], bool], log: logging.Logger
    ) -> None:
        """Register the event.

        :param event_logger: of the server.
        :param is_shared: returns whether this server has several users. Jupyter sends an event to
            all of their pages, so it does not name accounts then.
        :param log: the server's log.
        """
        self._event_logger = event_logger
        self._is_shared = is_shared
        self._log = log
        self._entries: dict[UserKey, deque[Activity]] = {}
        if SCHEMA_ID not in event_logger.schemas:
            event_logger.register_event_schema(_SCHEMA)

    def of(self, user_key: UserKey) -> list[dict[str, Any]]:
        """Return the entries of a user, newest first."""
        return [entry.to_wire() for entry in reversed(self._entries.get(user_key, ()))]

    def record(self, user_key: UserKey, entry: Activity) -> None:
        """Add an entry, and emit its event, unless it repeats a refusal."""
        entries = self._entries.setdefault(user_key, deque(maxlen=MAX_ENTRIES))
        if any(entry.repeats(other) for other in entries):
            return
        entries.append(entry)
        names = list(_SCHEMA["properties"])  # type: ignore[call-overload]
        hidden = {"account_id", "uti"} if self._is_shared() else set()
        data = {name: None if name in hidden else getattr(entry, name) for name in names}
        try:
            self._event_logger.emit(schema_id=SCHEMA_ID, data=data)
        except Exception:  # noqa: BLE001 (another extension's must not cost a process its token)
            self._log.exception("An event could not be emitted.")

    @contextmanager
    def attempt(
        self,
        user_key: UserKey,
        process: Process,
        kernel_id: str | None,
        request: TokenRequest,
    ) -> Iterator[Callable[[IssuedToken], None]]:
        """Record the outcome of a token request.

        :returns: a context whose value must be called with the token, unless the block raises.
        """
        resource = resource_of(request.scopes[0])

        def issued(token: IssuedToken) -> None:
            self.record(
                user_key,
                Activity(
                    process=process,
                    kernel_id=kernel_id,
                    resource=resource,
                    account_id=token.account.id,
                    username=token.account.username,
                    source=token.source,
                    uti=read_claims(token.token).token_id,
                    result=ISSUED,
                ),
            )

        try:
            yield issued
        except (AuthError, APIError) as refusal:
            if refusal.code != _PENDING:
                self.record(user_key, Activity(process, resource, refusal.code, kernel_id))
            raise
