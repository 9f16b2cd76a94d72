"""The grants of this server, without the tokens: pages request them later."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.process_access.kernel_ref import KernelRef
    from jupyter_azure_auth.server.user_key import UserKey

MAX_GRANTS: Final = 200
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
    account: str | None
    """The account that the kernel's code names; None: the active one."""
    account_id: str
    username: str
    granted_at: int
    """Epoch seconds, as is ``expires_on``."""
    expires_on: int
    granted_at_steady: float
    """Seconds of ``time.monotonic``: the clock can be set, and two grants can be in one second."""

    @property
    def key(self) -> tuple[object, ...]:
        """The key of this grant; a later grant with the same key replaces it."""
        return (
            self.to,
            self.kernel_id,
            self.account_id,
            self.scopes,
            self.tenant_id,
            self.cloud,
            self.enable_cae,
            self.account,
        )

    def to_wire(self) -> dict[str, Any]:
        """Return an entry of the answer of ``grants``."""
        return {
            "to": self.to,
            "kernel_id": self.kernel_id,
            "comm_id": self.comm_id,
            "request_id": self.request_id,
            "scopes": list(self.scopes),
            "tenant_id": self.tenant_id,
            "cloud": self.cloud,
            "enable_cae": self.enable_cae,
            "account": self.account,
            "account_id": self.account_id,
            "username": self.username,
            "granted_at": self.granted_at,
            "expires_on": self.expires_on,
        }


class Grants:
    """The newest grant for each recipient and token request, by user."""

    def __init__(self) -> None:
        self._grants: dict[UserKey, dict[tuple[object, ...], Grant]] = {}

    def record(
        self,
        user_key: UserKey,
        to: str,
        kernel: KernelRef | None,
        request: TokenRequest,
        issued: IssuedToken,
    ) -> None:
        """Record that a token was issued.

        :param user_key: the user it belongs to.
        :param to: ``kernel``, ``program`` or ``page``.
        :param kernel: a kernel that this server runs; None for programs and pages.
        :param request: the token request.
        :param issued: the token.
        """
        grant = Grant(
            to=to,
            kernel_id=None if kernel is None else kernel.id,
            comm_id=None if kernel is None else kernel.comm_id,
            request_id=None if kernel is None else kernel.request_id,
            scopes=request.scopes,
            tenant_id=request.tenant_id,
            cloud=request.cloud,
            enable_cae=request.enable_cae,
            account=None if kernel is None else kernel.account,
            account_id=issued.account.id,
            username=issued.account.username,
            granted_at=int(time.time()),
            expires_on=issued.expires_on,
            granted_at_steady=time.monotonic(),
        )
        grants = self._grants.setdefault(user_key, {})
        grants.pop(grant.key, None)
        grants[grant.key] = grant
        if len(grants) > MAX_GRANTS:
            # Drop the oldest grant of the recipient with most grants, so that no recipient can
            # push another's grants off the list.
            [(most, _)] = Counter(map(_holder, grants.values())).most_common(1)
            del grants[next(key for key, one in grants.items() if _holder(one) == most)]

    def remove(self, user_key: UserKey, kernel_id: str | None) -> None:
        """Forget the grants of a kernel, or of all programs: their tokens were withdrawn."""
        grants = self._grants.get(user_key, {})
        gone = ("program", None) if kernel_id is None else ("kernel", kernel_id)
        for key in [key for key, grant in grants.items() if _holder(grant) == gone]:
            del grants[key]

    def of(self, user_key: UserKey) -> list[Grant]:
        """Return the grants of a user, newest first, without expired ones."""
        now = time.time()
        grants = reversed(self._grants.get(user_key, {}).values())
        return [grant for grant in grants if grant.expires_on > now]


def _holder(grant: Grant) -> tuple[str, str | None]:
    return (grant.to, grant.kernel_id)
