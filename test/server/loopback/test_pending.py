from __future__ import annotations

import pytest

from jupyter_azure_auth.server.loopback.pending import PROOF_LIFE, LoopbackFlow, PendingSignIns
from jupyter_azure_auth.server.pending import LIFE, MOST, Stage, Status

ANSWER = {"code": "c"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pending(clock: Clock) -> PendingSignIns[str]:
    return PendingSignIns(clock)


def begin(pending: PendingSignIns[str], state: str = "s", owner: str = "me") -> LoopbackFlow[str]:
    return pending.begin(owner, state, "begun")


def arrive(pending: PendingSignIns[str], state: str = "s") -> str:
    receipt = pending.arrive(state, ANSWER)
    assert receipt is not None
    return receipt


def test_goes_from_the_click_to_the_end(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    assert pending.status("me", flow.id) == Status(Stage.PENDING)
    receipt = arrive(pending)
    assert pending.prove("me", flow.proof, receipt) is flow
    assert (flow.begun, flow.answer) == ("begun", ANSWER)
    assert pending.status("me", flow.id) == Status(Stage.REDEEMING)
    assert pending.settle(flow, Status(Stage.DONE))
    assert pending.status("me", flow.id) == Status(Stage.DONE)
    assert (flow.answer, flow.receipt, flow.state) == (None, None, None)
    assert (flow.begun, flow.proof) == (None, "")


def test_a_state_is_good_once(pending: PendingSignIns[str]) -> None:
    begin(pending)
    assert pending.arrive("other", ANSWER) is None
    assert pending.arrive("", ANSWER) is None
    arrive(pending)
    assert pending.arrive("s", ANSWER) is None


def test_a_proof_is_good_once(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    receipt = arrive(pending)
    assert pending.prove("me", flow.proof, receipt) is flow
    assert pending.prove("me", flow.proof, receipt) is None


def test_a_proof_is_worth_nothing_before_the_answer(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    assert pending.prove("me", flow.proof, "") is None
    receipt = arrive(pending)
    assert pending.prove("me", flow.proof, receipt) is flow


def test_who_began_it_cannot_let_somebody_else_finish(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    arrive(pending)  # in another user's browser, which alone gets the receipt
    assert pending.prove("me", flow.proof, "guessed") is None
    assert flow.status.stage is Stage.PENDING


def test_who_brings_it_cannot_finish_without_the_proof(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    receipt = arrive(pending)
    assert pending.prove("me", "guessed", receipt) is None
    assert pending.prove("me", flow.proof, receipt) is None
    assert pending.status("me", flow.id) == Status(Stage.FAILED, "failed")


def test_what_belongs_to_another_owner_is_unknown(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    receipt = arrive(pending)
    assert pending.prove("you", flow.proof, receipt) is None
    assert pending.status("you", flow.id) is None
    pending.cancel("you", flow.id)
    pending.cancel("you")
    assert pending.prove("me", flow.proof, receipt) is flow


def test_ends_after_ten_minutes(pending: PendingSignIns[str], clock: Clock) -> None:
    flow = begin(pending)
    clock.now += LIFE - 1
    assert pending.status("me", flow.id) == Status(Stage.PENDING)
    clock.now += 1
    assert pending.arrive("s", ANSWER) is None
    assert pending.status("me", flow.id) == Status(Stage.FAILED, "timed_out")
    clock.now += LIFE
    assert pending.status("me", flow.id) is None


def test_an_answer_without_proof_ends_soon(pending: PendingSignIns[str], clock: Clock) -> None:
    flow = begin(pending)
    receipt = arrive(pending)
    clock.now += PROOF_LIFE
    assert pending.prove("me", flow.proof, receipt) is None
    assert pending.status("me", flow.id) == Status(Stage.FAILED, "failed")


def test_one_too_many_drops_the_oldest_of_its_owner(pending: PendingSignIns[str]) -> None:
    theirs = begin(pending, "theirs", "you")
    flows = [begin(pending, f"s{number}") for number in range(MOST + 1)]
    assert pending.status("me", flows[0].id) == Status(Stage.FAILED, "cancelled")
    assert pending.arrive("s0", ANSWER) is None
    assert all(flow.status == Status(Stage.PENDING) for flow in [*flows[1:], theirs])


def test_a_cancelled_one_is_not_settled(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    receipt = arrive(pending)
    assert pending.prove("me", flow.proof, receipt)
    pending.cancel("me", flow.id)
    assert not pending.settle(flow, Status(Stage.DONE))
    assert pending.status("me", flow.id) == Status(Stage.FAILED, "cancelled")


def test_what_has_ended_cannot_be_cancelled(pending: PendingSignIns[str]) -> None:
    flow = begin(pending)
    assert pending.prove("me", flow.proof, arrive(pending))
    assert pending.settle(flow, Status(Stage.DONE))
    pending.cancel("me")
    assert pending.status("me", flow.id) == Status(Stage.DONE)


def test_is_awake_while_answers_can_come_also_too_late(
    pending: PendingSignIns[str], clock: Clock
) -> None:
    seen = [pending.awake]
    begin(pending)
    for seconds in (0, 2 * LIFE - 1, 1):
        clock.now += seconds
        seen.append(pending.awake)
    assert seen == [False, True, True, False]


def test_secrets_are_long_differ_and_are_not_printed(pending: PendingSignIns[str]) -> None:
    flows = [begin(pending, "state-of-it"), begin(pending, "other")]
    texts = {text for flow in flows for text in (flow.id, flow.proof)}
    assert len(texts) == 4
    assert all(len(text) >= 43 for text in texts)
    assert not [text for text in [*texts, "state-of-it"] if text in repr(flows)]
