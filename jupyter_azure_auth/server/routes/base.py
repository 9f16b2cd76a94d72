"""The request checks before every route of this extension.

Jupyter's checks can be turned off one by one (``allow_origin="*"``, ``disable_check_xsrf``, an
empty token), each for reasons that have nothing to do with Azure. The answers of these routes must
never be readable by another website, so these checks come on top, and no configuration turns them
off.

An origin is accepted if its host is the one in the request's ``Host`` header, as in Jupyter itself.
Behind a reverse proxy that replaces this header, it is accepted if the browser says that the page
is of the same origin and the request has the user's login and XSRF cookies. ``X-Forwarded-Host`` is
not read, because a client that reaches the server without the proxy could set it.
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

from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.errors import RESPONSES, AuthError
from jupyter_azure_auth.server.server_host import is_server_host
from jupyter_azure_auth.server.sharing import sharing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

MAX_BODY_BYTES: Final = 16 * 1024
"""Bytes; the largest request, one with a claims challenge, has 8 kB."""


class APIError(HTTPError):
    """A response ``{"code", "message"}``; the message repeats no part of the request.

    ``detail``, if given, is the code of an Entra error, such as ``AADSTS50076``; ``reason``
    distinguishes causes of ``unavailable``; ``explanation`` says why an ambient identity has no
    token, or what Azure says about an unknown code; ``trace`` identifies the request to Azure.
    """

    def __init__(self, status: HTTPStatus, code: str, message: str, **extra: object) -> None:
        super().__init__(status, message)
        self.code = code
        self.extra = {name: value for name, value in extra.items() if value is not None}


_BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: ("forbidden", "Log in to this Jupyter server first."),
    HTTPStatus.FORBIDDEN: (
        "forbidden",
        "Not allowed: log in to this Jupyter server, and send its XSRF token or its API token.",
    ),
    HTTPStatus.NOT_FOUND: ("not_found", "There is no such resource."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Only POST is allowed."),
}
"""Responses for requests that Jupyter or tornado refuses before these routes see them."""


_EXPECTED: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}
)
"""Statuses of refusals that indicate no fault of the server or of the caller."""

_LOGGED: Final = frozenset({"resource_not_allowed", "shared_server"})
"""Codes of refusals that the token service itself logs, with the caller's name."""

if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class _AtDebug(_Adapter):
    """Logs at DEBUG, regardless of the requested level."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:  # noqa: ARG002
        super().log(logging.DEBUG, msg, *args, **kwargs)


class JSONHandler(APIHandler):
    """The base of every route: JSON in and out, never cached, never readable by another origin.

    Not for direct use: a subclass must define which requests are allowed.
    """

    SUPPORTED_METHODS = ("POST",)
    auth_resource = "azure-auth"

    _is_expected = False
    """Whether the response is an expected refusal, such as those of polls without a sign-in."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to a request that has passed the checks.

        :param fields: its JSON object; nothing in it is validated yet.
        :returns: a JSON object.
        :raises APIError: if the fields are invalid.
        :raises AuthError: if the sign-in or the authority does not provide what is requested.
        """
        raise NotImplementedError

    @authenticated
    @authorized
    async def post(self) -> None:
        """Answer with JSON."""
        try:
            answer = await self.handle(self._fields())
        except AuthError as problem:
            raise APIError(
                RESPONSES[problem.code].status,
                problem.code,
                problem.sentence,
                detail=problem.detail,
                reason=problem.reason,
                explanation=problem.explanation,
                trace=None if problem.trace is None else problem.trace.to_wire(),
            ) from None
        await self.finish(json.dumps(answer))

    def set_default_headers(self) -> None:
        """Forbid caching and other origins, regardless of the headers that the server sets."""
        super().set_default_headers()
        for name in self.settings.get("headers", {}):
            if name.lower().startswith("access-control-"):
                self.clear_header(name)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Allow", "POST")

    def set_cors_headers(self) -> None:
        """Set no header: the base class echoes any origin to a caller that has the token."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send a code and a sentence, never the text of an exception."""
        reason = kwargs.get("exc_info", (None, None))[1]
        code, message = _BY_STATUS.get(
            status_code, ("failed", "The request failed. The server's log may say why.")
        )
        body: dict[str, object] = {"code": code, "message": message}
        if isinstance(reason, APIError):
            body = {"code": reason.code, "message": str(reason.log_message)}
            body |= reason.extra
        self.finish(json.dumps(body))

    @property
    def log(self) -> Any:
        """Jupyter's log, which reports refused requests as warnings or errors unless expected."""
        return _AtDebug(super().log, {}) if self._is_expected else super().log

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log an expected refusal at DEBUG, and everything else as tornado does."""
        self._is_expected = isinstance(value, APIError) and (
            value.status_code in _EXPECTED or value.code in _LOGGED
        )
        if self._is_expected:
            self.log.debug("%s", value)
        else:
            super().log_exception(typ, value, tb)

    def _fields(self) -> Mapping[str, Any]:
        if len(self.request.body) > MAX_BODY_BYTES:
            raise APIError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The request is too large."
            )
        if self.request.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise APIError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "invalid_message",
                "The request must be of type application/json.",
            )
        try:
            fields = json.loads(self.request.body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise APIError(
                HTTPStatus.BAD_REQUEST, "invalid_message", "The request must be a JSON object."
            )
        return fields


class AuthenticatedJSONHandler(JSONHandler):
    """A route: POST and JSON, login and authorization, from this server's pages or with its token.

    Subclasses define :meth:`handle` only, so that none can forget a check. They may declare one
    exception, which the tests list by name.
    """

    proof_replaces_xsrf: ClassVar[bool] = False
    """Whether a secret in the request replaces the XSRF token, for a page of this origin that
    cannot read the cookie. Login, authorization and origin are checked as for every route."""

    needs_login: ClassVar[bool] = False
    """Whether a page needs its user's cookies wherever the server tells users apart: the token of a
    kernel is the same user's there, but this route is for pages alone."""

    is_from_page: bool = False
    """Whether a page of this server sent the request; set before :meth:`handle` is called."""

    async def prepare(self) -> None:  # type: ignore[override] # as the base class itself does
        """Refuse the request before its body is read or anything is done.

        A program can claim that its request is from a page. If other users can run code in the
        user's kernels, the request therefore needs the user's login and XSRF cookies as well: a
        kernel may know a token, whereas JupyterLab's pages always have both cookies.
        """
        is_renamed = not has_own_host(self.request.headers)
        if is_renamed and (self.proof_replaces_xsrf or not self.identity_provider.auth_enabled):
            raise _foreign_origin()
        if not is_server_host(self):
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "foreign_origin",
                "This server needs no login, so it accepts only its own host names: "
                "set a token, or list the name in c.ServerApp.local_hostnames.",
            )
        self.is_from_page = is_page_request(self.request.headers)
        needs_cookies = (
            is_renamed
            or sharing_of(self.settings).is_shared()
            or (self.needs_login and has_distinct_users(self.identity_provider))
        )
        if needs_cookies and self.is_from_page:
            drop_token(self.request)
        await super().prepare()
        if needs_cookies and self.is_from_page:
            self.is_from_page = not self.token_authenticated
            if self.is_from_page and not self.proof_replaces_xsrf:
                # Jupyter's check can be turned off.
                RequestHandler.check_xsrf_cookie(self)
        if not self.is_from_page and not self._has_token_header():
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "token_required",
                "A call from outside a page needs this server's token in the Authorization header.",
            )

    def check_xsrf_cookie(self) -> None:
        """Check the cookie unless the route declares its exception."""
        if not self.proof_replaces_xsrf:
            super().check_xsrf_cookie()

    def _has_token_header(self) -> bool:
        return "Authorization" in self.request.headers and self.token_authenticated


def is_page_request(headers: HTTPHeaders) -> bool:
    """Whether the headers say that a browser sent the request for a page.

    Another website cannot make a browser omit or change these headers; a program can send any.
    """
    return "Origin" in headers or "Sec-Fetch-Site" in headers


def drop_token(request: HTTPServerRequest) -> None:
    """Remove Jupyter's token from a request, so that only its cookies identify the sender."""
    if request.headers.get("Authorization", "").lower().startswith("token "):
        del request.headers["Authorization"]
    for arguments in (request.arguments, request.query_arguments):
        arguments.pop("token", None)


def has_own_host(headers: HTTPHeaders) -> bool:
    """Return whether the ``Host`` header is that of the page, which a reverse proxy may replace.

    If it is not, the browser says that the page has the same origin as the address that it asked.
    That proves only that no other website sent the request, and a program can send any header.

    :raises APIError: if the request comes from a page of another origin.
    """
    origin = headers.get("Origin")
    own = origin is None or _is_own(origin, headers.get("Host", ""))
    # Fetch Metadata: set by the browser for https and localhost only, and no page can change it.
    site = headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin"} or not (own or site == "same-origin"):
        raise _foreign_origin()
    return own


def check_same_origin(headers: HTTPHeaders) -> None:
    """Accept only requests of pages whose host is the one in the ``Host`` header.

    :raises APIError: if the page is of another origin, or a reverse proxy has replaced the header.
    """
    if not has_own_host(headers):
        raise _foreign_origin()


def _foreign_origin() -> APIError:
    return APIError(
        HTTPStatus.FORBIDDEN,
        "foreign_origin",
        "Only pages of this Jupyter server can ask; a reverse proxy must keep the Host header.",
    )


def _is_own(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    # The scheme may differ from this server's: TLS often ends at a proxy.
    exact = f"{parts.scheme}://{host.lower()}"
    return parts.scheme in {"http", "https"} and host != "" and origin.lower() == exact
