"""Requests out on iopub, answers in on control, in the middle of a cell.

ipykernel handles a comm's messages on the shell channel only, when the cell is over. It has a
thread for the control channel, and takes a handler for one more type of message there. That thread
also serves interrupts, so the handler only puts the answer where somebody waits for it.
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
    """What a channel needs of :class:`.iopub.IOPub`."""

    def parent(self) -> dict[str, Any]:
        """Find the message that this thread works for."""

    def open_comm(
        self, comm_id: str, target: str, data: dict[str, Any], parent: dict[str, Any], /
    ) -> None:
        """Open a comm."""

    def close_comm(self, comm_id: str, parent: dict[str, Any], /) -> None:
        """Close a comm."""


class Call:
    """One request, on as many comms as it was repeated, newest last."""

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
    """The comms of this process, which are answered in no other: a fork's answers come here."""

    def __init__(self, out: Out, cache: TokenCache) -> None:
        self.pid = os.getpid()
        self.answered = False
        """Whether a page has ever answered this kernel."""
        self.served = False
        """Whether the parent server has given it a token."""
        self.identity: Identity | None = None
        """Whose token came last; None if the user has signed out since. The own server is asked
        for this one only: it may hold a machine's, too."""
        self._out = out
        self._cache = cache
        self._open: dict[str, Call] = {}
        self._addresses: dict[tuple[CacheKey, Identity], str] = {}
        """The comm that a page may push a new token to, or ``signed_out``, by what it gave."""
        self._attached: Call | None = None
        self._lock = threading.Lock()

    def call(self, request: Request | Inquiry, take: Callable[[Answer], None]) -> Call:
        """Prepare a request, on behalf of the cell that this thread works for.

        :param take: gets the answers, in the control thread: must return at once.
        """
        return Call(request, self._out.parent(), take)

    def attach(self) -> None:
        """Say "I am here": pages may have tokens for this notebook from before a restart."""
        call = Call(Request(()), self._out.parent(), self._take_attached)
        self._attached = call
        self._open_comm(call, attach_to_wire(call.request_id))

    def address(self) -> tuple[str, str]:
        """Say where a page reaches this kernel at any time: the comm of its ``attach``.

        :returns: its id, and the request id that messages on it have to name.
        """
        call = self._attached
        if call is None or call.comm_ids[-1] not in self._open:
            self.attach()
            return self.address()
        return call.comm_ids[-1], call.request_id

    def server_gave(self, token: Issued) -> None:
        """Note that the own server has answered in place of a page."""
        self.served, self.identity = True, token.identity

    def ask(self, call: Call) -> None:
        """Send the request, once more if it was sent before."""
        self._open_comm(call, call.request.to_wire(call.request_id))

    def hang_up(self, call: Call, token: Issued | None) -> None:
        """Close the comms of a call, except the one that keeps a page's token up to date."""
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
        """Close everything: no answer may come any more."""
        with self._lock:
            calls = dict(self._open)
            self._open.clear()
            self._addresses.clear()
        for comm_id, call in calls.items():
            self._out.close_comm(comm_id, call.parent)

    def receive(self, comm_id: object, data: object) -> bool:
        """Take a message of the control channel.

        :returns: False if it is not for us.
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
        """Close the comms that tokens of this identity, or of any, could be pushed over."""
        if self.pid != os.getpid():
            return  # they are the parent's, and its lock may have been copied as taken
        with self._lock:
            places = [place for place in self._addresses if identity in (None, place[1])]
            closing = [self._addresses.pop(place) for place in places]
            calls = [self._open.pop(comm_id) for comm_id in closing]
        for comm_id, call in zip(closing, calls, strict=True):
            self._out.close_comm(comm_id, call.parent)


def _checked(request: Request | Inquiry, answer: Answer) -> Answer | None:
    """Ignore what is no answer to that, and refuse a token for somebody else than asked for."""
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
        return Refusal("old_page")  # it does not know the field, and has asked nobody
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
