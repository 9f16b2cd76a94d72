"""Sends requests on iopub and receives answers on control, even while a cell runs.

ipykernel handles the messages of a comm on the shell channel only, after the cell has ended. It has
a thread for the control channel, to which a handler for another message type can be added. That
thread also serves interrupts, so the handler only hands the answer to the waiting request.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from jupyter_azure_auth.errors import SAME_VERSION, TROUBLES

from .protocol import (
    TARGET,
    Answer,
    CacheKey,
    Done,
    Identity,
    Inquiry,
    Issued,
    Refusal,
    Request,
    Status,
    attach_to_wire,
    parse_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cache import TokenCache


class Out(Protocol):
    """The methods of :class:`.iopub.IOPub` that a channel uses."""

    def parent(self) -> dict[str, Any]:
        """Return the message that this thread is handling."""

    def open_comm(
        self, comm_id: str, target: str, data: dict[str, Any], parent: dict[str, Any], /
    ) -> None:
        """Open a comm."""

    def close_comm(self, comm_id: str, parent: dict[str, Any], /) -> None:
        """Close a comm."""


class Call:
    """One request and its comms, one for each repetition, newest last."""

    def __init__(
        self,
        request: Request | Inquiry,
        parent: dict[str, Any],
        take: Callable[[Answer], None],
    ) -> None:
        self.request = request
        self.request_id = uuid4().hex
        self.parent = parent
        self.take = take
        self.comm_ids: list[str] = []


class Channel:
    """The comms of this process. Answers to a forked child arrive here, not in the child."""

    def __init__(self, out: Out, cache: TokenCache) -> None:
        self.pid = os.getpid()
        self.answered = False
        """Whether a page has ever answered this kernel."""
        self.served = False
        """Whether the parent server has issued a token to this kernel."""
        self.identity: Identity | None = None
        """Identity of the last token; None if the user has signed out since.

        The parent server is asked for this identity only: it may have an ambient one, too.
        """
        self._out = out
        self._cache = cache
        self._open: dict[str, Call] = {}
        self._addresses: dict[tuple[CacheKey, Identity], str] = {}
        """Comms for a page's pushes and for ``signed_out``, by the token that the page issued."""
        self._attached: Call | None = None
        self._lock = threading.Lock()

    def call(self, request: Request | Inquiry, take: Callable[[Answer], None]) -> Call:
        """Prepare a request on behalf of the cell that runs in this thread.

        :param take: receives the answers in the control thread, and must return at once.
        """
        return Call(request, self._out.parent(), take)

    def attach(self) -> None:
        """Announce this kernel: pages may have tokens for its notebook from before a restart."""
        call = Call(Request(()), self._out.parent(), self._take_attached)
        self._attached = call
        self._open_comm(call, attach_to_wire(call.request_id))

    def address(self) -> tuple[str, str]:
        """Return where a page reaches this kernel at any time: the comm of its ``attach``.

        :returns: the comm id, and the request id that messages on the comm must contain.
        """
        call = self._attached
        if call is None or call.comm_ids[-1] not in self._open:
            self.attach()
            return self.address()
        return call.comm_ids[-1], call.request_id

    def server_gave(self, token: Issued) -> None:
        """Record that the parent server has issued a token in place of a page."""
        self.served, self.identity = True, token.identity

    def ask(self, call: Call) -> None:
        """Send the request, or repeat it."""
        self._open_comm(call, call.request.to_wire(call.request_id))

    def hang_up(self, call: Call, token: Issued | None) -> None:
        """Close the comms of a call, except the one for pushes if a page issued the token."""
        request = call.request
        with self._lock:
            closing, call.comm_ids = call.comm_ids, []
            if (
                closing
                and token is not None
                and token.origin == "page"
                and isinstance(request, Request)
            ):
                address = closing.pop()
                place = (request.key, token.identity)
                if (previous := self._addresses.get(place)) is not None:
                    closing.append(previous)
                self._addresses[place] = address
                call.comm_ids = [address]
                call.take = lambda answer: self._take_pushed(request, token.identity, answer)
            for comm_id in closing:
                self._open.pop(comm_id, None)
        for comm_id in closing:
            self._out.close_comm(comm_id, call.parent)

    def hang_up_all(self) -> None:
        """Close all comms, so that no answer is accepted any longer."""
        with self._lock:
            calls = dict(self._open)
            self._open.clear()
            self._addresses.clear()
        for comm_id, call in calls.items():
            self._out.close_comm(comm_id, call.parent)

    def receive(self, comm_id: object, data: object) -> bool:
        """Handle a message of the control channel.

        :returns: False if the message belongs to another package.
        """
        call = self._open.get(comm_id) if isinstance(comm_id, str) else None
        if call is None:
            return False
        answer = parse_answer(data, call.request_id)
        if answer is not None:
            self.answered = True
            if isinstance(answer, Refusal) and answer.code == "signed_out":
                self._cache.forget_all()
                self.identity = None
                self.forget()
            elif isinstance(answer, Issued):
                self.identity = answer.identity
            if (checked := _checked(call.request, answer)) is not None:
                call.take(checked)
        return True

    def _open_comm(self, call: Call, data: dict[str, Any]) -> None:
        comm_id = uuid4().hex
        with self._lock:
            self._open[comm_id] = call
            call.comm_ids.append(comm_id)
        self._out.open_comm(comm_id, TARGET, data, call.parent)

    def _take_pushed(self, request: Request, identity: Identity, answer: Answer) -> None:
        if isinstance(answer, Issued) and answer.identity == identity:
            self._cache.renew(request, answer)

    def _take_attached(self, answer: Answer) -> None:
        if isinstance(answer, Issued) and answer.given_for is not None:
            token = _checked(answer.given_for, answer)
            if isinstance(token, Issued):
                self._cache.renew(answer.given_for, token)

    def forget(self, identity: Identity | None = None) -> None:
        """Close the comms for pushed tokens of this identity, or of every identity with None."""
        if self.pid != os.getpid():
            return  # the comms are the parent's, and its lock may have been copied while held
        with self._lock:
            places = [place for place in self._addresses if identity in (None, place[1])]
            closing = [self._addresses.pop(place) for place in places]
            calls = [self._open.pop(comm_id) for comm_id in closing]
        for comm_id, call in zip(closing, calls, strict=True):
            self._out.close_comm(comm_id, call.parent)


def _checked(request: Request | Inquiry, answer: Answer) -> Answer | None:
    """Return None for an answer of the wrong kind, and a refusal for a token of another account."""
    fitting = (
        not isinstance(answer, Issued)
        if isinstance(request, Inquiry)
        else not isinstance(answer, Status | Done)
    )
    if not fitting:
        return None
    if isinstance(answer, Issued) and isinstance(request, Request):
        return _refused(request, answer) or answer
    return answer


def _refused(request: Request, token: Issued) -> Refusal | None:
    if request.prompt and not token.prompted:
        return Refusal("old_page")  # it does not know the field, and has not asked the user
    if not request.accepts(token.identity):
        return Refusal("user_required")  # an older page does not know this field, either
    account, tenant = token.account, request.tenant_id
    if account is None:
        return None
    if request.account is not None and request.account.casefold() not in (
        account.id.casefold(),
        account.username.casefold(),
    ):
        return Refusal("wrong_account")
    if not request.admits(account.tenant_id):
        sentence = TROUBLES["wrong_tenant"].sentence
        return Refusal(
            "wrong_tenant",
            f"{sentence} Asked for: {tenant}. Received: {account.tenant_id}.",
            f"Leave out `tenant_id`, or: {SAME_VERSION}",
        )
    return None
