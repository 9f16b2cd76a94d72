"""Ambient identities, for kernels and scripts that no page answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._models import UNKNOWN, TokenRequest
from jupyter_azure_auth.ambient.reasons import Unavailable, UnavailableError, unexpected

from .protocol import Identity, IssuedToken, Origin
from .request_flow import AmbientSlow, AmbientUnavailable, Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.ambient.sources import AmbientSource

_SOURCE_LOCKS: Final[dict[Origin, threading.Lock]] = {
    "managed-identity": threading.Lock(),
    "connect-to-azure": threading.Lock(),
    "azure-cli": threading.Lock(),
}
"""Locks that allow one call per source: if a call hangs, further calls would also hang."""


def find_token(
    request: TokenRequest, on_event: Callable[[Event], None], *, only_source: Origin | None
) -> None:
    """Look for a token in a thread that does not keep the process from exiting.

    :param on_event: receives, in that thread, an :class:`AmbientSlow` before each slow part, and
        finally a token or a :class:`AmbientUnavailable`.
    :param only_source: the only source to ask, for a credential that is bound to it; None for all.
    """

    def run() -> None:
        on_event(_found(request, on_event, only_source))

    threading.Thread(target=run, name="jupyter-azure-auth", daemon=True).start()


def _found(
    request: TokenRequest, on_event: Callable[[Event], None], only_source: Origin | None
) -> IssuedToken | AmbientUnavailable:
    candidates: list[str] = []
    for source in _sources(dict(os.environ)):
        if only_source not in (None, source.name):
            continue
        outcome = _outcome(source, request, on_event)
        if isinstance(outcome, IssuedToken):
            return outcome
        candidates.append(f"{source.name}: {outcome.sentence}")
    return AmbientUnavailable(tuple(candidates))


def _outcome(
    source: AmbientSource, request: TokenRequest, on_event: Callable[[Event], None]
) -> IssuedToken | Unavailable:
    try:
        return source.why_unavailable(request) or _ask(source, request, on_event)
    except Exception as error:  # noqa: BLE001 (the cell waits for an answer, whatever it is)
        return unexpected(source.name, error)


def _ask(
    source: AmbientSource, request: TokenRequest, on_event: Callable[[Event], None]
) -> IssuedToken | Unavailable:
    slow = AmbientSlow("azure_cli" if source.name == "azure-cli" else "machine")
    lock = _SOURCE_LOCKS[source.name]
    if source.name == "azure-cli" or lock.locked():
        on_event(slow)
    try:
        with lock:
            token = source.token(request, lambda: on_event(slow))
    except UnavailableError as error:
        return error.unavailable
    return IssuedToken(
        token.token,
        token.expires_on,
        Identity(token.account.id),
        token.token_type,
        token.refresh_on,
        source.name,
        tenant_unverified=request.tenant_id is not None and token.account.tenant_id == UNKNOWN,
    )


_cached_sources: tuple[dict[str, str], list[AmbientSource]] | None = None


def _sources(environ: dict[str, str]) -> list[AmbientSource]:
    """Return the sources. They are reused, since they remember what a probe has found."""
    # Imported here, in the thread, so that only kernels and scripts without a page pay for it.
    from jupyter_azure_auth.ambient.sources import ambient_sources  # noqa: PLC0415

    global _cached_sources  # noqa: PLW0603 (per process, as the environment is)
    if _cached_sources is None or _cached_sources[0] != environ:
        _cached_sources = environ, ambient_sources(environ, Path("/"), allowed=None)
    return _cached_sources[1]


def _after_fork() -> None:
    """Replace the locks in a forked child: threads that it lacks may hold the old ones."""
    _SOURCE_LOCKS.update({name: threading.Lock() for name in _SOURCE_LOCKS})


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)
