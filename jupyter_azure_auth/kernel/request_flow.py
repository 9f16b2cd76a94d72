"""The steps by which a request gets its token, without I/O.

A flow yields a step and is sent its result: an answer, or None if there was none in time. It does
not raise if there is no token: it returns an :class:`IssuedToken` or a :class:`Refusal`. Waiters
and their timeouts are in :mod:`.inflight`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal

from jupyter_azure_auth._error_catalog import DECIDED, NO_USER, REFUSED

from .parent_server.reasons import describe_reason
from .parent_server.refusals import decided_refusal, server_refusal
from .protocol import Answer, IssuedToken, Pending, Refusal

RESEND_INTERVAL_S: Final = 1.0
"""Seconds between repetitions until a page answers: a loading page misses messages."""

PENDING_REPEAT_INTERVAL_S: Final = 5.0
"""Seconds without an answer after a :class:`Pending`: its page may have reloaded since."""

NO_PAGE_TIMEOUT_S: Final = 4.0
"""Seconds without an answer after which a kernel that never had a page asks other sources."""

PAGE_RELOAD_TIMEOUT_S: Final = 60.0
"""Seconds for a kernel that had a page, which may be reloading or offline."""

RELOADING_NOTICE_DELAY_S: Final = 5.0
"""Seconds after which the cell shows that no page has answered."""

PROMPT_DEBOUNCE_S: Final = 0.3
"""Seconds before the cell shows a notice: a page may soon find that its user is signed in."""

AMBIENT_TIMEOUT_S: Final = 5.0
"""Seconds for ambient identities, so that a request without a page ends within 10."""

SERVER_DELAY_S: Final = 2.0
"""Seconds without an answer after which the parent server is asked as well."""

SERVER_RETRY_DELAY_S: Final = 5.0
"""Seconds from its refusal to the next request: the user may sign in elsewhere."""

SERVER_TIMEOUT_S: Final = 35.0
"""Seconds for its answer. It may have to ask a busy Azure or a command line first."""

PENDING_REPEAT_TIMEOUT_S: Final = 2.0
"""Seconds within which a page that has sent :class:`Pending` sends it again, unless it is gone."""

TOO_MANY_REQUESTS_DELAY_S: Final = 1.0
"""Seconds after which a process without a page repeats a request that was one of too many."""

RENEWAL_SERVER_DELAY_S: Final = 0.5
"""Seconds without an answer after which the parent server is asked for a renewal as well."""

AZURE_CLI_TIMEOUT_S: Final = 30.0
"""Seconds for the Azure CLI, while the cell shows that it is being asked."""

MANAGED_IDENTITY_TIMEOUT_S: Final = 100.0
"""Seconds for an identity of the machine whose host has asked for retries."""

Notice = Literal[
    "acquiring",
    "sign_in",
    "sign_in_as",
    "sign_in_of",
    "consent",
    "consent_of",
    "reloading",
    "server",
    "azure_cli",
    "machine",
]


@dataclass(frozen=True)
class SendRequest:
    """Send the request on one more comm, and wait ``seconds`` for an answer on any of its comms."""

    seconds: float


@dataclass(frozen=True)
class Listen:
    """Wait ``seconds`` for an answer."""

    seconds: float


@dataclass(frozen=True)
class TryAmbient:
    """Look for an ambient identity, and wait ``seconds`` for an answer."""

    seconds: float


@dataclass(frozen=True)
class AskParentServer:
    """Start a request to the parent server. Its answer arrives during a later step."""


@dataclass(frozen=True)
class Show:
    """Show in the cell what it waits for, in place of the previous notice; None shows nothing."""

    notice: Notice | None
    user: str = ""
    """The user that the cell waits for, in ``sign_in_of`` and ``consent_of``."""


@dataclass(frozen=True)
class AmbientSlow:
    """A slow ambient source is being asked."""

    notice: Literal["azure_cli", "machine"]


@dataclass(frozen=True)
class AmbientUnavailable:
    """No ambient identity can be used."""

    candidates: tuple[str, ...] = ()
    """The candidates, each with a sentence that explains why it is not used."""


@dataclass(frozen=True)
class ServerUnavailable:
    """The parent server issued no token."""

    reason: str
    """One of :data:`.._error_catalog.PARENT_SERVER`."""
    tenant_id: str | None = None
    """The tenant that was requested."""
    trace: str = ""
    """Ids and time of the request to Azure that failed, for an administrator."""
    address: str | None = None
    """Where the user can sign in there, if the server was asked."""


Step = SendRequest | Listen | TryAmbient | AskParentServer | Show
Event = Answer | ServerUnavailable | AmbientSlow | AmbientUnavailable | None
Outcome = IssuedToken | Refusal
Flow = Generator[Step, Event, Outcome]


def page_flow(  # noqa: PLR0913 (the parts of a request)
    *,
    page_answered_before: bool,
    server_answered_before: bool = False,
    allow_ambient: bool = True,
    no_source: str = "no_page",
    allow_server: bool = False,
    now: Callable[[], float] = time.monotonic,
) -> Flow:
    """Ask the page until it answers, and at the same time the parent server.

    If neither has ever answered, and no user can have signed in at the server, ambient identities
    are next.

    :param page_answered_before: whether a page has answered this kernel before.
    :param server_answered_before: whether the parent server has issued a token to this kernel
        since the last sign-out.
    :param allow_ambient: whether an ambient identity is allowed.
    :param no_source: the code of the refusal if no source answers.
    :param allow_server: whether the parent server may be asked.
    """
    fallback = _ServerFallback(now, enabled=allow_server)
    refused_seconds = PAGE_RELOAD_TIMEOUT_S if page_answered_before else NO_PAGE_TIMEOUT_S
    seconds = PAGE_RELOAD_TIMEOUT_S if server_answered_before else refused_seconds
    answer = yield from _ask_page_and_server(
        fallback, now, seconds=seconds, refused_seconds=refused_seconds
    )
    if isinstance(answer, Pending):
        return (yield from _wait_for_user(answer, allow_server=allow_server))
    if isinstance(answer, IssuedToken | Refusal):
        return answer
    refusal = fallback.find_refusal(
        page_answered_before=page_answered_before, server_answered_before=server_answered_before
    )
    if refusal is not None:
        return refusal
    if allow_ambient:
        return (yield from ambient_flow(no_source, fallback.candidates, allow_server=allow_server))
    return Refusal(no_source, candidates=fallback.candidates)


class _ServerFallback:
    """When to ask the parent server, and its last reason for no token."""

    def __init__(self, now: Callable[[], float], *, enabled: bool) -> None:
        self.is_pending = False
        """Whether a request to the server is unanswered."""
        self.wait_until = 0.0
        """Until when to wait for the server's answer."""
        self.trace = ""
        """Ids and time of the request to Azure that the server's user was refused."""
        self._reason: str | None = None
        self._tenant_id: str | None = None
        self._now = now
        self._due = now() + SERVER_DELAY_S if enabled else float("inf")

    @property
    def candidates(self) -> tuple[str, ...]:
        return () if self._reason is None else (describe_reason(self._reason, self._tenant_id),)

    def is_due(self) -> bool:
        return self._now() >= self._due

    def on_asked(self) -> None:
        self._due, self.wait_until = float("inf"), self._now() + SERVER_TIMEOUT_S
        self.is_pending, self._reason = True, self._reason or "no_answer"

    def on_answer(self, event: ServerUnavailable) -> None:
        self._due, self.wait_until = self._now() + SERVER_RETRY_DELAY_S, 0.0
        self.is_pending, self._reason, self._tenant_id = False, event.reason, event.tenant_id
        self.trace = event.trace

    def has_refused(self) -> bool:
        """Whether the server's user was refused the token."""
        return self._reason in REFUSED

    def is_decided(self) -> bool:
        """Whether the user or the administrator refused, so that no page can help."""
        return self._reason in DECIDED

    def find_refusal(
        self, *, page_answered_before: bool, server_answered_before: bool
    ) -> Refusal | None:
        """Return the refusal if no ambient identity may replace the user, or None."""
        if (decided := decided_refusal(self._reason)) is not None:
            return decided
        if page_answered_before:
            return Refusal("page_gone", candidates=self.candidates)
        if self.has_refused():
            return Refusal("server_refused", candidates=self.candidates, trace=self.trace)
        if server_answered_before or self.is_pending or self._reason not in (None, *NO_USER):
            return Refusal("server_unavailable", candidates=self.candidates, trace=self.trace)
        return None


def _ask_page_and_server(
    fallback: _ServerFallback, now: Callable[[], float], *, seconds: float, refused_seconds: float
) -> Generator[Step, Event, Event]:
    """Ask until an answer other than the server's "no token" comes, or the time is over.

    :param seconds: total time, unless a request to the server is still in flight.
    :param refused_seconds: the total time if the server's user was refused the token.
    """
    begun = next_ask = now()
    shown = False
    answer: Event = None
    while answer is None or isinstance(answer, ServerUnavailable):
        if answer is not None:
            fallback.on_answer(answer)
            answer = None
        if fallback.is_decided():
            return None
        end = begun + (refused_seconds if fallback.has_refused() else seconds)
        rest = max(end, fallback.wait_until) - now()
        if rest <= 0:
            return None
        if fallback.is_due():
            fallback.on_asked()
            yield AskParentServer()
            continue
        if not shown and now() - begun >= RELOADING_NOTICE_DELAY_S:
            shown = True
            yield Show("server" if fallback.is_pending else "reloading")
        if now() >= next_ask:
            next_ask = now() + RESEND_INTERVAL_S
            answer = yield SendRequest(min(RESEND_INTERVAL_S, rest))
        else:
            answer = yield Listen(min(next_ask - now(), rest))
    return answer


def _wait_for_user(answer: Event, *, allow_server: bool) -> Flow:
    """Wait for the user. The waiters of the request limit the time.

    A notice stays until the next one, even while a page gets the token: a page that was reloaded
    may soon ask its user again, and cannot show an output that was emptied before.
    """
    shown = Show(None)
    acquiring = False
    while not isinstance(answer, IssuedToken | Refusal):
        if not isinstance(answer, Pending):
            if acquiring and shown.notice != "acquiring":
                # A page has been at it for PENDING_REPEAT_INTERVAL_S seconds.
                shown = Show("acquiring")
                yield shown
            answer = yield from _repeat_request(allow_server=allow_server)
            continue
        acquiring = answer.reason == "acquiring"
        due = shown if acquiring else _notice(answer)
        if shown == due:
            answer = yield Listen(PENDING_REPEAT_INTERVAL_S)
            continue
        answer = yield Listen(PROMPT_DEBOUNCE_S)
        if answer is None:
            yield due
            shown = due
            answer = yield Listen(PENDING_REPEAT_INTERVAL_S - PROMPT_DEBOUNCE_S)
    return answer


def _notice(answer: Pending) -> Show:
    """Return what a cell shows that waits for its user."""
    if answer.user == "":
        return Show(answer.reason)
    return Show("sign_in_of" if answer.reason == "sign_in" else "consent_of", answer.user)


def _repeat_request(*, allow_server: bool) -> Generator[Step, Event, Event]:
    """Ask again. A page that is still there answers at once; otherwise ask the parent server."""
    answer = yield SendRequest(
        PENDING_REPEAT_TIMEOUT_S if allow_server else PENDING_REPEAT_INTERVAL_S
    )
    if answer is None and allow_server:
        yield AskParentServer()
        answer = yield Listen(PENDING_REPEAT_INTERVAL_S - PENDING_REPEAT_TIMEOUT_S)
    if isinstance(answer, ServerUnavailable):
        answer = yield Listen(PENDING_REPEAT_INTERVAL_S - PENDING_REPEAT_TIMEOUT_S)
    return answer


def renewal_flow(seconds: float, *, allow_server: bool = False) -> Flow:
    """Ask once. A page that must prompt its user, or does not answer, has no new token."""
    answer = yield SendRequest(RENEWAL_SERVER_DELAY_S if allow_server else seconds)
    if answer is None and allow_server:
        yield AskParentServer()
        answer = yield Listen(seconds - RENEWAL_SERVER_DELAY_S)
    while answer is not None and not isinstance(answer, IssuedToken | Refusal):
        answer = yield Listen(seconds)
    return answer or Refusal("page_gone")


def parent_server_flow(
    not_signed_in: Refusal, *, now: Callable[[], float] = time.monotonic
) -> Flow:
    """Ask the parent server alone: no page can answer this process.

    The server itself uses the ambient identities of its host while no user has signed in, so this
    process looks for none.

    :param not_signed_in: the refusal if the user is not signed in there.
    """
    end = now() + SERVER_TIMEOUT_S
    while True:
        yield AskParentServer()
        answer = yield Listen(max(end - now(), 0.0))
        if isinstance(answer, Pending):
            # A page asks the user, and the waiters of the request limit the time.
            end = now() + SERVER_TIMEOUT_S
            continue
        busy = isinstance(answer, ServerUnavailable) and answer.reason == "too_many_requests"
        if not busy or now() + TOO_MANY_REQUESTS_DELAY_S > end:
            break
        yield Listen(TOO_MANY_REQUESTS_DELAY_S)  # many workers start at once
    if isinstance(answer, IssuedToken | Refusal):
        return answer
    if not isinstance(answer, ServerUnavailable):
        answer = ServerUnavailable("no_answer")
    return server_refusal(answer, not_signed_in)


def terminal_flow() -> Flow:
    """Ask the sign-in of this process itself, in place of a page and the parent server."""
    yield AskParentServer()
    answer = yield Listen(SERVER_TIMEOUT_S)
    return answer if isinstance(answer, IssuedToken | Refusal) else Refusal("login_required")


def ambient_flow(
    code: str, candidates: tuple[str, ...] = (), *, allow_server: bool = False
) -> Flow:
    """Look for an ambient identity.

    :param code: code of the refusal if there is none.
    :param candidates: candidates that were asked before, and why they are not used.
    :param allow_server: whether the parent server may be asked if a page loads.
    """
    answer = yield TryAmbient(AMBIENT_TIMEOUT_S)
    while not isinstance(answer, IssuedToken | Refusal):
        if isinstance(answer, Pending):  # a page has loaded since
            return (yield from _wait_for_user(answer, allow_server=allow_server))
        if isinstance(answer, ServerUnavailable):  # a late answer of the server
            answer = yield Listen(AMBIENT_TIMEOUT_S)
        elif isinstance(answer, AmbientSlow):
            yield Show(answer.notice)
            answer = yield Listen(
                AZURE_CLI_TIMEOUT_S if answer.notice == "azure_cli" else MANAGED_IDENTITY_TIMEOUT_S
            )
        else:
            found = answer.candidates if isinstance(answer, AmbientUnavailable) else ()
            return Refusal(code, candidates=(*candidates, *found))
    return answer
