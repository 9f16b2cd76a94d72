"""A sign-in with a code, from the click to its end.

Between two polls only a timer of the event loop is active: no thread waits for the user. A server
that stops drops its unfinished sign-ins.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.door.pace import STARTS, STARTS_PER_SECOND, Pace
from jupyter_azure_auth.server.pending import MOST, Flow, Flows, Stage, Status
from jupyter_azure_auth.server.problems import Problem
from jupyter_azure_auth.server.threads import Threads
from jupyter_azure_auth.server.ways import refuse_unless_offered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.msal_device_code import DeviceCode
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.people import People
    from jupyter_azure_auth.server.wishes import DeviceCodeWish

SOURCE: Final = "device-code"

LIFE: Final = 900
"""Maximum lifetime of a code in seconds, as in Entra, even if an authority allows more."""

MAX_WAIT: Final = 60
"""Maximum seconds between two polls while the authority is unreachable."""


@dataclass(repr=False, eq=False, kw_only=True)
class DeviceCodeFlow(Flow):
    """A sign-in that waits for its user."""

    code: DeviceCode | None
    timer: asyncio.TimerHandle | None = None

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs, and stop polling."""
        self.code = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class DeviceCodeSignIn:
    """The sign-ins with a code, shared by all routes."""

    def __init__(
        self,
        environment: Environment,
        people: People,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it without sign-ins.

        :param environment: the configuration.
        :param people: gets the users who have signed in.
        :param clock: returns seconds and never goes back.
        """
        self._environment = environment
        self._people = people
        self._flows: Flows[DeviceCodeFlow] = Flows(clock)
        # One more than the sign-ins that may wait, so that hanging ones cannot block a new one.
        self._threads = Threads("device-code", each=MOST + 1)
        self._pace = Pace(STARTS, STARTS_PER_SECOND)
        self._polls: set[asyncio.Task[None]] = set()

    async def start(self, owner: Owner, wish: DeviceCodeWish) -> Mapping[str, Any]:
        """Begin a sign-in.

        :returns: what the panel shows; the device code itself never leaves the server.
        :raises Refusal: if the administrator does not allow this source, or there were too many.
        :raises Problem: if the authority cannot be reached, or gives no code.
        """
        refuse_unless_offered(self._environment, SOURCE)
        self._pace.keep(owner)
        code = await self._threads.call(owner, lambda: _begin(self._environment, wish))
        life = min(code.expires_in, LIFE)
        flow = DeviceCodeFlow(owner=owner, code=code, ends_at=self._flows.clock() + life)
        self._flows.add(flow)
        self._wait(flow, code.interval)
        return {
            "flow": flow.id,
            "user_code": code.user_code,
            "verification_uri": code.verification_uri,
            # A duration instead of a time, because the browser's clock may differ.
            "expires_in": life,
        }

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Return the status of a sign-in; None if it is unknown or ended long ago."""
        return self._flows.status(owner, flow_id)

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""
        self._flows.cancel(owner, flow_id)

    def _wait(self, flow: DeviceCodeFlow, seconds: float) -> None:
        flow.timer = asyncio.get_running_loop().call_later(seconds, self._begin_poll, flow, seconds)

    def _begin_poll(self, flow: DeviceCodeFlow, waited: float) -> None:
        task = asyncio.create_task(self._poll(flow, waited))
        # The event loop holds only weak references to tasks.
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)

    async def _poll(self, flow: DeviceCodeFlow, waited: float) -> None:
        self._flows.sweep()
        code = flow.code
        if code is None:
            return
        try:
            issued = await self._threads.call(flow.owner, code.poll)
        except Problem as problem:
            if problem.code == "unavailable" and not flow.status.over:
                # Exponential backoff as in RFC 8628, 3.5: the code is still valid.
                self._wait(flow, min(2 * waited, MAX_WAIT))
            else:
                self._flows.settle(flow, Status(Stage.FAILED, problem.code, problem.detail))
            return
        if issued is None:
            if not flow.status.over:
                self._wait(flow, code.interval)
        elif self._flows.settle(flow, Status(Stage.DONE)):
            person = self._people.admit(code.client, issued, code.scopes, SOURCE)
            self._people.enter(flow.owner, person)
        else:
            # Cancelled while the authority granted it.
            self._threads.call(flow.owner, code.client.forget)


def _begin(environment: Environment, wish: DeviceCodeWish) -> DeviceCode:
    # MSAL takes 0.2 s to load; users of other sign-ins must not wait for it.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(environment).begin_with_code(wish)
