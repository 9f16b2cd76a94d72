"""A sign-in on Jupyter's port, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.process_access.rate_limiter import (
    SIGN_IN_BURST,
    SIGN_INS_PER_SECOND,
    RateLimiter,
)
from jupyter_azure_auth.server.routes.attempts import check_offered
from jupyter_azure_auth.server.sign_in.attempts import AttemptState, AttemptStatus
from jupyter_azure_auth.server.sign_in.loopback.attempts import LoopbackAttempts
from jupyter_azure_auth.server.sign_in.loopback.probes import Probes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.msal_client import StartedSignIn
    from jupyter_azure_auth.server.requests import SignInRequest
    from jupyter_azure_auth.server.user_key import UserKey
    from jupyter_azure_auth.server.user_sessions import UserSessions

SOURCE: Final = "loopback"


class LoopbackSignIn:
    """The sign-ins by redirect, shared by the routes and the rules for ``/``."""

    def __init__(self, config: AzureAuthConfig, user_sessions: UserSessions) -> None:
        self._config = config
        self._user_sessions = user_sessions
        self._attempts: LoopbackAttempts[StartedSignIn] = LoopbackAttempts()
        self._probes = Probes()
        self._rate_limiter = RateLimiter(SIGN_IN_BURST, SIGN_INS_PER_SECOND)

    @property
    def expects_request(self) -> bool:
        """Whether a response or a probe can arrive at ``/``."""
        return self._attempts.expects_redirect or self._probes.has_pending

    def probe(self, user_key: UserKey) -> Mapping[str, str]:
        """Return a new probe for ``/``, for a page of this user.

        :raises APIError: if the administrator does not allow this source.
        """
        check_offered(self._config, SOURCE)
        probe = self._probes.send(user_key)
        return {"probe": probe.question, "answer": probe.answer}

    def answer_probe(self, question: str) -> str | None:
        """Return the answer to a probe that has arrived, once; None if it is unknown."""
        return self._probes.answer_probe(question)

    async def start(self, user_key: UserKey, request: SignInRequest) -> Mapping[str, str]:
        """Begin a sign-in.

        :raises APIError: if the administrator does not allow this source, or there were too many.
        :raises AuthError: if the authority cannot be reached, or does not exist.
        """
        check_offered(self._config, SOURCE)
        self._rate_limiter.check(user_key)
        begun = await self._user_sessions.begin(user_key, request)
        attempt = self._attempts.begin(user_key, begun.state, begun, request.account)
        return {
            "attempt_id": attempt.id,
            "authorize_url": begun.authorize_url,
            "proof": attempt.proof,
        }

    def accept_redirect(self, answer: Mapping[str, str]) -> str | None:
        """Accept a response of the authority without redeeming it: any browser may have sent it.

        :returns: the receipt for the landing page; None if no sign-in expects the response.
        """
        return self._attempts.accept_redirect(answer.get("state", ""), answer)

    async def finish(self, user_key: UserKey, proof: str, receipt: str) -> Account:
        """Finish the sign-in whose response came back to the browser that began it.

        :raises AuthError: if the sign-in fails.
        """
        attempt = self._attempts.verify_proof(user_key, proof, receipt)
        if attempt is None or attempt.answer is None or attempt.begun is None:
            raise AuthError("failed")
        try:
            user_session = await self._user_sessions.redeem(
                user_key, attempt.begun, attempt.answer, SOURCE
            )
        except AuthError as problem:
            self._attempts.settle(attempt, AttemptStatus.of_error(problem))
            raise
        if not self._attempts.settle(attempt, AttemptStatus(AttemptState.DONE)):
            await self._user_sessions.discard(user_key, user_session)
            raise AuthError("cancelled")
        await self._user_sessions.sign_in(user_key, user_session, attempt.account)
        return user_session.account

    def status(self, user_key: UserKey, attempt_id: str) -> AttemptStatus | None:
        """Return the status of a sign-in; None if it is unknown or ended long ago."""
        return self._attempts.status(user_key, attempt_id)

    def cancel(self, user_key: UserKey, attempt_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""
        self._attempts.cancel(user_key, attempt_id)
