"""The rules for ``/``, the only path on localhost to which Entra redirects a public client.

They come before Jupyter's rules, match only an authority's response or a probe of this extension,
and leave everything else untouched.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from tornado.routing import Matcher, Rule
from tornado.web import RequestHandler, stream_request_body

from jupyter_azure_auth.server.routes.base import APIError, check_same_origin
from jupyter_azure_auth.server.sign_in.loopback.landing import Page, landing_page, warning_page

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest
    from tornado.web import Application

    from jupyter_azure_auth.server.sign_in.loopback.sign_in import LoopbackSignIn

MAX_BODY_BYTES: Final = 64 * 1024
"""Bytes; Entra's codes have about 1 kB."""

_FORM: Final = "application/x-www-form-urlencoded"

# Narrower than Jupyter's notion of local: the proof is in the browser storage of `localhost`.
_LOCALHOST: Final = re.compile(r"localhost(:\d{1,5})?", re.IGNORECASE)


class RedirectMatcher(Matcher):
    """Matches a form posted to ``/`` while one can be a response. Matchers do not see the body.

    A server that was restarted during a sign-in expects no response. The browser that comes back
    still gets an explanation instead of Jupyter's bare 403. Jupyter has no form that posts to
    ``/``.
    """

    def __init__(self, sign_in: LoopbackSignIn) -> None:
        self._sign_in = sign_in

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return an empty dict if the request matches, otherwise None."""
        kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        ours = request.method == "POST" and request.path == "/" and kind == _FORM
        is_navigation = request.headers.get("Sec-Fetch-Mode") == "navigate"
        return {} if ours and (is_navigation or self._sign_in.expects_request) else None


_RESPONSE_PARAMETERS: Final = frozenset({"code", "error"})
"""Every response of an authority has one of these fields, with or without ``state``."""


class UnsolicitedRedirectMatcher(Matcher):
    """Matches an unsolicited redirect: a response in the query, which is never asked for.

    Jupyter would redirect it to ``/lab?code=…``, and from there to a login page. It logs that
    address.
    """

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return an empty dict if the request matches, otherwise None."""
        reads = request.method in {"GET", "HEAD"} and request.path == "/"
        # Tornado has decoded the names: `%63ode` is `code` here.
        return (
            {} if reads and not _RESPONSE_PARAMETERS.isdisjoint(request.query_arguments) else None
        )


class RootHandler(RequestHandler):
    """Answers with fixed pages. Not a Jupyter handler: no login, and no XSRF cookie."""

    def check_xsrf_cookie(self) -> None:
        """Check nothing: the authority's page posts here, protected by ``state`` and proof."""

    def show(self, page: Page, status: HTTPStatus) -> None:
        """Send a page."""
        self.set_status(status)
        for name, value in page.headers.items():
            self.set_header(name, value)
        self.finish(page.html)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Send the warning page, without details of the error."""
        self.show(warning_page(), HTTPStatus(status_code))


@stream_request_body
class RedirectHandler(RootHandler):
    """Receives the authority's response, or a probe."""

    SUPPORTED_METHODS = ("POST",)

    def initialize(self, sign_in: LoopbackSignIn, finish_path: str) -> None:
        """Store the sign-ins and the path, which all requests share."""
        self._sign_in = sign_in
        self._finish_path = finish_path
        self._body = bytearray()
        self._too_large = False

    def prepare(self) -> None:
        """Refuse any other host name, regardless of Jupyter's configuration (DNS rebinding)."""
        if not _LOCALHOST.fullmatch(self.request.headers.get("Host", "")):
            raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "The host name must be localhost.")

    def data_received(self, chunk: bytes) -> None:
        """Keep the body up to the maximum size of a response; the rest is read and dropped."""
        self._too_large = self._too_large or len(self._body) + len(chunk) > MAX_BODY_BYTES
        if not self._too_large:
            self._body += chunk

    def post(self) -> None:
        """Answer a probe with JSON, and an expected response with the landing page."""
        if self._too_large:
            self.show(warning_page(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        fields = _read_form(bytes(self._body))
        if "probe" in fields:
            self._answer_probe(fields["probe"])
            return
        receipt = self._sign_in.accept_redirect(fields) if fields.get("state") else None
        if receipt is None:
            self.show(warning_page(), HTTPStatus.BAD_REQUEST)
        else:
            self.show(landing_page(self._finish_path, receipt), HTTPStatus.OK)

    def _answer_probe(self, question: str) -> None:
        check_same_origin(self.request.headers)
        answer = self._sign_in.answer_probe(question)
        if answer is None:
            self.show(warning_page(), HTTPStatus.BAD_REQUEST)
            return
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(json.dumps({"answer": answer}))


class UnsolicitedRedirectHandler(RootHandler):
    """Warns a user who was sent an address with a code in it, or is asked to send one."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def prepare(self) -> None:
        """Remove the query, because the log contains the ``uri`` of a request."""
        self.request.uri = self.request.path

    def get(self) -> None:
        """Send the warning page and redeem nothing."""
        self.show(warning_page(), HTTPStatus.BAD_REQUEST)

    head = get


def add_root_rules(application: Application, sign_in: LoopbackSignIn, finish_path: str) -> None:
    """Add the rules before those of Jupyter."""
    shared = {"sign_in": sign_in, "finish_path": finish_path}
    application.wildcard_router.rules[:0] = [
        Rule(RedirectMatcher(sign_in), RedirectHandler, shared),
        Rule(UnsolicitedRedirectMatcher(), UnsolicitedRedirectHandler),
    ]


def _read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form; none if it is malformed or repeats a field."""
    try:
        pairs = parse_qsl(body.decode("ascii"), max_num_fields=50, errors="strict")
    except ValueError:
        return {}
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else {}
