"""The identities this machine has by itself, for kernels and scripts that no page answers."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from . import azure_cli, machine
from .flow import AskingCli, News, NothingHere
from .protocol import Issued, Origin, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TURNS: Final[dict[Origin, threading.Lock]] = {
    "managed-identity": threading.Lock(),
    "azure-cli": threading.Lock(),
}
"""One call under way for each: where one hangs, more of them only hang too."""


def seek(request: Request, take: Callable[[News], None], *, only: Origin | None) -> None:
    """Look for a token, in a thread that does not keep the process from ending.

    :param take: gets, in that thread, an :class:`AskingCli` before the slow part, and at the end a
        token or a :class:`NothingHere`.
    :param only: the one source to ask, for a credential that has had tokens of it.
    """

    def look() -> None:
        for news in _answers(request, only):
            take(news)
            if isinstance(news, Issued):
                return
        take(NothingHere())

    threading.Thread(target=look, name="jupyter-azure-auth", daemon=True).start()


def _answers(request: Request, only: Origin | None) -> Iterator[News]:
    environ = dict(os.environ)
    if only in (None, "managed-identity") and machine.fits(request, environ):
        with _TURNS["managed-identity"]:
            if (token := machine.token(request, environ)) is not None:
                yield token
    if only in (None, "azure-cli") and azure_cli.fits(request, environ):
        yield AskingCli()
        with _TURNS["azure-cli"]:
            if (token := azure_cli.token(request, environ)) is not None:
                yield token
