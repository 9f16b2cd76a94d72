"""The listener of the identity endpoint, on a port of 127.0.0.1 that the system chooses."""

from __future__ import annotations

import json
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from jupyter_azure_auth._clouds import DEFAULT_CLOUD
from jupyter_azure_auth.endpoint_variables import PARENT_SERVER_PATH
from jupyter_azure_auth.server.identity_endpoint.contract import (
    ERROR_STATUS,
    EndpointError,
    parse_az_request,
    parse_request,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tornado.httputil import HTTPServerRequest

    from jupyter_azure_auth.server.identity_endpoint.contract import EndpointRequest

    Issue = Callable[[EndpointRequest], Awaitable[dict[str, str]]]

log = logging.getLogger(__name__)

ADDRESS: Final = "127.0.0.1"

HEADERS_TIMEOUT_S: Final = 30.0
"""Seconds in which a connection must send a request."""

BODY_LIMIT: Final = 1024
"""Bytes; SDKs send no body, and other users of the host could fill the memory with one."""

AZ_PATH: Final = "/jupyter-azure-auth/az"
"""Path for our `az`, which names a tenant and shows the account, as SDKs do not."""


class Listener:
    """Serves the endpoint until it is closed. Writes no access log."""

    def __init__(self, issue: Issue, cloud: str = DEFAULT_CLOUD) -> None:
        """Bind a port and start to listen.

        :param issue: returns the body with a token, or raises an ``EndpointError``.
        :param cloud: name of the cloud of the tokens.
        """
        [socket] = bind_sockets(0, ADDRESS)
        self._host = f"{ADDRESS}:{socket.getsockname()[1]}"
        sdk = partial(parse_request, host=self._host)
        az = partial(parse_az_request, host=self._host, cloud=cloud)
        application = Application(
            [
                (
                    f"{PARENT_SERVER_PATH}(?:/[\\w-]+)?",
                    _TokenHandler,
                    {"issue": issue, "parse": sdk},
                ),
                (AZ_PATH, _TokenHandler, {"issue": issue, "parse": az}),
            ],
            default_handler_class=_NotFoundHandler,
            log_function=lambda _: None,
        )
        self._server = HTTPServer(
            application,
            # So that none outlives the listener.
            no_keep_alive=True,
            idle_connection_timeout=HEADERS_TIMEOUT_S,
            body_timeout=HEADERS_TIMEOUT_S,
            max_body_size=BODY_LIMIT,
        )
        self._server.add_sockets([socket])

    @property
    def url(self) -> str:
        """Value of ``IDENTITY_ENDPOINT``."""
        return f"http://{self._host}{PARENT_SERVER_PATH}"

    def close(self) -> None:
        """Stop listening, so that a request is refused at once."""
        self._server.stop()


class _Handler(RequestHandler):
    SUPPORTED_METHODS = ("GET",)

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def compute_etag(self) -> None:
        """Return None: an ETag would be a hash of the token."""

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.set_status(ERROR_STATUS)  # so that no SDK tries again for seconds
        body = {"statusCode": self.get_status(), "message": "The request failed."}
        self.finish(json.dumps(body))

    def log_exception(self, typ: type[BaseException] | None, *_: object) -> None:
        """Log the type only: tornado's text contains the request, and tracebacks its values."""
        log.error("The identity endpoint failed: %s", "" if typ is None else typ.__name__)


class _NotFoundHandler(_Handler):
    async def get(self) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)


class _TokenHandler(_Handler):
    def initialize(
        self, issue: Issue, parse: Callable[[HTTPServerRequest], EndpointRequest]
    ) -> None:
        self._issue = issue
        self._parse = parse

    async def get(self) -> None:
        try:
            body: dict[str, Any] = await self._issue(self._parse(self.request))
        except EndpointError as error:
            self.set_status(ERROR_STATUS)
            body = error.to_wire()
        await self.finish(json.dumps(body))
