"""Carries out what the flow of a flight wants done: in a kernel, and where there is none."""

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
    """What a flight is for. Whoever has the same can wait for the same flight."""

    request: Request
    only: Origin | None
    """The one source of this machine to ask, for a credential that has had tokens of it."""
    account: str | None
    """Who a token of the own server has to be for; None: whoever is signed in there."""


class LocalCrew:
    """The crew of a process that is no kernel: there is nobody to ask but this machine."""

    def __init__(self, errand: Errand, deliver: Deliver, cache: TokenCache) -> None:
        self._request, self._only, self._account = errand
        self._deliver = deliver
        self._cache = cache

    def ask(self) -> None:
        """Nobody is there."""

    def ask_here(self) -> None:
        """Look for an identity in a thread of its own; its answer is kept even if it is late."""
        seek(self._request, self._take, only=self._only)

    def ask_server(self) -> None:
        """No server has started this process as a kernel."""

    def show(self, notice: Notice | None, /) -> None:
        """There is no cell."""

    def land(self, token: Issued | None, /) -> None:
        """Keep the token. One of the own server was kept when it came."""
        if token is not None and token.origin != "server":
            self._cache.keep(self._request, token)

    def _take(self, news: News) -> None:
        if isinstance(news, Issued):
            self._cache.renew(self._request, news)
        self._deliver(news)


class KernelCrew(LocalCrew):
    """The crew of a kernel: asks the page, and shows the cell what it waits for."""

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
        """Open one more comm, if a token may still come: a cell can turn on the debug log."""
        code = self._kernel.trouble()
        if code is None:
            self._kernel.channel.ask(self._call)
        else:
            self._deliver(Refusal(code))

    def _take(self, news: News) -> None:
        channel = self._kernel.channel
        if self._only is None and isinstance(news, Issued) and (channel.answered or channel.served):
            # A page or the server is there by now: who that has, or refuses, comes first.
            news = NothingHere()
        super()._take(news)

    def ask_server(self) -> None:
        """Ask in a thread of its own: the cell stays interruptible, and page answers are heard."""
        if not self._asks_server.acquire(blocking=False):
            return
        caller, epoch = self._kernel.caller(), self._cache.epoch

        def ask() -> None:
            from .own_server import ask_own_server  # noqa: PLC0415 (most kernels never need it)

            answer = ask_own_server(self._request, self._account, caller)
            # Free again before it is known: the next may be asked for at once.
            self._asks_server.release()
            self._deliver(self._kept(answer, epoch))

        threading.Thread(target=ask, name="jupyter-azure-auth", daemon=True).start()

    def _kept(self, answer: Issued | NotFromServer, epoch: int) -> Issued | NotFromServer:
        """Keep a token, also where nobody waits for it any more."""
        if isinstance(answer, NotFromServer):
            return answer
        if not self._cache.keep_of(epoch, self._request, answer):
            # A page has said meanwhile that the user signed out, which the server hears as well.
            return NotFromServer("sign_in_required")
        self._kernel.channel.server_gave(answer)
        return answer

    def show(self, notice: Notice | None, /) -> None:
        """Show it in the cell."""
        named = notice == "sign_in" and self._request.account is not None
        self._board.show("sign_in_as" if named else notice)

    def land(self, token: Issued | None, /) -> None:
        """Keep the token, close the comms, clear the cell."""
        super().land(token)
        self._kernel.channel.hang_up(self._call, token)
        self._board.show(None)
