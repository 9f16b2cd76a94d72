"""Ambient identities, for kernels and scripts that no page answers."""

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
"""Locks that allow one call per source: if a call hangs, further calls would hang, too."""


def seek(request: Request, take: Callable[[News], None], *, only: Origin | None) -> None:
    """Look for a token in a thread that does not keep the process from exiting.

    :param take: receives, in that thread, an :class:`Asking` before each slow part, and finally a
        token or a :class:`NothingHere`.
    :param only: the only source to ask, for a credential that is bound to it; None for all.
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
    """Return the sources. They are reused, since they remember what a probe has found."""
    # Imported here, in the thread, so that only kernels and scripts without a page pay for it.
    from jupyter_azure_auth.machine.sources import automatic_sources  # noqa: PLC0415

    global _seen  # noqa: PLW0603 (per process, as the environment is)
    if _seen is None or _seen[0] != environ:
        _seen = environ, automatic_sources(environ, Path("/"), allowed=None)
    return _seen[1]
