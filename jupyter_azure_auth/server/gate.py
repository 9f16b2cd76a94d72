"""The one gate before every route of ours.

Jupyter's own checks can be turned off one by one (``allow_origin="*"``, ``disable_check_xsrf``, an
empty token), each for a reason that has nothing to do with Azure. What answers here shall never be
readable by another website, so this gate stands on top of them and asks nobody's configuration.

An origin is ours if its host is the one in the request's ``Host`` header, as for Jupyter itself: a
reverse proxy has to hand that header on. ``X-Forwarded-Host`` is not read; whoever can reach the
server past the proxy could set it.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, RequestHandler, authenticated

from jupyter_azure_auth.server.own_host import is_own_host
from jupyter_azure_auth.server.problems import MEANINGS, Problem
from jupyter_azure_auth.server.shared import sharing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

MAX_BODY: Final = 16 * 1024
"""Bytes; the largest request of ours, a claims challenge, is 8 kB."""


class Refusal(HTTPError):  # noqa: N818 - an answer, which happens to travel as exception
    """A request that is answered by ``{"code", "message"}``; the message repeats nothing of it.

    ``detail``, where there is one, is the number of an error of Entra; ``reason`` tells causes of
    ``unavailable`` apart; ``explanation`` says why an identity of the machine has no token.
    """

    def __init__(self, status: HTTPStatus, code: str, message: str, **further: str | None) -> None:
        super().__init__(status, message)
        self.code = code
        self.further = {name: value for name, value in further.items() if value is not None}


_BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: ("forbidden", "Log in to this Jupyter server first."),
    HTTPStatus.FORBIDDEN: (
        "forbidden",
        "Not allowed: log in to this Jupyter server, and send its XSRF token or its API token.",
    ),
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing here."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Only POST is answered here."),
}
"""What Jupyter or tornado refuses before we see it."""


_EXPECTED: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}
)
"""Refusals of ours with which neither the server nor who asks does anything wrong."""

_LOGGED: Final = frozenset({"shared_server"})
"""Codes of refusals that are logged, with whom they were for, where they are made."""

if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class _AtDebug(_Adapter):
    """Logs at DEBUG, whatever level is asked for."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:  # noqa: ARG002
        super().log(logging.DEBUG, msg, *args, **kwargs)


class SealedHandler(APIHandler):
    """What every route has, by whichever way it is reached: JSON in and out, and nothing leaks.

    Not to be used for itself: somebody has to say who may come in.
    """

    SUPPORTED_METHODS = ("POST",)
    auth_resource = "azure-auth"

    _is_expected = False
    """Whether the answer is a refusal as they come every few seconds while nobody is signed in."""

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a request that has passed the gate.

        :param fields: its JSON object; nothing in it is checked yet.
        :returns: a JSON object.
        :raises Refusal: when the fields cannot be used.
        :raises Problem: when the sign-in or the authority does not give what is asked for.
        """
        raise NotImplementedError

    @authenticated
    @authorized
    async def post(self) -> None:
        """Answer with JSON."""
        try:
            answer = await self.answer(self._fields())
        except Problem as problem:
            raise Refusal(
                MEANINGS[problem.code].status,
                problem.code,
                problem.sentence,
                detail=problem.detail,
                reason=problem.reason,
                explanation=problem.explanation,
            ) from None
        await self.finish(json.dumps(answer))

    def set_default_headers(self) -> None:
        """Never cached, and never for another origin, whatever the server is configured to send."""
        super().set_default_headers()
        for name in self.settings.get("headers", {}):
            if name.lower().startswith("access-control-"):
                self.clear_header(name)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Allow", "POST")

    def set_cors_headers(self) -> None:
        """Nothing: the base class echoes any origin to whoever has the token."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell a code and a sentence; the text of an exception stays here."""
        reason = kwargs.get("exc_info", (None, None))[1]
        code, message = _BY_STATUS.get(
            status_code, ("failed", "It went wrong; the server's log may say more.")
        )
        told = {"code": code, "message": message}
        if isinstance(reason, Refusal):
            told = {"code": reason.code, "message": str(reason.log_message)}
            told |= reason.further
        self.finish(json.dumps(told))

    @property
    def log(self) -> Any:
        """Jupyter's log. It logs each refused request as a warning, or as an error."""
        return _AtDebug(super().log, {}) if self._is_expected else super().log

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log an expected refusal at DEBUG, and everything else as tornado does."""
        self._is_expected = isinstance(value, Refusal) and (
            value.status_code in _EXPECTED or value.code in _LOGGED
        )
        if self._is_expected:
            self.log.debug("%s", value)
        else:
            super().log_exception(typ, value, tb)

    def _fields(self) -> Mapping[str, Any]:
        if len(self.request.body) > MAX_BODY:
            raise Refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The request is too large."
            )
        if self.request.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise Refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "invalid_message",
                "The request must be of type application/json.",
            )
        try:
            fields = json.loads(self.request.body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise Refusal(
                HTTPStatus.BAD_REQUEST, "invalid_message", "The request must be a JSON object."
            )
        return fields


class GatedHandler(SealedHandler):
    """A route: POST only, JSON only, logged in, authorized, from our own pages or with the token.

    Subclasses have :meth:`answer` and nothing else, so that none can forget a check. The one thing
    that they may declare is an exception that the tests list by name.
    """

    proof_stands_for_xsrf: ClassVar[bool] = False
    """A secret of the request itself takes the place of the XSRF token, for a page of this origin
    that cannot read the cookie. Login, authorization and origin are checked as everywhere."""

    is_from_page: bool = False
    """Whether it counts as sent by a page of this server; known when :meth:`answer` is called."""

    async def prepare(self) -> None:  # type: ignore[override] # as the base class itself does
        """Refuse before anything is read or done.

        That a page sent it is what the request says of itself. Where others can run code in the
        user's kernels, that needs the user's login and XSRF cookies as well: a kernel may know a
        token, and JupyterLab's pages have both cookies, whatever they send beside them.
        """
        refuse_foreign(self.request.headers)
        if not is_own_host(self):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "foreign_origin",
                "Nobody has to log in to this server, so it answers by names that it knows only: "
                "set a token, or list the name in c.ServerApp.local_hostnames.",
            )
        is_shared = sharing_of(self.settings).is_shared()
        self.is_from_page = came_from_a_page(self.request.headers)
        if is_shared and self.is_from_page:
            drop_token(self.request)
        await super().prepare()
        if is_shared and self.is_from_page:
            self.is_from_page = not self.token_authenticated
            if self.is_from_page and not self.proof_stands_for_xsrf:
                # Jupyter's own check can be turned off.
                RequestHandler.check_xsrf_cookie(self)
        if not self.is_from_page and not self._has_token_header():
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "token_required",
                "A call from outside a page needs this server's token in the Authorization header.",
            )

    def check_xsrf_cookie(self) -> None:
        """Check it unless the route has declared its exception."""
        if not self.proof_stands_for_xsrf:
            super().check_xsrf_cookie()

    def _has_token_header(self) -> bool:
        return "Authorization" in self.request.headers and self.token_authenticated


def came_from_a_page(headers: HTTPHeaders) -> bool:
    """Tell whether it says that a browser sent it for a page.

    No other website can make a browser leave these headers out or change them; a program can send
    whatever it likes.
    """
    return "Origin" in headers or "Sec-Fetch-Site" in headers


def drop_token(request: HTTPServerRequest) -> None:
    """Take Jupyter's token out of a request, so that its cookies alone say who sent it."""
    if request.headers.get("Authorization", "").lower().startswith("token "):
        del request.headers["Authorization"]
    for arguments in (request.arguments, request.query_arguments):
        arguments.pop("token", None)


def refuse_foreign(headers: HTTPHeaders) -> None:
    """Let pass what no other website can have sent.

    :raises Refusal: the request comes from a page of another origin.
    """
    origin = headers.get("Origin")
    own = origin is None or _is_own(origin, headers.get("Host", ""))
    # What a browser says of itself, and no page can change (Fetch Metadata).
    if not own or headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "foreign_origin",
            "Only pages of this Jupyter server may ask; a reverse proxy must keep the Host header.",
        )


def _is_own(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    # The scheme may differ from ours: TLS often ends at a proxy.
    exact = f"{parts.scheme}://{host.lower()}"
    return parts.scheme in {"http", "https"} and host != "" and origin.lower() == exact
