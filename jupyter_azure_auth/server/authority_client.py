"""The HTTP client of MSAL: retries transient faults, within a limited time."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reason = Literal["busy", "network", "untrusted_certificate"]
    RequestKey = tuple[str, object]

REQUEST_BUDGET_S: Final = 10.0
"""For a request with all its retries, because a user waits for it."""

CONNECT_TIMEOUT_S: Final = 5.0

BACKOFF_S: Final = (0.0, 1.6, 3.2)
"""Seconds before each retry: azure-core's default, as far as it fits into the budget. The policies
of azure-core and urllib3 have no time limit and sleep for as long as `Retry-After` says."""

MAX_RETRY_AFTER_S: Final = 3600.0
"""The limit that MSAL uses."""

_CODE_GRANTS: Final = frozenset({"code", "device_code"})

_ALREADY_REDEEMED: Final = "AADSTS54005"

_PASSING: Final = frozenset({"temporarily_unavailable", "server_error"})


class AuthorityError(requests.RequestException):
    """The authority gave no usable response. Carries the reason only; MSAL does not catch it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class AuthorityResponse:
    """The parts of a response that MSAL reads."""

    # MSAL caches any response with `Retry-After`; it does not use the other headers.
    headers: Final[Mapping[str, str]] = {}

    def __init__(self, status_code: int, text: str) -> None:
        self.status_code = status_code
        self.text = text

    def raise_for_status(self) -> None:
        """Raise for an error status. The exception contains no part of the response's text.

        :raises requests.HTTPError: if the status is 400 or above.
        """
        if self.status_code >= HTTPStatus.BAD_REQUEST:
            raise requests.HTTPError(f"HTTP {self.status_code}")


class _Fault(NamedTuple):
    """An attempt that failed."""

    reason: Reason
    retry_after: float | None = None
    succeeded: bool = False
    """Whether the authority answered with success, but the body did not arrive completely."""


class AuthorityClient:
    """A requests session that waits for a limited time and follows no redirect.

    A redirect of the token endpoint would send the code and verifier, or the refresh token, to
    another host.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Create a session.

        :param clock: returns seconds and never goes back.
        :param sleep: waits for a number of seconds.
        """
        self._clock = clock
        self._sleep = sleep
        self._session = requests.Session()
        self._not_before: dict[RequestKey, float] = {}

    def get(self, url: str, **kwargs: Any) -> AuthorityResponse:
        """Return a document of the authority.

        :raises AuthorityError: if it cannot be reached, or a proxy in between answered. MSAL would
            take either for a tenant that does not exist.
        """
        return self._send("GET", url, **kwargs)

    def get_json(self, url: str) -> Mapping[str, Any] | None:
        """Return a JSON document, for :class:`jupyter_azure_auth._tenants.TenantIds`.

        :returns: None if the authority has no such document.
        :raises AuthorityError: as :meth:`get`.
        :raises requests.HTTPError: if the authority answers with a server error.
        """
        answer = self.get(url)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer.raise_for_status()
        found: Mapping[str, Any] = json.loads(answer.text)
        return found if answer.status_code == HTTPStatus.OK else None

    def post(self, url: str, **kwargs: Any) -> AuthorityResponse:
        """Request a token.

        :raises AuthorityError: if the authority cannot be reached, or its response is unusable.
            MSAL would log a response that is not JSON in full, and return the others from its
            cache for a minute without asking again.
        """
        return self._send("POST", url, **kwargs)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send(self, method: str, url: str, **kwargs: Any) -> AuthorityResponse:
        """Send the request until there is an answer, the budget is used up, or a retry is useless.

        A code can be redeemed only once. If an answer was lost, the code may have been redeemed;
        another try then costs nothing, because the tokens are lost as well.
        """
        data = kwargs.get("data") or {}
        key = (url, data.get("scope"))
        is_code = not _CODE_GRANTS.isdisjoint(data)
        deadline = self._clock() + REQUEST_BUDGET_S
        self._await_turn(key, deadline)
        lost: _Fault | None = None
        for backoff in (*BACKOFF_S, None):
            outcome = self._ask(method, url, deadline, kwargs)
            if isinstance(outcome, AuthorityResponse):
                if is_code and lost is not None and _ALREADY_REDEEMED in outcome.text:
                    raise AuthorityError(lost.reason)
                return outcome
            fault, lost = outcome, lost or outcome
            wait = self._wait_before_retry(key, fault, backoff)
            useless = fault.reason == "untrusted_certificate" or (is_code and fault.succeeded)
            if useless or wait is None or self._clock() + wait >= deadline:
                break
            self._sleep(wait)
        raise AuthorityError(fault.reason)

    def _ask(
        self, method: str, url: str, deadline: float, kwargs: Mapping[str, Any]
    ) -> AuthorityResponse | _Fault:
        left = max(deadline - self._clock(), 0.1)
        limits = {"timeout": (min(CONNECT_TIMEOUT_S, left), left), "allow_redirects": False}
        try:
            answer = self._session.request(method, url, **{**kwargs, **limits})
        except OSError as error:
            # The errors of requests are OSErrors, and so is a CA bundle that does not exist.
            return _Fault("untrusted_certificate" if _is_about_certificates(error) else "network")
        status, error_code = answer.status_code, _error_code(answer.text)
        throttled = status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
        if throttled or status >= HTTPStatus.INTERNAL_SERVER_ERROR or error_code in _PASSING:
            return _Fault("busy", _retry_after(answer.headers.get("Retry-After")))
        if error_code is None:
            return _Fault("network", succeeded=status == HTTPStatus.OK)
        return AuthorityResponse(status, answer.text)

    def _await_turn(self, key: RequestKey, deadline: float) -> None:
        """Wait until a new request to the authority is allowed.

        :raises AuthorityError: if its `Retry-After` ends later than the deadline.
        """
        now = self._clock()
        # In place, and while iterating over a copy: several threads renew one user's tokens.
        for kept, end in tuple(self._not_before.items()):
            if end <= now:
                self._not_before.pop(kept, None)
        turn = self._not_before.get(key, now)
        if turn >= deadline:
            raise AuthorityError("busy")
        if turn > now:
            self._sleep(turn - now)

    def _wait_before_retry(
        self, key: RequestKey, fault: _Fault, backoff: float | None
    ) -> float | None:
        """Return the seconds until the next try; None after the last one."""
        if fault.retry_after is not None:
            self._not_before[key] = self._clock() + fault.retry_after
        return backoff if backoff is None or fault.retry_after is None else fault.retry_after


def _error_code(text: str) -> str | None:
    """Return the ``error`` of a JSON object, empty if it has none; None for anything else."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return str(answer.get("error", "")) if isinstance(answer, dict) else None


def _retry_after(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        return min(float(Retry().parse_retry_after(header)), MAX_RETRY_AFTER_S)
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _is_about_certificates(error: Exception) -> bool:
    """Whether the authority's certificate was not accepted, or no issuers are known at all."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error) or "CA certificate bundle" in str(error)
