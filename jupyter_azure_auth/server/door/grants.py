"""The grants of this server, without the tokens: pages request them later."""

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
"""Grants remembered for each user."""


@dataclass(frozen=True)
class Grant:
    """One token that was issued."""

    to: str
    """``kernel``, ``program`` or ``page``; the latter two have no ids."""
    kernel_id: str | None
    comm_id: str | None
    request_id: str | None
    scopes: tuple[str, ...]
    tenant_id: str | None
    cloud: str | None
    enable_cae: bool
    account_id: str
    given_on: int
    """Epoch seconds, as is ``expires_on``."""
    expires_on: int

    @property
    def place(self) -> tuple[object, ...]:
        """The key of this grant; a later grant with the same key replaces it."""
        return (self.to, self.kernel_id, self.scopes, self.tenant_id, self.cloud, self.enable_cae)


class Grants:
    """The newest grant for each recipient and token request, by user."""

    def __init__(self) -> None:
        self._given: dict[Owner, dict[tuple[object, ...], Grant]] = {}

    def note(
        self, owner: Owner, to: str, kernel: KernelCaller | None, wish: TokenWish, issued: Issued
    ) -> None:
        """Record that a token was issued.

        :param owner: the user it belongs to.
        :param to: ``kernel``, ``program`` or ``page``.
        :param kernel: a kernel that this server runs; None for programs and pages.
        :param wish: the token request.
        :param issued: the token.
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
            # Drop the oldest grant of the recipient with most grants, so that no recipient can
            # push another's grants off the list.
            [(most, _)] = Counter(map(_holder, given.values())).most_common(1)
            del given[next(place for place, one in given.items() if _holder(one) == most)]

    def of(self, owner: Owner) -> list[Grant]:
        """Return the grants of a user, newest first, without expired ones."""
        now = time.time()
        given = reversed(self._given.get(owner, {}).values())
        return [grant for grant in given if grant.expires_on > now]


def _holder(grant: Grant) -> tuple[str, str | None]:
    return (grant.to, grant.kernel_id)
