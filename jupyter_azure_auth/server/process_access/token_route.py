"""``POST <base>/azure-auth/token`` for callers with the key of the connection file."""

from __future__ import annotations

import hmac
import ipaddress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.routing import Matcher, PathMatches

from jupyter_azure_auth.connection_file import KEY_HEADER
from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.process_access.kernel_ref import read_kernel_ref
from jupyter_azure_auth.server.process_access.sign_in_prompts import read_waiting_process
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import APIError, JSONHandler
from jupyter_azure_auth.server.user_key import SINGLE_USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService


class KeyMatcher(Matcher):
    """Matches requests for a path that carry a key, valid or not; no other route serves those."""

    def __init__(self, path: str) -> None:
        self._path = PathMatches(path)

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return the path's arguments; None if the request does not match."""
        return self._path.match(request) if KEY_HEADER in request.headers else None


class KernelTokenRoute(JSONHandler):
    """Issues tokens to the processes below this server. Ignores cookies and Jupyter's token."""

    def initialize(self, token_service: KernelTokenService, key: str) -> None:
        """Store the token service and the key, which all requests share."""
        self._token_service = token_service
        self._key = key

    async def prepare(self) -> None:  # type: ignore[override] # as the base class itself does
        """Accept only callers with the key. Jupyter's ``prepare``, which logs in, is not called.

        The caller is the server's single user; servers that distinguish users are refused.
        """
        self.current_user = None
        key = self.request.headers.get_list(KEY_HEADER)
        if not (len(key) == 1 and hmac.compare_digest(key[0].encode(), self._key.encode())):
            raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "The key is wrong.")
        check_loopback(self.request.headers, self.request.remote_ip)
        if has_distinct_users(self.identity_provider):
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "multi_user_server",
                "This server has several users, and cannot tell which user's process asks.",
            )
        self.current_user = self.identity_provider.generate_anonymous_user(self)

    def check_xsrf_cookie(self) -> None:
        """Check nothing: browsers do not send the key, and cookies are ignored."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a token."""
        kernel, request = read_kernel_ref(fields), read_token_request(fields)
        waits_as = read_waiting_process(fields)
        issued = await self._token_service.issue_to_kernel(SINGLE_USER, request, kernel, waits_as)
        return issued.to_wire()


def check_loopback(headers: HTTPHeaders, remote_ip: str | None) -> None:
    """Accept only requests that a program on this host sent directly, not through a browser.

    :raises APIError: for any other request. ``Host`` is checked regardless of
        ``allow_remote_access`` (DNS rebinding).
    """
    if any(name == "Origin" or name.startswith("Sec-Fetch-") for name in headers):
        raise APIError(HTTPStatus.FORBIDDEN, "foreign_origin", "Pages have no key.")
    try:
        host = urlsplit(f"//{headers.get('Host', '')}").hostname or ""
    except ValueError:
        host = ""
    if not (_is_loopback(host) and _is_loopback(remote_ip or "")):
        raise APIError(
            HTTPStatus.FORBIDDEN, "not_on_loopback", "Only programs on this host can send requests."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
