"""The token service: issues tokens to pages and kernels after checking that they may have one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth._validation import resource_of
from jupyter_azure_auth.server.door.grants import Grants
from jupyter_azure_auth.server.door.pace import Pace
from jupyter_azure_auth.server.gate import Refusal
from jupyter_azure_auth.server.problems import Problem

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.door.caller import KernelCaller
    from jupyter_azure_auth.server.identities import Identities
    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.wishes import TokenWish


class Door:
    """Issues tokens to pages and kernels, and records the grants.

    For a single user this is not a security boundary. On a server with several users it is: there
    a page asks its user before a kernel gets a token, and a kernel that asks the server directly
    bypasses that prompt.
    """

    def __init__(
        self,
        identities: Identities,
        is_shared: Callable[[], bool],
        runs_here: Callable[[str], bool],
        log: logging.Logger,
    ) -> None:
        """Create a service without grants.

        :param identities: issue the tokens.
        :param is_shared: returns whether this server has several users.
        :param runs_here: returns whether this server has a kernel with this id.
        :param log: the server's log.
        """
        self._grants = Grants()
        self._identities = identities
        self._is_shared = is_shared
        self._runs_here = runs_here
        self._log = log
        self._pace = Pace()

    async def give_page(self, owner: Owner, wish: TokenWish) -> Issued:
        """Return a token for a page, which itself decides about its kernels.

        :raises Problem: if there is none.
        :raises Refusal: if the pages of this user ask too often.
        """
        self._pace.keep((owner, "page"))
        issued = await self._identities.token(owner, wish)
        self._grants.note(owner, "page", None, wish, issued)
        self._log.info("A page was given a token for %s.", _audience(wish))
        return issued

    async def give_kernel(
        self, owner: Owner, wish: TokenWish, kernel: KernelCaller | None
    ) -> Issued:
        """Return a token for a kernel, or another caller that is not a page, and record the grant.

        :param kernel: the kernel that the caller claims to be, if any.
        :raises Problem: if there is no token.
        :raises Refusal: if the caller may not have one.
        """
        self._pace.keep((owner, "kernel"))
        is_program = kernel is None
        if kernel is not None and not self._runs_here(kernel.id):
            # An invented id, or that of a kernel started by another program.
            kernel = None
        name = "A program" if kernel is None else f"Kernel {kernel.id}"
        audience = _audience(wish)
        if self._is_shared():
            self._log.warning(
                "%s was refused a token for %s: this server has several users.",
                name,
                audience,
            )
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "shared_server",
                "This server has several users, so a page must ask its user first.",
            )
        issued = await self._token(owner, wish, is_program=is_program)
        self._grants.note(owner, "program" if kernel is None else "kernel", kernel, wish, issued)
        self._log.info("%s was given a token for %s.", name, audience)
        return issued

    async def _token(self, owner: Owner, wish: TokenWish, *, is_program: bool) -> Issued:
        """Return the token, and distinguish an ended sign-in from a missing one.

        A kernel that is told of no sign-in may use the ambient identity, which must not replace a
        user who was signed in. This includes kernels with an unknown id.

        :param is_program: whether the caller does not claim to be a kernel.
        """
        try:
            return await self._identities.token(owner, wish)
        except Problem as problem:
            ended = self._identities.people.ended(owner)
            if not is_program and ended and problem.code == "sign_in_required":
                raise Problem("sign_in_ended", ended.detail) from None
            raise

    def given(self, owner: Owner) -> list[Mapping[str, Any]]:
        """Return the grants to kernels, programs and pages, newest first.

        Grants to the current account from before its sign-in are left out: it was signed out in
        between, and kernels have dropped those tokens.
        """
        person = self._identities.people.who(owner)
        return [
            vars(grant)
            for grant in self._grants.of(owner)
            if person is None
            or grant.account_id != person.account.id
            or grant.given_on >= person.made_on
        ]


def _audience(wish: TokenWish) -> str:
    return resource_of(wish.scopes[0])
