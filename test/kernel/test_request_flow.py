from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth._error_catalog import DECIDED, NO_USER, PARENT_SERVER, REFUSED
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.parent_server.reasons import describe_reason
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Pending, Refusal
from jupyter_azure_auth.kernel.request_flow import (
    SERVER_TIMEOUT_S,
    AmbientSlow,
    AmbientUnavailable,
    AskParentServer,
    Event,
    Listen,
    Outcome,
    SendRequest,
    ServerUnavailable,
    Show,
    Step,
    TryAmbient,
    ambient_flow,
    page_flow,
    renewal_flow,
)

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.request_flow import Flow

TOKEN = IssuedToken("t", 1, Identity("i"))
SIGN_IN = Pending("sign_in")
ACQUIRING = Pending("acquiring")


class Page:
    """Plays back events on a fake clock: silence takes the whole timeout, an event no time."""

    def __init__(self, *event: Event) -> None:
        self.seconds = 0.0
        self.steps: list[tuple[float, Step]] = []
        self._news = list(event)

    def now(self) -> float:
        return self.seconds

    def play(self, flow: Flow) -> Outcome:
        event: Event = None
        try:
            step = next(flow)
            while True:
                self.steps.append((self.seconds, step))
                if isinstance(step, Show | AskParentServer):
                    step = flow.send(None)
                    continue
                event = self._news.pop(0) if self._news else None
                self.seconds += 0 if event else step.seconds
                step = flow.send(event)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome

    def ask(
        self,
        *,
        answered_before: bool = False,
        served_before: bool = False,
        here: bool = True,
        server: bool = False,
    ) -> Outcome:
        flow = page_flow(
            page_answered_before=answered_before,
            server_answered_before=served_before,
            allow_ambient=here,
            allow_server=server,
            now=self.now,
        )
        return self.play(flow)

    def when(self, kind: type[Step]) -> list[float]:
        return [seconds for seconds, step in self.steps if isinstance(step, kind)]


def test_a_page_with_a_token_answers_at_once() -> None:
    page = Page(TOKEN)
    assert page.ask() is TOKEN
    assert page.steps == [(0, SendRequest(1))]


def test_asks_every_second_while_a_page_loads() -> None:
    page = Page(None, None, TOKEN)
    assert page.ask() is TOKEN
    assert page.when(SendRequest) == [0, 1, 2]


def test_looks_for_an_ambient_identity_after_four_seconds_without_a_page() -> None:
    page = Page(None, None, None, None, AmbientUnavailable())
    assert page.ask() == Refusal("no_page")
    assert page.when(SendRequest) == [0, 1, 2, 3]
    assert page.when(TryAmbient) == [4]


def test_ends_within_ten_seconds_if_the_machine_hangs() -> None:
    page = Page()
    assert page.ask() == Refusal("no_page")
    assert page.seconds == 9


def test_never_asks_this_machine_if_that_is_not_allowed() -> None:
    page = Page()
    assert page.ask(here=False) == Refusal("no_page")
    assert page.when(TryAmbient) == []
    assert page.seconds == 4


def test_waits_a_minute_for_a_page_that_has_answered_before_and_says_so() -> None:
    page = Page()
    assert page.ask(answered_before=True) == Refusal("page_gone")
    assert page.seconds == 60
    assert page.when(SendRequest) == list(range(60))
    assert [step for step in page.steps if isinstance(step[1], Show)] == [(5, Show("reloading"))]
    assert page.when(TryAmbient) == []


# Situation: token endpoint | accepts and never answers | first token | the cell shows after 5 s
# which resource it waits for; the page's error ends the wait | run the cell again
def test_says_in_the_cell_that_a_token_takes_longer_than_five_seconds() -> None:
    page = Page(ACQUIRING, None, ACQUIRING, None, ACQUIRING, TOKEN)
    assert page.ask() is TOKEN
    assert page.when(SendRequest) == [0, 5, 10]
    assert [step for step in page.steps if isinstance(step[1], Show)] == [(5, Show("acquiring"))]


def test_a_prompt_replaces_the_previous_notice() -> None:
    page = Page(ACQUIRING, None, SIGN_IN, None, ACQUIRING, None, TOKEN)
    assert page.ask() is TOKEN
    shows = [step.notice for _, step in page.steps if isinstance(step, Show)]
    assert shows == ["acquiring", "sign_in", "acquiring"]


def test_asks_again_if_the_page_that_prompts_falls_silent() -> None:
    page = Page(SIGN_IN, None, None, SIGN_IN, TOKEN)
    assert page.ask() is TOKEN
    assert page.steps == [
        (0, SendRequest(1)),
        (0, Listen(0.3)),
        (0.3, Show("sign_in")),
        (0.3, Listen(4.7)),
        (5, SendRequest(5)),  # silence: it may have reloaded
        (5, Listen(5)),  # it had, and is back
    ]


def test_asks_every_five_seconds_while_the_user_is_busy_elsewhere() -> None:
    page = Page(SIGN_IN, None, None, SIGN_IN, None, SIGN_IN, None, TOKEN)
    assert page.ask() is TOKEN
    assert page.when(SendRequest) == [0, 5, 10, 15]


def test_shows_nothing_if_the_page_soon_has_the_token() -> None:
    page = Page(SIGN_IN, TOKEN)
    assert page.ask() is TOKEN
    assert page.when(Show) == []


def test_replaces_the_notice_if_the_token_takes_long_once_the_user_has_acted() -> None:
    page = Page(SIGN_IN, None, ACQUIRING, None, TOKEN)
    page.ask()
    shown = [step for _, step in page.steps if isinstance(step, Show)]
    assert shown == [Show("sign_in"), Show("acquiring")]


# Situation: reloaded page | looks up its session slowly, while a cell waits for a sign-in | it asks
# its user again | the cell's output stays, with the button to sign in | sign in
def test_keeps_the_notice_until_a_reloaded_page_prompts_again() -> None:
    page = Page(SIGN_IN, None, ACQUIRING, SIGN_IN, TOKEN)
    page.ask()
    assert page.steps == [
        (0, SendRequest(1)),
        (0, Listen(0.3)),
        (0.3, Show("sign_in")),
        (0.3, Listen(4.7)),
        (0.3, Listen(5)),  # not only as long as until a notice is shown
        (0.3, Listen(5)),
    ]


def test_names_the_user_that_a_shared_kernel_waits_for() -> None:
    asked = [Pending("sign_in", "Bob"), None, Pending("consent", "Bob"), None]
    page = Page(*asked, Pending("consent", "Eve"), None, TOKEN)
    page.ask()
    shown = [step for _, step in page.steps if isinstance(step, Show)]
    assert shown == [
        Show("sign_in_of", "Bob"),
        Show("consent_of", "Bob"),
        Show("consent_of", "Eve"),
    ]


@pytest.mark.parametrize("event", [(Refusal("denied"),), (SIGN_IN, Refusal("denied"))])
def test_a_refusal_ends_it(event: tuple[Event, ...]) -> None:
    assert Page(*event).ask() == Refusal("denied")


def test_a_page_that_loads_during_the_ambient_lookup() -> None:
    page = Page(None, None, None, None, SIGN_IN, TOKEN)
    assert page.ask() is TOKEN


def test_the_azure_cli_has_half_a_minute_and_the_cell_says_so() -> None:
    page = Page(AmbientSlow("azure_cli"))
    assert page.play(ambient_flow("no_kernel")) == Refusal("no_kernel")
    assert page.steps == [(0, TryAmbient(5)), (0, Show("azure_cli")), (0, Listen(30))]


def test_a_machine_that_asks_for_retries_gets_them_before_the_next_source() -> None:
    page = Page(AmbientSlow("machine"), AmbientSlow("azure_cli"), TOKEN)
    assert page.play(ambient_flow("no_kernel")) is TOKEN
    waited = [step for _, step in page.steps if not isinstance(step, TryAmbient)]
    assert waited == [Show("machine"), Listen(100), Show("azure_cli"), Listen(30)]


def test_reports_the_candidates() -> None:
    page = Page(AmbientSlow("machine"), AmbientUnavailable(("azure-cli: no.",)))
    assert page.play(ambient_flow("no_page")) == Refusal("no_page", candidates=("azure-cli: no.",))


def test_an_identity_of_this_machine() -> None:
    assert Page(TOKEN).play(ambient_flow("no_kernel")) is TOKEN
    assert Page(AmbientSlow("azure_cli"), TOKEN).play(ambient_flow("no_kernel")) is TOKEN


def test_a_renewal_asks_once() -> None:
    page = Page(Pending("acquiring"), TOKEN)
    assert page.play(renewal_flow(2)) is TOKEN
    assert page.steps == [(0, SendRequest(2)), (0, Listen(2))]


def test_a_renewal_without_an_answer() -> None:
    page = Page()
    assert page.play(renewal_flow(2)) == Refusal("page_gone")
    assert page.seconds == 2


NO = ServerUnavailable("sign_in_required")
WHY = (
    "Jupyter server: You are not signed in there with an account that can get this token. "
    "(sign_in_required)"
)


def test_asks_the_parent_server_after_two_seconds_and_keeps_asking_the_page() -> None:
    page = Page(None, None, None, TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(AskParentServer) == [2]
    assert page.when(SendRequest) == [0, 1, 2, 3]


def test_a_refusal_by_the_server_is_not_final_while_a_page_may_answer() -> None:
    page = Page(None, None, NO, None, TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(SendRequest) == [0, 1, 2, 3]


def test_an_immediate_refusal_by_the_server_ends_within_ten_seconds() -> None:
    page = Page(None, None, NO)
    assert page.ask(server=True) == Refusal("no_page", candidates=(WHY,))
    assert page.seconds == 9
    assert page.when(AskParentServer) == [2]
    page = Page(None, None, NO)
    assert page.ask(server=True, here=False) == Refusal("no_page", candidates=(WHY,))


def test_asks_the_parent_server_every_five_seconds_for_a_minute_if_one_answered_before() -> None:
    page = Page(None, None, NO, None, None, None, None, None, NO)
    assert page.ask(server=True, answered_before=True) == Refusal("page_gone", candidates=(WHY,))
    assert page.when(AskParentServer)[:3] == [2, 7, 12]
    assert page.when(TryAmbient) == []


# Situation: parent server | answers after 3 s | first token, no page open | the server's token |
# nothing to do
@pytest.mark.parametrize("silences", [3, 4, 8, 30])
def test_no_other_source_answers_while_the_parent_server_is_asked(silences: int) -> None:
    """The server may have to ask Azure first."""
    page = Page(*([None] * silences), TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(AskParentServer) == [2]
    assert page.when(TryAmbient) == []


# Situation: parent server | accepts the request and never answers | first token, no page open |
# server_unavailable, never the machine's | run the cell again later
def test_a_server_that_hangs_is_not_replaced_by_the_machine() -> None:
    page = Page()
    outcome = page.ask(server=True)
    assert outcome == Refusal(
        "server_unavailable", candidates=("Jupyter server: It did not answer. (no_answer)",)
    )
    assert page.seconds == 2 + SERVER_TIMEOUT_S
    assert page.when(TryAmbient) == []
    assert [(at, step) for at, step in page.steps if isinstance(step, Show)] == [
        (5, Show("server"))
    ]


# Situation: user's sign-in at the server | refused by Azure (AADSTS53003, 65001), or ended |
# a fresh kernel's first token | server_refused, never the machine's | sign in from the panel
@pytest.mark.parametrize("reason", sorted(REFUSED - DECIDED.keys()))
def test_a_refusal_by_the_server_does_not_lead_to_the_machine(reason: str) -> None:
    page = Page(None, None, ServerUnavailable(reason, trace="time then"))
    outcome = page.ask(server=True)
    expected = Refusal("server_refused", candidates=(describe_reason(reason),), trace="time then")
    assert outcome == expected
    assert page.seconds == 4, "a page may load"
    assert page.when(TryAmbient) == []
    page = Page(None, None, ServerUnavailable(reason, trace="time then"))
    assert page.ask(server=True, served_before=True) == outcome
    assert page.seconds == 4


# Situation: sign-in at the server | the user has revoked the kernel, or denies access to all | its
# page is closed or reloads | `denied` at once, as from a page | the panel or the setting
@pytest.mark.parametrize("answered_before", [True, False])
def test_a_refusal_by_the_user_does_not_wait_for_a_page(answered_before: bool) -> None:  # noqa: FBT001
    for reason in DECIDED:
        page = Page(None, None, ServerUnavailable(reason))
        outcome = page.ask(server=True, answered_before=answered_before)
        assert isinstance(outcome, Refusal)
        assert outcome.code == ("failed" if reason == "resource_not_allowed" else "denied")
        text = describe(outcome)
        assert text.endswith(f"[{reason}]")
        assert "Azure refused" not in text, "it was not Azure"
        assert page.seconds <= 2, reason
        assert page.when(TryAmbient) == []


# Situation: parent server | runs, but cannot tell whether a user is signed in |
# a fresh kernel's first token | server_unavailable, never the machine's | open the notebook
@pytest.mark.parametrize("reason", sorted(PARENT_SERVER.keys() - REFUSED - NO_USER))
def test_an_unreachable_server_is_not_replaced_by_the_machine(reason: str) -> None:
    page = Page(None, None, ServerUnavailable(reason))
    outcome = page.ask(server=True)
    assert outcome == Refusal("server_unavailable", candidates=(describe_reason(reason),))
    assert page.when(TryAmbient) == []


@pytest.mark.parametrize("reason", sorted(NO_USER))
def test_the_machine_is_next_if_no_user_can_have_signed_in(reason: str) -> None:
    page = Page(None, None, ServerUnavailable(reason), None, TOKEN)
    assert page.ask(server=True) is TOKEN
    page = Page(None, None, ServerUnavailable(reason), *([None] * 60))
    assert page.ask(server=True, served_before=True) == Refusal(
        "server_unavailable", candidates=(describe_reason(reason),)
    )
    assert page.when(TryAmbient) == []
    assert page.seconds == 60


def test_a_late_refusal_by_the_server_does_not_end_the_ambient_lookup() -> None:
    assert Page(NO, TOKEN).play(ambient_flow("no_page", allow_server=True)) is TOKEN


def test_an_open_page_takes_precedence_over_the_server() -> None:
    page = Page(None, None, None, SIGN_IN, TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(AskParentServer) == [2]


def test_asks_the_parent_server_when_the_page_that_asked_the_user_is_gone() -> None:
    page = Page(Pending("acquiring"), None, None, None, TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(AskParentServer) == [7]
    page = Page(SIGN_IN, None, None, None, NO, None, SIGN_IN, TOKEN)
    assert page.ask(server=True) is TOKEN


def test_the_server_is_not_asked_while_a_page_prompts() -> None:
    page = Page(SIGN_IN, None, None, SIGN_IN, None, SIGN_IN, TOKEN)
    assert page.ask(server=True) is TOKEN
    assert page.when(AskParentServer) == []


def test_a_renewal_asks_the_parent_server_if_the_page_is_silent() -> None:
    page = Page(None, TOKEN)
    assert page.play(renewal_flow(2, allow_server=True)) is TOKEN
    assert page.steps == [(0, SendRequest(0.5)), (0.5, AskParentServer()), (0.5, Listen(1.5))]
    page = Page(None, NO, TOKEN)
    assert page.play(renewal_flow(2, allow_server=True)) is TOKEN
    page = Page(Pending("acquiring"), TOKEN)
    assert page.play(renewal_flow(2, allow_server=True)) is TOKEN
    assert page.when(AskParentServer) == []
