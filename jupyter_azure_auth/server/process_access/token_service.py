"""The token service: issues tokens to pages and kernels after checking that they may have one."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth._models import ambient_source
from jupyter_azure_auth._validation import resource_of
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.process_access.grants import Grants
from jupyter_azure_auth.server.process_access.permissions import PROGRAMS
from jupyter_azure_auth.server.process_access.rate_limiter import RateLimiter
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.process_access.activity import ActivityLog, Process
    from jupyter_azure_auth.server.process_access.kernel_ref import KernelRef
    from jupyter_azure_auth.server.process_access.open_pages import OpenPages
    from jupyter_azure_auth.server.process_access.permissions import ProcessPermissions
    from jupyter_azure_auth.server.requests import WaitingProcess
    from jupyter_azure_auth.server.session_manager import SessionManager
    from jupyter_azure_auth.server.user_key import UserKey


class KernelTokenService:
    """Issues tokens to pages and kernels, and records the grants.

    For a single user this is not a security boundary. On a server with several users it is: there
    a page asks its user before a kernel gets a token, and a kernel that asks the server directly
    bypasses that prompt.
    """

    def __init__(  # noqa: PLR0913 (the parts of the server extension)
        self,
        *,
        session_manager: SessionManager,
        is_shared: Callable[[], bool],
        permissions: ProcessPermissions,
        pages: OpenPages,
        activity: ActivityLog,
        log: logging.Logger,
    ) -> None:
        """Create a service without grants.

        :param session_manager: issue the tokens.
        :param is_shared: returns whether this server has several users.
        :param permissions: decide which processes may have tokens.
        :param pages: the open pages.
        :param activity: records what was issued and refused.
        :param log: the server's log.
        """
        self._grants = Grants()
        self._session_manager = session_manager
        self._is_shared = is_shared
        self.permissions = permissions
        self._pages = pages
        self.activity = activity
        self._log = log
        self._rate_limiter = RateLimiter()

    async def issue_to_page(self, user_key: UserKey, request: TokenRequest) -> IssuedToken:
        """Return a token for a page, which itself decides about its kernels.

        :raises AuthError: if there is none.
        :raises APIError: if the pages of this user ask too often.
        """
        self._rate_limiter.check((user_key, "page"))
        with self.activity.attempt(user_key, "page", None, request) as on_issued:
            self._check_resource("A page", request)
            issued = await self._session_manager.token(user_key, request)
            self._grants.record(user_key, "page", None, request, issued)
            on_issued(issued)
        self._log.info("A page was given a token for %s.", _audience(request))
        return issued

    async def issue_to_kernel(
        self,
        user_key: UserKey,
        request: TokenRequest,
        kernel: KernelRef | None,
        waits_as: WaitingProcess | None = None,
    ) -> IssuedToken:
        """Return a token for a kernel, or another caller that is not a page, and record the grant.

        :param kernel: the kernel that the caller claims to be, if any.
        :param waits_as: what to call a caller without a page that waits for the user to sign in.
        :raises AuthError: if there is no token.
        :raises APIError: if the caller may not have one.
        """
        self._rate_limiter.check((user_key, "kernel"))
        is_program = kernel is None
        if kernel is not None and not self.permissions.runs_here(kernel.id):
            # An invented id, or that of a kernel started by another program.
            kernel = None
        to: Process = "program" if kernel is None else "kernel"
        kernel_id = None if kernel is None else kernel.id
        with self.activity.attempt(user_key, to, kernel_id, request) as on_issued:
            name = "A program" if kernel is None else f"Kernel {kernel.id}"
            self._check_shared(name, request)
            self._check_resource(name, request)
            process = PROGRAMS if kernel is None else kernel.id
            await self._check_process(user_key, name, process)
            issued = await (
                self._program_token(user_key, request, waits_as)
                if is_program
                else self._token(user_key, request)
            )
            # Again: the user may have revoked it in the meantime.
            await self._check_process(user_key, name, process)
            self._grants.record(user_key, to, kernel, request, issued)
            on_issued(issued)
        self._log.info("%s was given a token for %s.", name, _audience(request))
        return issued

    def _check_shared(self, name: str, request: TokenRequest) -> None:
        if self._is_shared():
            self._log.warning(
                "%s was refused a token for %s: this server has several users.",
                name,
                _audience(request),
            )
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "shared_server",
                "This server has several users, so a page must ask its user first.",
            )

    def offer_sign_in(self, request: TokenRequest, code: str) -> None:
        """Have open pages ask the user on behalf of a program that does not wait.

        :param code: why the program was refused; without effect if a sign-in cannot change that.
        """
        if code in {"sign_in_required", "sign_in_ended"}:
            self._pages.prompts.offer(request, "refused")
        elif code in {"consent_required", "interaction_required"}:
            self._pages.prompts.offer(request, "consent")

    async def _check_process(self, user_key: UserKey, name: str, process: str) -> None:
        try:
            await self.permissions.check(user_key, process)
        except AuthError as problem:
            self._log.warning("%s was refused a token: %s", name, problem.sentence)
            raise

    def revoke(self, user_key: UserKey, process: str) -> None:
        """Refuse a process any token from now on, and forget those that it was given."""
        self._grants.remove(user_key, None if process == PROGRAMS else process)
        self.permissions.revoke(user_key, process)

    def _check_resource(self, name: str, request: TokenRequest) -> None:
        if not self._session_manager.allows(request):
            self._log.warning(
                "%s was refused a token for %s: c.AzureAuth.allowed_resources does not list it.",
                name,
                _audience(request),
            )
            raise AuthError("resource_not_allowed")

    async def _program_token(
        self, user_key: UserKey, request: TokenRequest, waits_as: WaitingProcess | None
    ) -> IssuedToken:
        """Return a token, and have a page ask the user to sign in if nothing else has one.

        A kernel asks its page itself.
        """
        is_asked = waits_as is not None and self._pages.prompts.is_open(request)
        try:
            return await self._silent_token(user_key, request, with_pages=not is_asked)
        except AuthError as problem:
            if problem.code not in ("sign_in_required", "sign_in_ended") or waits_as is None:
                raise
            not_signed_in = problem
        try:
            issued = await self._pages.prompts.wait(request, waits_as)
        except AuthError as problem:
            raise not_signed_in if problem.code == "sign_in_required" else problem from None
        return issued or await self._silent_token(user_key, request, with_pages=True)

    async def _silent_token(
        self, user_key: UserKey, request: TokenRequest, *, with_pages: bool
    ) -> IssuedToken:
        """Return a token of the user, who may be signed in in a page, before one of the machine."""
        if self._session_manager.prefers_machine:
            return await self._token(user_key, request)
        try:
            return await self._token(user_key, replace(request, require_user=True))
        except AuthError as problem:
            if problem.code != "sign_in_required":
                raise
        issued = await self._pages.requests.ask(request) if with_pages else None
        return issued or await self._token(user_key, request)

    async def _token(self, user_key: UserKey, request: TokenRequest) -> IssuedToken:
        """Return the token, and distinguish an ended sign-in from a missing one.

        A kernel that is told that there is no sign-in may use the ambient identity, which must not
        replace a user who was signed in. This includes kernels with an unknown id.
        """
        try:
            return await self._session_manager.token(user_key, request)
        except AuthError as problem:
            ended = self._session_manager.user_sessions.end_error(user_key)
            if ended and problem.code == "sign_in_required":
                error = AuthError("sign_in_ended", ended.detail)
                error.trace = problem.trace
                raise error from None
            raise

    def list_grants(self, user_key: UserKey) -> list[Mapping[str, Any]]:
        """Return the grants to kernels, programs and pages, newest first.

        Grants to user accounts from before the active account became active are left out: kernels
        have dropped those tokens. They have not if a user took the machine's place.
        """
        user_session = self._session_manager.user_sessions.get(user_key)
        return [
            grant.to_wire()
            for grant in self._grants.of(user_key)
            if user_session is None
            or ambient_source(grant.account_id) is not None
            or grant.granted_at_steady >= user_session.active_since
        ]


def _audience(request: TokenRequest) -> str:
    return resource_of(request.scopes[0])
