"""The identities this machine has by itself, for kernels and scripts that no page answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.machine.granted import UNKNOWN, Wish
from jupyter_azure_auth.machine.reasons import NotUsed, NotUsedError

from .flow import Asking, News, NothingHere
from .protocol import Identity, Issued, Origin, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.machine.sources import MachineSource

_TURNS: Final[Mapping[Origin, threading.Lock]] = {
    "managed-identity": threading.Lock(),
    "connect-to-azure": threading.Lock(),
    "azure-cli": threading.Lock(),
}
"""One call under way for each: where one hangs, more of them only hang too."""


def seek(request: Request, take: Callable[[News], None], *, only: Origin | None) -> None:
    """Look for a token, in a thread that does not keep the process from ending.

    :param take: gets, in that thread, an :class:`Asking` before each slow part, and at the end a
        token or a :class:`NothingHere`.
    :param only: the one source to ask, for a credential that has had tokens of it.
    """

    def look() -> None:
        take(_found(request, take, only))

    threading.Thread(target=look, name="jupyter-azure-auth", daemon=True).start()


def _found(
    request: Request, take: Callable[[News], None], only: Origin | None
) -> Issued | NothingHere:
    wish = Wish(
        request.scopes,
        request.tenant_id,
        request.cloud,
        request.account,
        request.claims,
        request.enable_cae,
    )
    considered: list[str] = []
    for source in _sources(dict(os.environ)):
        if only not in (None, source.name):
            continue
        outcome = source.unfit(wish) or _ask(source, wish, take)
        if isinstance(outcome, Issued):
            return outcome
        considered.append(f"{source.name}: {outcome.sentence}")
    return NothingHere(tuple(considered))


def _ask(source: MachineSource, wish: Wish, take: Callable[[News], None]) -> Issued | NotUsed:
    asking = Asking("azure_cli" if source.name == "azure-cli" else "machine")
    turn = _TURNS[source.name]
    if source.name == "azure-cli" or turn.locked():
        take(asking)
    try:
        with turn:
            granted = source.token(wish, lambda: take(asking))
    except NotUsedError as error:
        return error.not_used
    return Issued(
        granted.token,
        granted.expires_on,
        Identity(granted.account.id),
        granted.token_type,
        granted.refresh_on,
        source.name,
        tenant_unverified=wish.tenant_id is not None and granted.account.tenant_id == UNKNOWN,
    )


_seen: tuple[dict[str, str], list[MachineSource]] | None = None


def _sources(environ: dict[str, str]) -> list[MachineSource]:
    """List them; the same ones while nothing changes, since they know what a probe has found."""
    # Here, in the thread: what only scripts need shall not cost every kernel.
    from jupyter_azure_auth.machine.sources import automatic_sources  # noqa: PLC0415

    global _seen  # noqa: PLW0603 (of the process, as its environment is)
    if _seen is None or _seen[0] != environ:
        _seen = environ, automatic_sources(environ, Path("/"), allowed=None)
    return _seen[1]
