"""The messages between a kernel and the page, version 1 (docs/dev/protocol.md).

All clients of the kernel receive every ``comm_open``, so a :class:`TokenRequest` has no field for a
secret. Answers are parsed once, here, into one of the types of :data:`Answer`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NewType

from jupyter_azure_auth._models import Account, SourceName, TokenRequest

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET: Final = "jupyter-azure-auth"
VERSION: Final = 1

TOKEN_LIMIT: Final = 64 * 1024
"""Maximum characters of a token. Entra's stay under 20 kB, including groups."""

DETAIL: Final = re.compile(r"\w{1,64}", re.ASCII)
"""Pattern of the more specific code of an error."""

TEXT_LIMIT: Final = 4096
"""Maximum characters of every other string; a message with a longer one is ignored."""

USER_LIMIT: Final = 256
"""Maximum characters of a user's name."""

CANDIDATES_LIMIT: Final = 20
"""Maximum number of candidates in a page's answer."""

EPOCH_LIMIT: Final = 1e11
"""Seconds since the epoch (the year 5138). A larger value is in milliseconds and rejected."""

LIFETIME_LIMIT: Final = 1e8
"""Seconds (three years). An expired token may have a negative lifetime."""

Identity = NewType("Identity", str)
"""The account of a token. Equal for all tokens of one user or one ambient identity."""

Reason = Literal["acquiring", "sign_in", "consent"]
Origin = Literal["page", "server", "terminal"] | SourceName
"""The origin of a token: a page, the parent server if no page answered, the sign-in of this process
itself, or an ambient source."""


@dataclass(frozen=True)
class StatusOrSignOut:
    """A request for the status, which says which identity a kernel uses, or for a sign-out."""

    kind: Literal["status", "sign_out"]


def request_to_wire(
    request: TokenRequest | StatusOrSignOut, request_id: str, held_by: str | None = None
) -> dict[str, Any]:
    """Return the data of a ``comm_open`` with a request.

    :param request_id: the same for each repetition of a request.
    :param held_by: id of the account whose token the kernel holds or held.
    """
    kind, fields = (
        ("token", request.to_wire()) if isinstance(request, TokenRequest) else (request.kind, {})
    )
    holder = {} if held_by is None else {"held_by": held_by}
    return {"version": VERSION, "kind": kind, "request_id": request_id, **fields, **holder}


def holder_to_wire(request_id: str, username: str) -> dict[str, Any]:
    """Return the data of a ``comm_msg`` that names a kernel's account, and ends a request.

    :param username: the user name of the account of its token.
    """
    return {
        "target": TARGET,
        "version": VERSION,
        "kind": "holder",
        "request_id": request_id,
        "username": username,
    }


def attach_to_wire(request_id: str) -> dict[str, Any]:
    """Return the data of the ``comm_open`` that announces a kernel and requests nothing."""
    return {"version": VERSION, "kind": "attach", "request_id": request_id, "scopes": []}


@dataclass(frozen=True)
class Pending:
    """A page is handling the request; for ``sign_in`` and ``consent`` its user has to act."""

    reason: Reason
    user: str = ""
    """What Jupyter calls that user, if the kernel has several; empty if it does not."""


@dataclass(frozen=True)
class Refusal:
    """The request failed. ``code`` is a key of :data:`jupyter_azure_auth.errors.ERRORS`."""

    code: str
    message: str = ""
    remedy: str = ""
    candidates: tuple[str, ...] = ()
    """Candidates, each with the reason why it is not used."""
    detail: str = ""
    """A more specific code, of Entra or of the page. Shown in place of ``code``."""
    trace: str = ""
    """Ids and time of the request to Azure that failed, for an administrator."""


@dataclass(frozen=True)
class IssuedToken:
    """A token and its account. Its ``repr`` omits the token, because tracebacks show variables."""

    token: str = field(repr=False)
    expires_on: int
    """Seconds since the epoch, as is ``refresh_on``."""
    identity: Identity
    token_type: str = "Bearer"  # noqa: S105 (the name of a kind)
    refresh_on: int | None = None
    origin: Origin = "page"
    account: Account | None = None
    """None for an identity of this machine."""
    request: TokenRequest | None = None
    """The request that a token pushed to an ``attach`` was first issued for."""
    expires_in: float | None = None
    """Seconds from arrival to expiry, which need no synchronized clocks; None if not sent."""
    prompted: bool = False
    """Whether the user signed in for a request with ``prompt``; older pages do not support it."""
    shared: bool = True
    """Whether other users may use this kernel; pages that do not say so count as a shared one's."""
    tenant_unverified: bool = False
    """Whether a tenant was requested, but the token of a machine does not show its tenant."""

    def by_clock(self, now: float) -> IssuedToken:
        """Return the token with times on this kernel's clock, if it has a lifetime.

        :param now: time of arrival in seconds since the epoch.
        """
        if self.expires_in is None:
            return self
        ends = int(now + self.expires_in)
        refresh_on = None if self.refresh_on is None else self.refresh_on - self.expires_on + ends
        return replace(self, expires_on=ends, refresh_on=refresh_on, expires_in=None)


@dataclass(frozen=True)
class Candidate:
    """A candidate. ``outcome`` is ``selected``, ``unavailable`` or ``skipped``."""

    source: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Status:
    """The identity that kernels of a page use at the moment."""

    state: str
    """State of the page: ``signed-in``, ``signed-out``, ``needs-attention`` and so on."""
    username: str = ""
    """Empty if no user is signed in, as are ``name`` and ``source``."""
    name: str = ""
    source: str = ""
    ambient: bool = False
    """Whether it is an ambient identity, of the machine or of the Azure CLI."""
    candidates: tuple[Candidate, ...] = ()
    tenant_id: str = ""
    expires_on: int | None = None
    """When the user has to sign in again, in seconds since the epoch; None if use prolongs it."""


@dataclass(frozen=True)
class Done:
    """The request has been carried out."""


Answer = Pending | Refusal | IssuedToken | Status | Done


def parse_answer(data: object, request_id: str) -> Answer | None:
    """Return the answer in a message on one of our comms.

    :param request_id: the request id with which the comm was opened.
    :returns: None for a message that is not a valid answer of version 1 to that request. Unknown
        fields are ignored.
    """
    if not isinstance(data, dict) or data.get("request_id") != request_id:
        return None
    kind = data.get("kind")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return None if read is None else read(data)


def _pending(data: dict[Any, Any]) -> Pending | None:
    match data.get("reason"):
        case ("acquiring" | "sign_in" | "consent") as reason:
            user = data.get("user")
            named = isinstance(user, str) and len(user) <= USER_LIMIT
            return Pending(reason, " ".join(str(user).split()) if named else "")
    return None


def _refusal(data: dict[Any, Any]) -> Refusal | None:
    code, message, remedy = data.get("code"), data.get("message", ""), data.get("remedy") or ""
    if not (_is_text(code) and _is_text(message, least=0) and _is_text(remedy, least=0)):
        return None
    detail = data.get("detail")
    known = isinstance(detail, str) and DETAIL.fullmatch(detail) is not None
    return Refusal(
        str(code),
        str(message),
        str(remedy),
        detail=str(detail) if known else "",
        trace=describe_trace(data.get("trace")),
    )


_TRACE_FIELDS: Final = {
    "correlation_id": "correlation ID",
    "time": "time",
    "client_id": "app ID",
    "tenant_id": "tenant",
}

_TRACE_VALUE: Final = re.compile(r"[\w.:-]{1,253}", re.ASCII)


def describe_trace(trace: object) -> str:
    """Return the ids and the time of a failed request to Azure as one line; empty if unknown."""
    if not isinstance(trace, dict):
        return ""
    found = ((name, trace.get(field)) for field, name in _TRACE_FIELDS.items())
    return ", ".join(
        f"{name} {value}"
        for name, value in found
        if isinstance(value, str) and _TRACE_VALUE.fullmatch(value)
    )


def _issued(data: dict[Any, Any]) -> IssuedToken | None:
    account = Account.from_wire(data.get("account"))
    expires_on, refresh_on = data.get("expires_on"), data.get("refresh_on")
    expires_in = data.get("expires_in")
    if (
        account is None
        or not _is_text(data.get("token"), most=TOKEN_LIMIT)
        or not _is_text(data.get("token_type"))
        or not _is_epoch(expires_on)
        or not (refresh_on is None or _is_epoch(refresh_on))
        or not (expires_in is None or _is_lifetime(expires_in))
    ):
        return None
    return IssuedToken(
        token=data["token"],
        expires_on=int(data["expires_on"]),
        identity=Identity(account.id),
        token_type=data["token_type"],
        refresh_on=None if refresh_on is None else int(data["refresh_on"]),
        account=account,
        request=_request(data.get("request")),
        expires_in=expires_in,
        prompted=data.get("prompted") is True,
        shared=data.get("shared") is not False,
    )


def _status(data: dict[Any, Any]) -> Status | None:
    state, account = data.get("state"), data.get("account")
    if not _is_text(state):
        return None
    fields = account if isinstance(account, dict) else {}
    rows = data.get("candidates")
    return Status(
        state=str(state),
        username=_text_of(fields, "username"),
        name=_text_of(fields, "name"),
        source=_text_of(data, "source"),
        ambient=data.get("ambient") is True,
        tenant_id=_text_of(fields, "tenant_id"),
        expires_on=int(data["expires_on"]) if _is_epoch(data.get("expires_on")) else None,
        candidates=tuple(
            Candidate(*(_text_of(row, name) for name in ("source", "outcome", "reason")))
            for row in (rows if isinstance(rows, list) else [])[:CANDIDATES_LIMIT]
            if isinstance(row, dict)
        ),
    )


def _done(_data: dict[Any, Any]) -> Done:
    return Done()


def _text_of(data: dict[Any, Any], name: str) -> str:
    value = data.get(name)
    return str(value) if _is_text(value) else ""


def _request(data: object) -> TokenRequest | None:
    if not isinstance(data, dict):
        return None
    scopes, cae = data.get("scopes"), data.get("enable_cae", False)
    names = [data.get(name) for name in ("tenant_id", "cloud", "account")]
    if not (isinstance(scopes, list) and scopes and all(_is_text(scope) for scope in scopes)):
        return None
    if not (isinstance(cae, bool) and all(name is None or _is_text(name) for name in names)):
        return None
    tenant_id, cloud, account = names
    return TokenRequest(tuple(scopes), tenant_id, cloud, account, enable_cae=cae)


def _is_text(value: object, *, least: int = 1, most: int = TEXT_LIMIT) -> bool:
    return isinstance(value, str) and least <= len(value) <= most


def _is_epoch(value: object) -> bool:
    return _is_number(value) and 0 < value < EPOCH_LIMIT  # type: ignore[operator]


def _is_lifetime(value: object) -> bool:
    return _is_number(value) and abs(value) < LIFETIME_LIMIT  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    # JSON has no integers, and `True` is an `int` in Python. NaN fails every comparison.
    return isinstance(value, int | float) and not isinstance(value, bool)


_READERS: Final[dict[str, Callable[[dict[Any, Any]], Answer | None]]] = {
    "pending": _pending,
    "error": _refusal,
    "token": _issued,
    "status": _status,
    "done": _done,
}
