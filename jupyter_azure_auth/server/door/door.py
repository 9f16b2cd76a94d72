"""Hands out tokens, and sees who may have one: the one place for pages and kernels alike."""

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
    """Between the routes and the sign-ins.

    It is bookkeeping between one user's own page, kernels and server, and a border between people:
    a page of a server with several users asks its user before a kernel gets a token, and a kernel
    that asks here went round that.
    """

    def __init__(
        self,
        identities: Identities,
        is_shared: Callable[[], bool],
        runs_here: Callable[[str], bool],
        log: logging.Logger,
    ) -> None:
        """Take what is only known at a request.

        :param is_shared: whether this server has several users.
        :param runs_here: whether this server has a kernel of this id.
        """
        self._grants = Grants()
        self._identities = identities
        self._is_shared = is_shared
        self._runs_here = runs_here
        self._log = log
        self._pace = Pace()

    async def give_page(self, owner: Owner, wish: TokenWish) -> Issued:
        """Give a token to a page, which decides about its kernels itself.

        :raises Problem: there is none.
        :raises Refusal: it asks too often.
        """
        self._pace.keep((owner, "page"))
        issued = await self._identities.token(owner, wish)
        self._grants.note(owner, "page", None, wish, issued)
        self._log.info("A page was given a token for %s.", _audience(wish))
        return issued

    async def give_kernel(
        self, owner: Owner, wish: TokenWish, kernel: KernelCaller | None
    ) -> Issued:
        """Give a token to a kernel, or to whoever else is no page, and note it.

        :param kernel: who it says to be, if it does.
        :raises Problem: there is none.
        :raises Refusal: it may not have one.
        """
        self._pace.keep((owner, "kernel"))
        is_program = kernel is None
        if kernel is not None and not self._runs_here(kernel.id):
            # A name that was made up, or that of a kernel which another program has started.
            kernel = None
        name = "A program" if kernel is None else f"Kernel {kernel.id}"
        audience = _audience(wish)
        if self._is_shared():
            self._log.warning(
                "%s was refused a token for %s: others use this server's kernels, too.",
                name,
                audience,
            )
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "shared_server",
                "Others may use this server's kernels, so a page has to ask its user.",
            )
        issued = await self._token(owner, wish, is_program=is_program)
        self._grants.note(owner, "program" if kernel is None else "kernel", kernel, wish, issued)
        self._log.info("%s was given a token for %s.", name, audience)
        return issued

    async def _token(self, owner: Owner, wish: TokenWish, *, is_program: bool) -> Issued:
        """Get it, and tell a sign-in that was ended from none at all.

        A kernel that hears of none may act as the machine, which must not take a user's place. That
        goes for one of an unknown name as well.

        :param is_program: it does not say to be a kernel.
        """
        try:
            return await self._identities.token(owner, wish)
        except Problem as problem:
            ended = self._identities.people.ended(owner)
            if not is_program and ended and problem.code == "sign_in_required":
                raise Problem("sign_in_ended", ended.detail) from None
            raise

    def given(self, owner: Owner) -> list[Mapping[str, Any]]:
        """List what kernels, programs and pages were given, newest first.

        Without what whoever is signed in was signed out of before: kernels have forgotten it.
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
