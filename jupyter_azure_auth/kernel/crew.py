"""Carries out what the flow of a flight wants done: in a kernel, and where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .flow import News, Notice
from .local import seek
from .notice import NoticeBoard
from .protocol import Issued, Origin, Refusal, Request

if TYPE_CHECKING:
    from .cache import TokenCache
    from .connection import Connection

Deliver = Callable[[News], None]


class LocalCrew:
    """The crew of a process that is no kernel: there is nobody to ask but this machine."""

    def __init__(
        self, request: Request, deliver: Deliver, cache: TokenCache, only: Origin | None
    ) -> None:
        self._request = request
        self._deliver = deliver
        self._cache = cache
        self._only = only

    def ask(self) -> None:
        """Nobody is there."""

    def ask_here(self) -> None:
        """Look for an identity in a thread of its own; its answer is kept even if it is late."""
        seek(self._request, self._take, only=self._only)

    def show(self, notice: Notice | None, /) -> None:
        """There is no cell."""

    def land(self, token: Issued | None, /) -> None:
        """Keep the token."""
        if token is not None:
            self._cache.keep(self._request, token)

    def _take(self, news: News) -> None:
        if isinstance(news, Issued):
            self._cache.renew(self._request, news)
        self._deliver(news)


class KernelCrew(LocalCrew):
    """The crew of a kernel: asks the page, and shows the cell what it waits for."""

    def __init__(
        self,
        kernel: Connection,
        request: Request,
        deliver: Deliver,
        cache: TokenCache,
        only: Origin | None,
    ) -> None:
        super().__init__(request, deliver, cache, only)
        self._kernel = kernel
        self._call = kernel.channel.call(request, deliver)
        self._board = NoticeBoard(kernel.iopub, self._call.parent, self._call.request_id)

    def ask(self) -> None:
        """Open one more comm, if a token may still come: a cell can turn on the debug log."""
        code = self._kernel.trouble()
        if code is None:
            self._kernel.channel.ask(self._call)
        else:
            self._deliver(Refusal(code))

    def show(self, notice: Notice | None, /) -> None:
        """Show it in the cell."""
        named = notice == "sign_in" and self._request.account is not None
        self._board.show("sign_in_as" if named else notice)

    def land(self, token: Issued | None, /) -> None:
        """Keep the token, close the comms, clear the cell."""
        super().land(token)
        self._kernel.channel.hang_up(self._call, token)
        self._board.show(None)
