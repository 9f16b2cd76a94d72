"""Performs the steps of a request's flow, in a kernel or in a script."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from .flow import News, NotFromServer, NothingHere, Notice
from .local import seek
from .notice import NoticeBoard
from .protocol import Issued, Origin, Refusal, Request

if TYPE_CHECKING:
    from .cache import TokenCache
    from .connection import Connection

Deliver = Callable[[News], None]


class Errand(NamedTuple):
    """What an in-flight request is for. Callers with an equal context share one request."""

    request: Request
    only: Origin | None
    """The only ambient source to ask, for a credential that is bound to it."""
    account: str | None
    """Account that a token of the parent server must be for; None for the one signed in there."""


class LocalCrew:
    """The effects in a process that is not a kernel: only ambient identities can be asked."""

    def __init__(self, errand: Errand, deliver: Deliver, cache: TokenCache) -> None:
        self._request, self._only, self._account = errand
        self._deliver = deliver
        self._cache = cache

    def ask(self) -> None:
        """Do nothing: there is no page."""

    def ask_here(self) -> None:
        """Look for an ambient identity in a thread. Its token is stored even if it is late."""
        seek(self._request, self._take, only=self._only)

    def ask_server(self) -> None:
        """Do nothing: there is no parent server."""

    def show(self, notice: Notice | None, /) -> None:
        """Do nothing: there is no cell."""

    def land(self, token: Issued | None, /) -> None:
        """Store the token. One of the parent server was stored on arrival."""
        if token is not None and token.origin != "server":
            self._cache.keep(self._request, token)

    def _take(self, news: News) -> None:
        if isinstance(news, Issued):
            self._cache.renew(self._request, news)
        self._deliver(news)


class KernelCrew(LocalCrew):
    """The effects in a kernel: asks the page, and shows in the cell what it waits for."""

    def __init__(
        self, kernel: Connection, errand: Errand, deliver: Deliver, cache: TokenCache
    ) -> None:
        super().__init__(errand, deliver, cache)
        self._kernel = kernel
        self._asks_server = threading.Lock()
        self._call = kernel.channel.call(errand.request, deliver)
        resource = errand.request.scopes[0].removesuffix("/.default")
        self._board = NoticeBoard(kernel.iopub, self._call.parent, self._call.request_id, resource)

    def ask(self) -> None:
        """Open one more comm if tokens are still allowed: a cell can turn on the debug log."""
        code = self._kernel.trouble()
        if code is None:
            self._kernel.channel.ask(self._call)
        else:
            self._deliver(Refusal(code))

    def _take(self, news: News) -> None:
        channel = self._kernel.channel
        if self._only is None and isinstance(news, Issued) and (channel.answered or channel.served):
            # A page or the server has answered by now, and takes precedence.
            news = NothingHere()
        super()._take(news)

    def ask_server(self) -> None:
        """Ask in a thread, so that the cell stays interruptible and page answers are received."""
        if not self._asks_server.acquire(blocking=False):
            return
        caller, epoch = self._kernel.caller(), self._cache.epoch

        def ask() -> None:
            from .own_server import ask_own_server  # noqa: PLC0415 (most kernels never need it)

            answer = ask_own_server(self._request, self._account, caller)
            # Release first: the next request may follow as soon as the answer is delivered.
            self._asks_server.release()
            self._deliver(self._kept(answer, epoch))

        threading.Thread(target=ask, name="jupyter-azure-auth", daemon=True).start()

    def _kept(self, answer: Issued | NotFromServer, epoch: int) -> Issued | NotFromServer:
        """Store a token, even if no caller waits for it any longer."""
        if isinstance(answer, NotFromServer):
            return answer
        if not self._cache.keep_of(epoch, self._request, answer):
            # A page has reported a sign-out during the request; the server is told, too.
            return NotFromServer("sign_in_required")
        self._kernel.channel.server_gave(answer)
        return answer

    def show(self, notice: Notice | None, /) -> None:
        """Show the notice in the cell, in place of the previous one."""
        named = notice == "sign_in" and self._request.account is not None
        self._board.show("sign_in_as" if named else notice)

    def land(self, token: Issued | None, /) -> None:
        """Store the token, close the comms and clear the cell's notice."""
        super().land(token)
        self._kernel.channel.hang_up(self._call, token)
        self._board.show(None)
