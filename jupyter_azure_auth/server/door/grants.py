"""What kernels were given by this server itself, without the tokens: pages ask for it later."""

from __future__ import annotations

import time
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
    """One token that a kernel was given."""

    kernel_id: str
    comm_id: str
    request_id: str
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
        return (self.kernel_id, self.scopes, self.tenant_id, self.cloud, self.enable_cae)


class Grants:
    """The newest grant for each kernel and wish, by owner."""

    def __init__(self) -> None:
        self._given: dict[Owner, dict[tuple[object, ...], Grant]] = {}

    def note(self, owner: Owner, kernel: KernelCaller, wish: TokenWish, issued: Issued) -> None:
        """Remember that a kernel was given a token."""
        grant = Grant(
            kernel_id=kernel.id,
            comm_id=kernel.comm_id,
            request_id=kernel.request_id,
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
            del given[next(iter(given))]

    def of(self, owner: Owner) -> list[Grant]:
        """List them, newest first, without those that have ended."""
        now = time.time()
        given = reversed(self._given.get(owner, {}).values())
        return [grant for grant in given if grant.expires_on > now]
