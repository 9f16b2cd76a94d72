"""Performs the steps of a request's flow, in a kernel with pages or in another process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from jupyter_azure_auth._models import ambient_source

from .ambient import find_token
from .protocol import IssuedToken, Origin, Pending, Refusal, StatusOrSignOut
from .request_flow import AmbientUnavailable, Event, Notice, ServerUnavailable
from .terminal.place import is_terminal
from .terminal.sign_in import terminal_sign_in
from .waiting_output import WaitingOutput

if TYPE_CHECKING:
    from jupyter_azure_auth._models import TokenRequest

    from .cache import TokenCache
    from .connection import Connection
    from .parent_server.client import KernelRef

OnEvent = Callable[[Event], None]


class RequestContext(NamedTuple):
    """What an in-flight request is for. Callers with an equal context share one request."""

    request: TokenRequest
    only_source: Origin | None
    """The only ambient source to ask, for a credential that is bound to it."""
    account: str | None
    """Account that a token of the parent server must be for; None for the one signed in there."""

    @property
    def holder(self) -> str | None:
        """The id of the user whose token the kernel holds or held, if it is known."""
        is_asked = self.account in (None, self.request.account)
        return None if is_asked or ambient_source(str(self.account)) else self.account


class ScriptEffects:
    """The effects in a process that no page can answer."""

    def __init__(self, context: RequestContext, on_event: OnEvent, cache: TokenCache) -> None:
        self._request, self._only_source, self._earlier_account = context
        self._on_event = on_event
        self._cache = cache
        self._begun_in_epoch = cache.epoch
        self._server_lock = threading.Lock()

    @property
    def _account(self) -> str | None:
        """The account to ask the server for, which may still have the one from before a switch."""
        is_current = self._cache.epoch == self._begun_in_epoch
        return self._earlier_account if is_current else self._request.account

    def send_request(self) -> None:
        """Do nothing: there is no page."""

    def try_ambient(self) -> None:
        """Look for an ambient identity in a thread. Its token is stored even if it is late."""
        find_token(self._request, self._on_ambient_event, only_source=self._only_source)

    def ask_parent_server(self) -> None:
        """Ask in a thread, so that the caller stays interruptible and page answers are received.

        A sign-in of this process itself is asked in the server's place.
        """
        if not self._server_lock.acquire(blocking=False):
            return
        here = terminal_sign_in()
        kernel_ref = self._kernel_ref() if here is None else None

        def ask() -> None:
            from .parent_server.client import ask_parent_server  # noqa: PLC0415 (most kernels never need it)

            while True:
                epoch = self._cache.epoch
                answer = (
                    ask_parent_server(
                        self._server_request(), self._account, kernel_ref, waits_as=self._waits_as()
                    )
                    if here is None
                    else here.token(self._request, self._account)
                )
                if not isinstance(answer, IssuedToken) or epoch == self._cache.epoch:
                    break
                # The user has since signed out or switched accounts, which the server knows.
            # Release first: the next request may follow as soon as the answer is delivered.
            self._server_lock.release()
            if isinstance(answer, ServerUnavailable) and answer.reason == "sign_in_pending":
                self._on_event(Pending("sign_in"))
            else:
                self._on_event(self._cache_server_token(answer, epoch))

        threading.Thread(target=ask, name="jupyter-azure-auth", daemon=True).start()

    def _kernel_ref(self) -> KernelRef | None:
        return None

    def _server_request(self) -> TokenRequest:
        return self._request

    def _waits_as(self) -> str | None:
        """Return what a page calls this process while it waits for its user; None if it does not.

        A process that runs in a terminal has one for its messages at least.
        """
        if not self._request.interactive:
            return None
        return "terminal" if is_terminal(sys.stderr) else "program"

    def _cache_server_token(
        self, answer: IssuedToken | Refusal | ServerUnavailable, epoch: int
    ) -> IssuedToken | Refusal | ServerUnavailable:
        """Store a token, even if no caller waits for it any longer."""
        if not isinstance(answer, IssuedToken):
            return answer
        if not self._cache.put_if_epoch(epoch, self._request, answer):
            # A sign-out was noticed during the request; the server knows about it as well.
            return ServerUnavailable("sign_in_required")
        return answer

    def show(self, notice: Notice | None, user: str, /) -> None:
        """Do nothing: there is no cell."""

    def finish(self, token: IssuedToken | None, /) -> None:
        """Store the token. A token from the parent server or this process was stored on arrival."""
        if token is not None and token.origin not in ("server", "terminal"):
            self._cache.put(self._request, token)

    def _on_ambient_event(self, event: Event) -> None:
        if isinstance(event, IssuedToken):
            self._cache.put_if_newer(self._request, event)
        self._on_event(event)


class PageEffects:
    """The effects of asking the page. Shows in the cell what it waits for."""

    def __init__(
        self,
        kernel: Connection,
        request: TokenRequest | StatusOrSignOut,
        on_event: OnEvent,
        resource: str = "",
        held_by: str | None = None,
    ) -> None:
        self._kernel = kernel
        self._on_event = on_event
        self._comm_request = kernel.channel.prepare(request, on_event, held_by)
        self._output = WaitingOutput(
            kernel.iopub, self._comm_request.parent, self._comm_request.request_id, resource
        )

    def send_request(self) -> None:
        """Open one more comm if tokens are still allowed: a cell can turn on the debug log."""
        code = self._kernel.transport_problem()
        if code is None:
            self._kernel.channel.send(self._comm_request)
        else:
            self._on_event(Refusal(code))

    def try_ambient(self) -> None:
        """Do nothing: only the page is asked."""

    def ask_parent_server(self) -> None:
        """Do nothing: only the page is asked."""

    def show(self, notice: Notice | None, user: str, /) -> None:
        """Show the notice in the cell, in place of the previous one."""
        self._output.show(notice, user)

    def finish(self, token: IssuedToken | None, /) -> None:
        """Close the comms and clear the cell's notice."""
        self._kernel.channel.close(self._comm_request, token)
        self._output.show(None)


class KernelEffects(ScriptEffects):
    """The effects in a kernel: also asks the page."""

    def __init__(
        self, kernel: Connection, context: RequestContext, on_event: OnEvent, cache: TokenCache
    ) -> None:
        super().__init__(context, on_event, cache)
        self._kernel = kernel
        resource = context.request.scopes[0].removesuffix("/.default")
        self._page = PageEffects(kernel, context.request, on_event, resource, context.holder)

    def send_request(self) -> None:
        """Ask the page."""
        self._page.send_request()

    def _on_ambient_event(self, event: Event) -> None:
        channel = self._kernel.channel
        if (
            self._only_source is None
            and isinstance(event, IssuedToken)
            and (channel.page_answered or channel.server_answered)
        ):
            # A page or the server has answered by now, and takes precedence.
            event = AmbientUnavailable()
        super()._on_ambient_event(event)

    def _kernel_ref(self) -> KernelRef | None:
        return self._kernel.kernel_ref()

    def _server_request(self) -> TokenRequest:
        """Return the request with the tenant that the user has chosen in a page."""
        request, tenant_id = self._request, self._kernel.channel.chosen_tenant_id
        is_named = request.tenant_id is not None or request.account is not None
        return request if is_named or tenant_id is None else replace(request, tenant_id=tenant_id)

    def _waits_as(self) -> str | None:
        return None  # the page is asked over the comm

    def _cache_server_token(
        self, answer: IssuedToken | Refusal | ServerUnavailable, epoch: int
    ) -> IssuedToken | Refusal | ServerUnavailable:
        channel = self._kernel.channel
        if (
            isinstance(answer, IssuedToken)
            and (self._account is None and channel.had_user)
            and ambient_source(answer.identity) is not None
        ):
            # A user's token was for a named account; the machine must not take the user's place.
            return ServerUnavailable("other_identity")
        answer = super()._cache_server_token(answer, epoch)
        if isinstance(answer, IssuedToken) and answer.origin == "server":
            channel.record_server_token(answer, self._request)
        return answer

    def show(self, notice: Notice | None, user: str, /) -> None:
        """Show the notice in the cell, in place of the previous one."""
        named = notice == "sign_in" and self._request.account is not None
        self._page.show("sign_in_as" if named else notice, user)

    def finish(self, token: IssuedToken | None, /) -> None:
        """Store the token, close the comms and clear the cell's notice."""
        super().finish(token)
        self._page.finish(token)
