"""Sends requests on iopub and receives answers on control, even while a cell runs.

ipykernel handles the messages of a comm on the shell channel only, after the cell has ended. It has
a thread for the control channel, to which a handler for another message type can be added. That
thread also serves interrupts, so the handler only hands the answer to the waiting request.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_azure_auth._models import CacheKey, TokenRequest, ambient_source
from jupyter_azure_auth._validation import is_guid
from jupyter_azure_auth.errors import ERRORS

from .holder import HolderNotice
from .protocol import (
    TARGET,
    Answer,
    Done,
    Identity,
    IssuedToken,
    Refusal,
    Status,
    StatusOrSignOut,
    attach_to_wire,
    parse_answer,
    request_to_wire,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cache import TokenCache


class CommPublisher(Protocol):
    """The methods of :class:`.iopub.IOPub` that a channel uses."""

    def parent(self) -> dict[str, Any]:
        """Return the message that this thread is handling."""

    def open_comm(
        self, comm_id: str, target: str, data: dict[str, Any], parent: dict[str, Any], /
    ) -> None:
        """Open a comm."""

    def close_comm(self, comm_id: str, parent: dict[str, Any], /) -> None:
        """Close a comm."""

    def send_on_comm(self, comm_id: str, data: dict[str, Any], parent: dict[str, Any], /) -> None:
        """Send data on an open comm."""


class CommRequest:
    """One request and its comms, one for each repetition, newest last."""

    def __init__(
        self,
        request: TokenRequest | StatusOrSignOut,
        parent: dict[str, Any],
        on_answer: Callable[[Answer], None],
        held_by: str | None = None,
    ) -> None:
        self.request = request
        self.held_by = held_by
        self.request_id = os.urandom(16).hex()
        self.parent = parent
        self.on_answer = on_answer
        self.comm_ids: list[str] = []


class CommChannel:
    """The comms of this process. Answers to a forked child arrive here, not in the child."""

    def __init__(self, publisher: CommPublisher, cache: TokenCache) -> None:
        self.pid = os.getpid()
        self.page_answered = False
        """Whether a page has ever answered this kernel."""
        self.server_answered = False
        """Whether the parent server has issued a token to this kernel since the last sign-out."""
        self.identity: Identity | None = None
        """Identity of the last token for which no account was named; None after a sign-out.

        The parent server is asked for this identity only: it may also have others.
        """
        self.chosen_tenant_id: str | None = None
        """Tenant of that token, if the user has chosen one other than the account's own in a page.

        The parent server does not know the choice, so it is asked for that tenant.
        """
        self.had_user = False
        """Whether the kernel has had a user's token since the last sign-out."""
        self._publisher = publisher
        self._cache = cache
        self._open_comms: dict[str, CommRequest] = {}
        self._push_comms: dict[tuple[CacheKey, Identity], str] = {}
        """Comms for a page's pushes and for ``signed_out``, by the token that the page issued."""
        self._holder = HolderNotice(publisher)
        self._attached: CommRequest | None = None
        self._lock = threading.Lock()

    def prepare(
        self,
        request: TokenRequest | StatusOrSignOut,
        on_answer: Callable[[Answer], None],
        held_by: str | None = None,
    ) -> CommRequest:
        """Prepare a request on behalf of the cell that runs in this thread.

        :param on_answer: receives the answers in the control thread, and must return at once.
        :param held_by: id of the account whose token this kernel holds or held.
        """
        return CommRequest(request, self._publisher.parent(), on_answer, held_by)

    def attach(self) -> None:
        """Announce this kernel: pages may have tokens for its notebook from before a restart."""
        comm_request = CommRequest(
            TokenRequest(()), self._publisher.parent(), self._on_attach_answer
        )
        self._attached = comm_request
        self._open_comm(comm_request, attach_to_wire(comm_request.request_id))

    def attach_comm(self) -> tuple[str, str]:
        """Return where a page reaches this kernel at any time: the comm of its ``attach``.

        :returns: the comm id, and the request id that messages on the comm must contain.
        """
        comm_request = self._attached
        if comm_request is None or comm_request.comm_ids[-1] not in self._open_comms:
            self.attach()
            return self.attach_comm()
        return comm_request.comm_ids[-1], comm_request.request_id

    def tell_holder(self) -> None:
        """Tell the page of a new cell which account this kernel uses, if a page gave it a token."""
        if self._holder.comm_id in self._open_comms:
            self._holder.remind()

    def record_server_token(self, token: IssuedToken, request: TokenRequest) -> None:
        """Record that the parent server has issued a token in place of a page."""
        self.server_answered = True
        self._record_identity(token, request)

    def _record_identity(self, token: IssuedToken, request: TokenRequest | StatusOrSignOut) -> None:
        """Record whose token it is.

        A request that names an account says nothing about those that name none: several accounts
        can be signed in.
        """
        self.had_user = self.had_user or ambient_source(token.identity) is None
        if isinstance(request, TokenRequest) and request.account is None:
            self.identity = token.identity
            if request.tenant_id is None:
                self.chosen_tenant_id = _other_tenant(token)

    def send(self, comm_request: CommRequest) -> None:
        """Send the request, or repeat it."""
        self._open_comm(
            comm_request,
            request_to_wire(comm_request.request, comm_request.request_id, comm_request.held_by),
        )

    def forget_identity(self) -> None:
        """Record that the user has signed out, here or at the parent server."""
        self.identity, self.chosen_tenant_id = None, None
        self.server_answered, self.had_user = False, False
        self.close_push_comms()

    def close(self, comm_request: CommRequest, token: IssuedToken | None) -> None:
        """Close the comms of a call, except the one for pushes if a page issued the token."""
        request = comm_request.request
        with self._lock:
            closing, comm_request.comm_ids = comm_request.comm_ids, []
            was_repeated = len(closing) > 1
            if (
                closing
                and token is not None
                and token.origin == "page"
                and isinstance(request, TokenRequest)
            ):
                push_comm = closing.pop()
                key = (request.key, token.identity)
                if (previous := self._push_comms.get(key)) is not None:
                    closing.append(previous)
                self._push_comms[key] = push_comm
                comm_request.comm_ids = [push_comm]
                comm_request.on_answer = lambda answer: self._on_pushed(
                    request, token.identity, answer
                )
            for comm_id in closing:
                self._open_comms.pop(comm_id, None)
        if token is not None and token.account is not None and comm_request.comm_ids:
            # Before the old comm closes: a page takes that for the end of what the kernel held.
            self._holder.record(
                comm_request.comm_ids[0],
                comm_request.request_id,
                token.account.username,
                comm_request.parent,
            )
            # Other pages prompt for a request only after it has been repeated. A message that no
            # page needs delays the next request: Nagle's algorithm holds it back for up to 40 ms.
            if token.shared or was_repeated:
                self._holder.announce(comm_request.parent)
        for comm_id in closing:
            self._publisher.close_comm(comm_id, comm_request.parent)

    def close_all(self) -> None:
        """Close all comms, so that no answer is accepted any longer."""
        with self._lock:
            comm_requests = dict(self._open_comms)
            self._open_comms.clear()
            self._push_comms.clear()
        for comm_id, comm_request in comm_requests.items():
            self._publisher.close_comm(comm_id, comm_request.parent)

    def receive(self, comm_id: object, data: object) -> bool:
        """Handle a message of the control channel.

        :returns: False if the message belongs to another package.
        """
        comm_request = self._open_comms.get(comm_id) if isinstance(comm_id, str) else None
        if comm_request is None:
            return False
        answer = parse_answer(data, comm_request.request_id)
        if answer is not None:
            self.page_answered = True
            if isinstance(answer, Refusal) and answer.code == "signed_out":
                self._cache.forget_all()
                self.forget_identity()
            elif isinstance(answer, IssuedToken):
                self._record_identity(answer, answer.request or comm_request.request)
            if (checked := _matching_answer(comm_request.request, answer)) is not None:
                comm_request.on_answer(checked)
        return True

    def _open_comm(self, comm_request: CommRequest, data: dict[str, Any]) -> None:
        comm_id = os.urandom(16).hex()
        with self._lock:
            self._open_comms[comm_id] = comm_request
            comm_request.comm_ids.append(comm_id)
        self._publisher.open_comm(comm_id, TARGET, data, comm_request.parent)

    def _on_pushed(self, request: TokenRequest, identity: Identity, answer: Answer) -> None:
        if isinstance(answer, IssuedToken) and answer.identity == identity:
            self._cache.put_if_newer(request, answer)

    def _on_attach_answer(self, answer: Answer) -> None:
        if isinstance(answer, IssuedToken) and answer.request is not None:
            token = _matching_answer(answer.request, answer)
            if isinstance(token, IssuedToken):
                self._cache.put_if_newer(answer.request, token)

    def close_push_comms(self, identity: Identity | None = None) -> None:
        """Close the comms for pushed tokens of this identity, or of every identity with None."""
        if self.pid != os.getpid():
            return  # the comms are the parent's, and its lock may have been copied while held
        with self._lock:
            keys = [key for key in self._push_comms if identity in (None, key[1])]
            closing = [self._push_comms.pop(key) for key in keys]
            comm_requests = [self._open_comms.pop(comm_id) for comm_id in closing]
        for comm_id, comm_request in zip(closing, comm_requests, strict=True):
            self._publisher.close_comm(comm_id, comm_request.parent)


def _matching_answer(request: TokenRequest | StatusOrSignOut, answer: Answer) -> Answer | None:
    """Return None for an answer of the wrong kind, and a refusal for a token of another account."""
    matches = (
        not isinstance(answer, IssuedToken)
        if isinstance(request, StatusOrSignOut)
        else not isinstance(answer, Status | Done)
    )
    if not matches:
        return None
    if isinstance(answer, IssuedToken) and isinstance(request, TokenRequest):
        return _mismatch(request, answer) or answer
    return answer


def _other_tenant(token: IssuedToken) -> str | None:
    """Return the tenant of a user's token; None for the one that the account is from."""
    _, _, home_id = token.identity.partition(".")
    tenant_id = "" if token.account is None else token.account.tenant_id
    if tenant_id.lower() == home_id.lower():
        return None
    return tenant_id if is_guid(home_id) and is_guid(tenant_id) else None


def _mismatch(request: TokenRequest, token: IssuedToken) -> Refusal | None:
    if request.prompt and not token.prompted:
        return Refusal("old_page")  # it does not know the field, and has not asked the user
    if not request.accepts(token.identity):
        return Refusal("user_required")  # an older page does not know this field, either
    account, tenant = token.account, request.tenant_id
    if account is None:
        return None
    if request.account is not None and not account.matches(request.account):
        return Refusal("wrong_account")
    if not request.accepts_tenant(account.tenant_id):
        sentence = ERRORS["wrong_tenant"].sentence
        return Refusal(
            "wrong_tenant",
            f"{sentence} Asked for: {tenant}. Received: {account.tenant_id}.",
            f"Leave out `tenant_id`, or: {ERRORS['invalid_message'].remedy}",
        )
    return None
