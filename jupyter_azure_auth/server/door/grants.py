"""What was given by this server itself, without the tokens: pages ask for it later."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_azure_auth.server.door.caller import KernelCaller
    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.wishes import TokenWish

MOST: Final = 200
"""Grants remembered for each owner."""


@dataclass(frozen=True)
class Grant:
    """One token that was given."""

    to: str
    """``kernel``, or ``program`` or ``page``: those have no ids."""
    kernel_id: str | None
    comm_id: str | None
    request_id: str | None
    scopes: tuple[str, ...]
    tenant_id: str | None
    cloud: str | None
    enable_cae: bool
    account_id: str
    given_on: int
    """Seconds since the epoch; ``expires_on`` likewise."""
    expires_on: int

    @property
    def place(self) -> tuple[object, ...]:
        """Tell what a later grant of the same replaces."""
        return (self.to, self.kernel_id, self.scopes, self.tenant_id, self.cloud, self.enable_cae)


class Grants:
    """The newest grant for each holder and wish, by owner."""

    def __init__(self) -> None:
        self._given: dict[Owner, dict[tuple[object, ...], Grant]] = {}

    def note(
        self, owner: Owner, to: str, kernel: KernelCaller | None, wish: TokenWish, issued: Issued
    ) -> None:
        """Remember that a token was given.

        :param kernel: one that this server runs; None for programs and pages.
        """
        grant = Grant(
            to=to,
            kernel_id=None if kernel is None else kernel.id,
            comm_id=None if kernel is None else kernel.comm_id,
            request_id=None if kernel is None else kernel.request_id,
            scopes=wish.scopes,
            tenant_id=wish.tenant_id,
            cloud=wish.cloud,
            enable_cae=wish.enable_cae,
            account_id=issued.account.id,
            given_on=int(time.time()),
            expires_on=issued.expires_on,
        )
        given = self._given.setdefault(owner, {})
        given.pop(grant.place, None)
        given[grant.place] = grant
        if len(given) > MOST:
            # Whoever has most of them loses the oldest: nobody is pushed off the list by another.
            [(most, _)] = Counter(map(_holder, given.values())).most_common(1)
            del given[next(place for place, one in given.items() if _holder(one) == most)]

    def of(self, owner: Owner) -> list[Grant]:
        """List them, newest first, without those that have ended."""
        now = time.time()
        given = reversed(self._given.get(owner, {}).values())
        return [grant for grant in given if grant.expires_on > now]


def _holder(grant: Grant) -> tuple[str, str | None]:
    return (grant.to, grant.kernel_id)
