"""The ambient identity of this machine: looked up in the background, then used until it is gone."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_azure_auth.machine.reasons import (
    FIXABLE,
    OF_ONE_REQUEST,
    PASSING,
    NotUsed,
    NotUsedError,
)
from jupyter_azure_auth.machine.sources import ORDER
from jupyter_azure_auth.server.choice import why_not_asked
from jupyter_azure_auth.server.issued import Account, Issued
from jupyter_azure_auth.server.line import Line
from jupyter_azure_auth.server.machine_problem import problem_of
from jupyter_azure_auth.server.machine_wishes import candidates, wish_of
from jupyter_azure_auth.server.problems import Problem
from jupyter_azure_auth.server.tokens import Tokens
from jupyter_azure_auth.server.wishes import TokenWish

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jupyter_azure_auth.machine.granted import Granted, SourceName, Wish
    from jupyter_azure_auth.machine.sources import MachineSource
    from jupyter_azure_auth.server.choice import Facts
    from jupyter_azure_auth.server.environment import Environment

R = TypeVar("R")

PATIENCE: Final = 120
"""Seconds to wait for one source; each has shorter timeouts of its own."""


LOOK_AGAIN_S: Final = (10.0, 20.0, 40.0, 60.0)
"""Seconds between lookups of an absent host; short at first, for one that is only slow."""


@dataclass(repr=False, eq=False)
class MachineIdentity:
    """The identity that kernels use without an interactive sign-in."""

    source: SourceName
    account: Account
    made_on: int
    """When it was found, in epoch seconds."""
    tokens: Tokens


class Automatic:
    """Looks up the ambient identity on first use, on request, and again if a host was absent."""

    def __init__(
        self, environment: Environment, changed: Callable[[], None], root: Path = Path("/")
    ) -> None:
        """Create an identity that is not looked up yet.

        :param changed: called when the identity was found, replaced or lost.
        """
        self._environment = environment
        self._changed = changed
        self._root = root
        # One thread per source: if a call hangs, further calls to that source would only hang too.
        self._lines = {name: Line(name) for name in ORDER}
        self._look: asyncio.Task[None] | None = None
        self._found: MachineIdentity | None = None
        self._reasons: dict[str, NotUsed] = {}
        self._candidates: list[tuple[MachineSource, Wish]] = []
        self._later_look: asyncio.Task[None] | None = None
        self._later_looks = 0
        self._look_later_at: float | None = None
        """None: not before the user asks for it."""

    @property
    def identity(self) -> MachineIdentity | None:
        """The identity found, until it is gone or the user asks to look it up again."""
        return self._found

    @property
    def looking(self) -> bool:
        """Whether a lookup is in progress."""
        return self._look is not None and not self._look.done()

    def look(self, facts: Facts, *, again: bool = False) -> asyncio.Task[None]:
        """Start a lookup unless one has been done.

        :param again: whether to repeat a lookup that has ended, with or without a result.
        :returns: the lookup to wait for. A later lookup of absent hosts is not part of it.
        """
        if self._look is None or (again and self._look.done()):
            self._look = asyncio.create_task(self._ask_all(facts))
        elif self._look_later_at is not None and time.monotonic() >= self._look_later_at:
            self._look_later_at = None
            self._later_look = asyncio.create_task(self._ask_absent(facts))
        return self._look

    def considered(self, facts: Facts, used: str | None) -> list[Mapping[str, Any]]:
        """Return the sources in order, with the outcome of each.

        :param used: the name of the source in use, ambient or interactive.
        """
        return [self._say(name, facts, used) for name in ORDER]

    def _say(self, name: SourceName, facts: Facts, used: str | None) -> Mapping[str, Any]:
        forbidden = why_not_asked(name, facts)
        reason = NotUsed(name, forbidden) if forbidden else self._reasons.get(name)
        outcome = "not_asked" if reason is None else "not_used"
        fixable = reason is not None and reason.code in FIXABLE
        return {
            "source": name,
            # A used source with a reason: its token could not be renewed.
            "outcome": "used" if name == used else outcome,
            "reason": None if reason is None else reason.sentence,
            **({"fixable": True} if fixable else {}),
        }

    async def _ask_all(self, facts: Facts) -> None:
        self._reasons.clear()
        self._later_looks, self._look_later_at = 0, None
        environ = dict(os.environ)
        # This reads a file, so it runs on a thread: a disk that hangs must not block the server.
        found = await self._on(ORDER[0], lambda: candidates(environ, self._root, self._environment))
        self._candidates = found or []
        if not await self._ask_each(facts, self._candidates):
            self._drop()

    async def _ask_absent(self, facts: Facts) -> None:
        """Ask the absent sources again, unless an identity has been found since the full lookup."""
        await self._ask_each(facts, [one for one in self._candidates if self._is_absent(one[0])])

    def _is_absent(self, source: MachineSource) -> bool:
        reason = self._reasons.get(source.name)
        return reason is not None and reason.code in PASSING

    async def _ask_each(self, facts: Facts, found: list[tuple[MachineSource, Wish]]) -> bool:
        """Ask the sources until one has a token; return whether one has."""
        look = self._look
        for source, wish in found:
            if why_not_asked(source.name, facts) is not None:
                continue
            outcome = await self._ask(source, wish)
            if look is not self._look:
                return False  # The user has started another lookup.
            if not isinstance(outcome, NotUsed):
                self._take(source, wish, outcome)
                return True
            self._reasons[source.name] = outcome
        if any(self._is_absent(source) for source, _ in self._candidates):
            pause = LOOK_AGAIN_S[min(self._later_looks, len(LOOK_AGAIN_S) - 1)]
            self._later_looks += 1
            self._look_later_at = time.monotonic() + pause
        return False

    async def _ask(self, source: MachineSource, wish: Wish) -> Granted | NotUsed:
        answer = await self._on(source.name, lambda: _ask(source, wish))
        return NotUsed(source.name, "no_answer", source.name) if answer is None else answer

    async def _on(self, name: SourceName, call: Callable[[], R]) -> R | None:
        """Return the result of a call; None if it takes longer than the timeout."""
        future = self._lines[name].call(call)
        await asyncio.wait({future}, timeout=PATIENCE)
        return future.result() if future.done() else None

    def _take(self, source: MachineSource, wish: Wish, granted: Granted) -> None:
        before = self._found
        if before is not None and before.account.id == granted.account.id:
            return
        account = Account(**vars(granted.account))
        tokens = Tokens(account.tenant_id, self._asking(source, account), self._drop)
        tokens.put(TokenWish(wish.scopes, wish.tenant_id), _issued(granted))
        self._drop()
        self._found = MachineIdentity(source.name, account, int(time.time()), tokens)
        self._changed()

    def _asking(self, source: MachineSource, account: Account) -> Callable[..., Awaitable[Issued]]:
        async def ask(wish: TokenWish) -> Issued:
            outcome = await self._ask(source, wish_of(wish, source.name, self._environment))
            if isinstance(outcome, NotUsed):
                if outcome.code not in OF_ONE_REQUEST:
                    self._reasons[source.name] = outcome
                raise problem_of(outcome)
            if outcome.account.id != account.id:
                # A different user has signed in to the CLI, or the machine's identity was replaced.
                self._reasons[source.name] = NotUsed(source.name, "other_identity")
                raise Problem("sign_in_required", ends=True)
            self._reasons.pop(source.name, None)
            return _issued(outcome)

        return ask

    def _drop(self, _: Problem | None = None) -> None:
        """Drop the identity. No other takes its place until the user asks for a lookup."""
        if self._found is not None:
            self._found.tokens.end(Problem("sign_in_required"))
            self._found = None
            self._changed()


def _ask(source: MachineSource, wish: Wish) -> Granted | NotUsed:
    """Return a token or the reason why there is none; runs on the source's thread."""
    unfit = source.unfit(wish)
    if unfit is not None:
        return unfit
    try:
        return source.token(wish)
    except NotUsedError as error:
        return error.not_used


def _issued(granted: Granted) -> Issued:
    return Issued(
        token=granted.token,
        token_type=granted.token_type,
        expires_on=granted.expires_on,
        refresh_on=granted.refresh_on,
        account=Account(**vars(granted.account)),
    )
