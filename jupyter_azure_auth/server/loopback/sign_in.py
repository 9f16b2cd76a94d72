"""A sign-in on Jupyter's port, step by step."""

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
    """The sign-ins by redirect, shared by the routes and the rules for ``/``."""

    def __init__(self, environment: Environment, people: People) -> None:
        self._environment = environment
        self._people = people
        self._pending: PendingSignIns[Begun] = PendingSignIns()
        self._probes = Probes()
        self._pace = Pace(STARTS, STARTS_PER_SECOND)

    @property
    def awake(self) -> bool:
        """Whether a response or a probe can arrive at ``/``."""
        return self._pending.awake or self._probes.awake

    def probe(self, owner: Owner) -> Mapping[str, str]:
        """Return a new probe for ``/``, for a page of this user.

        :raises Refusal: if the administrator does not allow this source.
        """
        refuse_unless_offered(self._environment, SOURCE)
        probe = self._probes.send(owner)
        return {"probe": probe.question, "answer": probe.answer}

    def meet(self, question: str) -> str | None:
        """Return the answer to a probe that has arrived, once; None if it is unknown."""
        return self._probes.meet(question)

    async def start(self, owner: Owner, wish: SignInWish) -> Mapping[str, str]:
        """Begin a sign-in.

        :raises Refusal: if the administrator does not allow this source, or there were too many.
        :raises Problem: if the authority cannot be reached, or does not exist.
        """
        refuse_unless_offered(self._environment, SOURCE)
        self._pace.keep(owner)
        begun = await self._people.begin(owner, wish)
        flow = self._pending.begin(owner, begun.state, begun)
        return {"flow": flow.id, "authorize_url": begun.authorize_url, "proof": flow.proof}

    def arrive(self, answer: Mapping[str, str]) -> str | None:
        """Accept a response of the authority without redeeming it: any browser may have sent it.

        :returns: the receipt for the landing page; None if no sign-in expects the response.
        """
        return self._pending.arrive(answer.get("state", ""), answer)

    async def finish(self, owner: Owner, proof: str, receipt: str) -> Account:
        """Finish the sign-in whose response came back to the browser that began it.

        :raises Problem: if the sign-in fails.
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
        """Return the status of a sign-in; None if it is unknown or ended long ago."""
        return self._pending.status(owner, flow_id)

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""
        self._pending.cancel(owner, flow_id)
