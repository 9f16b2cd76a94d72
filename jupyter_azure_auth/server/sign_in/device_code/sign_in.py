"""A sign-in with a code, from the click to its end.

Between two polls only a task of the event loop waits for the user, and no thread. A server that
stops drops its unfinished sign-ins.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.process_access.rate_limiter import (
    SIGN_IN_BURST,
    SIGN_INS_PER_SECOND,
    RateLimiter,
)
from jupyter_azure_auth.server.routes.attempts import check_offered
from jupyter_azure_auth.server.sign_in.attempts import (
    MAX_PENDING_ATTEMPTS,
    AttemptState,
    AttemptStatus,
    SignInAttempt,
    SignInAttempts,
)
from jupyter_azure_auth.server.thread_pool import FairThreadPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.msal_device_code import DeviceCode
    from jupyter_azure_auth.server.requests import DeviceCodeRequest
    from jupyter_azure_auth.server.user_key import UserKey
    from jupyter_azure_auth.server.user_sessions import UserSessions

SOURCE: Final = "device-code"

CODE_LIFETIME_S: Final = 900
"""Maximum lifetime of a code in seconds, as with Entra, even if an authority allows more."""

MAX_POLL_INTERVAL_S: Final = 60
"""Maximum seconds between two polls while the authority is unreachable."""


@dataclass(repr=False, eq=False, kw_only=True)
class DeviceCodeAttempt(SignInAttempt):
    """A sign-in that waits for its user."""

    code: DeviceCode | None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs, and stop polling."""
        self.code = None
        self.over.set()


class DeviceCodeSignIn:
    """The sign-ins with a code, shared by all routes."""

    def __init__(
        self,
        config: AzureAuthConfig,
        user_sessions: UserSessions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it without sign-ins.

        :param config: the configuration.
        :param user_sessions: gets the users who have signed in.
        :param clock: returns seconds and never goes back.
        """
        self._config = config
        self._user_sessions = user_sessions
        self._attempts: SignInAttempts[DeviceCodeAttempt] = SignInAttempts(clock)
        # One more than the sign-ins that may wait, so that hanging ones cannot block a new one.
        self._threads = FairThreadPool("device-code", per_user=MAX_PENDING_ATTEMPTS + 1)
        self._rate_limiter = RateLimiter(SIGN_IN_BURST, SIGN_INS_PER_SECOND)
        self._polls: set[asyncio.Task[None]] = set()

    async def start(self, user_key: UserKey, request: DeviceCodeRequest) -> Mapping[str, Any]:
        """Begin a sign-in.

        :returns: what the panel shows; the device code itself never leaves the server.
        :raises APIError: if the administrator does not allow this source, or there were too many.
        :raises AuthError: if the authority cannot be reached, or gives no code.
        """
        check_offered(self._config, SOURCE)
        self._rate_limiter.check(user_key)
        code = await self._threads.call(user_key, lambda: _begin(self._config, request))
        lifetime = min(code.expires_in, CODE_LIFETIME_S)
        attempt = DeviceCodeAttempt(
            user_key=user_key,
            code=code,
            ends_at=self._attempts.clock() + lifetime,
            account=request.account,
        )
        self._attempts.add(attempt)
        task = asyncio.create_task(self._poll_until_over(attempt))
        # The event loop holds only weak references to tasks.
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)
        return {
            "attempt_id": attempt.id,
            "user_code": code.user_code,
            "verification_uri": code.verification_uri,
            # A duration instead of a time, because the browser's clock may differ.
            "expires_in": lifetime,
        }

    def status(self, user_key: UserKey, attempt_id: str) -> AttemptStatus | None:
        """Return the status of a sign-in; None if it is unknown or ended long ago."""
        return self._attempts.status(user_key, attempt_id)

    def cancel(self, user_key: UserKey, attempt_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""
        self._attempts.cancel(user_key, attempt_id)

    async def _poll_until_over(self, attempt: DeviceCodeAttempt) -> None:
        interval: float = 0
        while (code := attempt.code) is not None:
            # Exponential backoff as in RFC 8628, 3.5: the code is still valid.
            interval = min(2 * interval, MAX_POLL_INTERVAL_S) or code.interval
            await self._pause(attempt, interval)
            self._attempts.sweep()
            if attempt.code is not None and await self._poll(attempt, code):
                interval = 0

    async def _pause(self, attempt: DeviceCodeAttempt, seconds: float) -> None:
        """Wait before the next poll, but not once the sign-in is over."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(attempt.over.wait(), seconds)

    async def _poll(self, attempt: DeviceCodeAttempt, code: DeviceCode) -> bool:
        """Ask once, and settle the sign-in if the authority has decided.

        :returns: False if the authority could not be asked.
        """
        try:
            issued = await self._threads.call(attempt.user_key, code.poll)
        except AuthError as problem:
            if problem.code == "unavailable":
                return False
            self._attempts.settle(attempt, AttemptStatus.of_error(problem))
            return True
        if issued is None:
            return True
        if self._attempts.settle(attempt, AttemptStatus(AttemptState.DONE)):
            user_session = self._user_sessions.create(code.client, issued, code.scopes, SOURCE)
            await self._user_sessions.sign_in(attempt.user_key, user_session, attempt.account)
        else:
            # Cancelled while the authority granted it.
            self._threads.call(attempt.user_key, code.client.forget)
        return True


def _begin(config: AzureAuthConfig, request: DeviceCodeRequest) -> DeviceCode:
    # MSAL takes 0.2 s to load; users of other sign-ins must not wait for it.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(config).begin_with_code(request)
