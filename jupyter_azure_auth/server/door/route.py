"""``POST <base>/azure-auth/token`` for callers with the key of the runtime file."""

from __future__ import annotations

import hmac
import ipaddress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.routing import Matcher, PathMatches

from jupyter_azure_auth.runtime_file import KEY_HEADER
from jupyter_azure_auth.server.door.caller import read_caller
from jupyter_azure_auth.server.gate import Refusal, SealedHandler
from jupyter_azure_auth.server.owner import EVERYONE, tells_people_apart
from jupyter_azure_auth.server.wishes import read_token_wish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

    from jupyter_azure_auth.server.door.door import Door


class KeyMatcher(Matcher):
    """Matches requests for a path that carry a key, valid or not; no other route serves those."""

    def __init__(self, path: str) -> None:
        self._path = PathMatches(path)

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return the path's arguments; None if the request does not match."""
        return self._path.match(request) if KEY_HEADER in request.headers else None


class DoorRoute(SealedHandler):
    """Issues tokens to this server's kernels. Ignores cookies and Jupyter's token."""

    # A kernel's request does not mean that a user is active.
    _track_activity = False

    def initialize(self, door: Door, key: str) -> None:
        """Store the token service and the key, which all requests share."""
        self._door = door
        self._key = key

    async def prepare(self) -> None:  # type: ignore[override] # as the base class itself does
        """Accept only callers with the key. Jupyter's ``prepare``, which logs in, is not called.

        The caller is the server's single user; servers that distinguish users are refused.
        """
        self.current_user = None
        key = self.request.headers.get_list(KEY_HEADER)
        if not (len(key) == 1 and hmac.compare_digest(key[0].encode(), self._key.encode())):
            raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", "The key is wrong.")
        refuse_all_but_neighbours(self.request.headers, self.request.remote_ip)
        if tells_people_apart(self.identity_provider):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "several_people",
                "This server has several users, and cannot tell which user's kernel asks.",
            )
        self.current_user = self.identity_provider.generate_anonymous_user(self)

    def check_xsrf_cookie(self) -> None:
        """Check nothing: browsers do not send the key, and cookies are ignored."""

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a token."""
        kernel, wish = read_caller(fields), read_token_wish(fields)
        if kernel is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_message", '"kernel" is missing.')
        return (await self._door.give_kernel(EVERYONE, wish, kernel)).to_wire()


def refuse_all_but_neighbours(headers: HTTPHeaders, remote_ip: str | None) -> None:
    """Accept only requests that a program on this host sent directly, not through a browser.

    :raises Refusal: for any other request. ``Host`` is checked regardless of
        ``allow_remote_access`` (DNS rebinding).
    """
    if any(name == "Origin" or name.startswith("Sec-Fetch-") for name in headers):
        raise Refusal(HTTPStatus.FORBIDDEN, "foreign_origin", "Pages have no key.")
    try:
        host = urlsplit(f"//{headers.get('Host', '')}").hostname or ""
    except ValueError:
        host = ""
    if not (_is_loopback(host) and _is_loopback(remote_ip or "")):
        raise Refusal(
            HTTPStatus.FORBIDDEN, "not_on_loopback", "Only programs on this host can ask."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
