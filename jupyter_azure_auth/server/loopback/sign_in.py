"""A sign-in on Jupyter's own port, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.door.pace import STARTS, STARTS_PER_SECOND, Pace
from jupyter_azure_auth.server.loopback.pending import PendingSignIns
from jupyter_azure_auth.server.loopback.probes import Probes
from jupyter_azure_auth.server.pending import Stage, Status
from jupyter_azure_auth.server.problems import Problem
from jupyter_azure_auth.server.ways import refuse_unless_offered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Account
    from jupyter_azure_auth.server.msal_client import Begun
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.people import People
    from jupyter_azure_auth.server.wishes import SignInWish

SOURCE: Final = "loopback"


class LoopbackSignIn:
    """What its routes and the rule on ``/`` share."""

    def __init__(self, environment: Environment, people: People) -> None:
        self._environment = environment
        self._people = people
        self._pending: PendingSignIns[Begun] = PendingSignIns()
        self._probes = Probes()
        self._pace = Pace(STARTS, STARTS_PER_SECOND)

    @property
    def awake(self) -> bool:
        """Tell whether anything of ours can arrive at ``/``."""
        return self._pending.awake or self._probes.awake

    def probe(self, owner: Owner) -> Mapping[str, str]:
        """Make a probe for ``/``, for a page of this owner.

        :raises Refusal: the administrator does not allow this source.
        """
        refuse_unless_offered(self._environment, SOURCE)
        probe = self._probes.send(owner)
        return {"probe": probe.question, "answer": probe.answer}

    def meet(self, question: str) -> str | None:
        """Answer a probe that has arrived, once; None if it is not ours."""
        return self._probes.meet(question)

    async def start(self, owner: Owner, wish: SignInWish) -> Mapping[str, str]:
        """Begin one.

        :raises Refusal: the administrator does not allow this source, or there were too many.
        :raises Problem: the authority cannot be reached, or there is none of this name.
        """
        refuse_unless_offered(self._environment, SOURCE)
        self._pace.keep(owner)
        begun = await self._people.begin(owner, wish)
        flow = self._pending.begin(owner, begun.state, begun)
        return {"flow": flow.id, "authorize_url": begun.authorize_url, "proof": flow.proof}

    def arrive(self, answer: Mapping[str, str]) -> str | None:
        """Take the authority's answer, which anybody may have brought; nothing is redeemed yet.

        :returns: the receipt for the page that it is answered with; None if nobody waits for it.
        """
        return self._pending.arrive(answer.get("state", ""), answer)

    async def finish(self, owner: Owner, proof: str, receipt: str) -> Account:
        """Sign in who came back to the browser which began this.

        :raises Problem: nobody is signed in.
        """
        flow = self._pending.prove(owner, proof, receipt)
        if flow is None or flow.answer is None or flow.begun is None:
            raise Problem("failed")
        try:
            person = await self._people.redeem(owner, flow.begun, flow.answer, SOURCE)
        except Problem as problem:
            unavailable = problem.code == "unavailable"
            code = problem.reason or "network" if unavailable else problem.code
            self._pending.settle(flow, Status(Stage.FAILED, code, problem.detail))
            raise
        if not self._pending.settle(flow, Status(Stage.DONE)):
            await self._people.drop(owner, person)
            raise Problem("cancelled")
        self._people.enter(owner, person)
        return person.account

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Say how one stands; None if it is unknown or long over."""
        return self._pending.status(owner, flow_id)

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Give up one, or all of this owner."""
        self._pending.cancel(owner, flow_id)
