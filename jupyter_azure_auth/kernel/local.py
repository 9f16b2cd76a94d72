"""The identities this machine has by itself, for kernels and scripts that no page answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.machine.granted import Wish
from jupyter_azure_auth.machine.reasons import NotUsedError

from .flow import AskingCli, News, NothingHere
from .protocol import Identity, Issued, Origin, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jupyter_azure_auth.machine.granted import Granted
    from jupyter_azure_auth.machine.sources import MachineSource

_TURNS: Final[Mapping[Origin, threading.Lock]] = {
    "managed-identity": threading.Lock(),
    "connect-to-azure": threading.Lock(),
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
    # Here, in the thread: what only scripts need shall not cost every kernel.
    from jupyter_azure_auth.machine.sources import automatic_sources  # noqa: PLC0415

    wish = Wish(
        request.scopes,
        request.tenant_id,
        request.cloud,
        request.account,
        request.claims,
        request.enable_cae,
    )
    allowed = None if only is None else (only,)
    for source in automatic_sources(dict(os.environ), Path("/"), allowed=allowed):
        if source.unfit(wish) is not None:
            continue
        if source.name == "azure-cli":
            yield AskingCli()
        with _TURNS[source.name]:
            granted = _token(source, wish)
        if granted is not None:
            yield _issued(source, granted)


def _token(source: MachineSource, wish: Wish) -> Granted | None:
    try:
        return source.token(wish)
    except NotUsedError:
        return None


def _issued(source: MachineSource, granted: Granted) -> Issued:
    return Issued(
        granted.token,
        granted.expires_on,
        Identity(granted.account.id),
        granted.token_type,
        granted.refresh_on,
        source.name,
    )
