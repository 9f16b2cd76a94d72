from __future__ import annotations

import pytest

from jupyter_azure_auth.server.sign_in.attempts import (
    ATTEMPT_LIFETIME_S,
    MAX_PENDING_ATTEMPTS,
    AttemptState,
    AttemptStatus,
)
from jupyter_azure_auth.server.sign_in.loopback.attempts import (
    PROOF_LIFETIME_S,
    LoopbackAttempt,
    LoopbackAttempts,
)

ANSWER = {"code": "c"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pending(clock: Clock) -> LoopbackAttempts[str]:
    return LoopbackAttempts(clock)


def begin(
    pending: LoopbackAttempts[str], state: str = "s", user_key: str = "me"
) -> LoopbackAttempt[str]:
    return pending.begin(user_key, state, "begun")


def arrive(pending: LoopbackAttempts[str], state: str = "s") -> str:
    receipt = pending.accept_redirect(state, ANSWER)
    assert receipt is not None
    return receipt


def test_runs_from_the_click_to_the_end(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.PENDING)
    receipt = arrive(pending)
    assert pending.verify_proof("me", attempt.proof, receipt) is attempt
    assert (attempt.begun, attempt.answer) == ("begun", ANSWER)
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.REDEEMING)
    assert pending.settle(attempt, AttemptStatus(AttemptState.DONE))
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.DONE)
    assert (attempt.answer, attempt.receipt, attempt.state) == (None, None, None)
    assert (attempt.begun, attempt.proof) == (None, "")


def test_a_state_is_accepted_once(pending: LoopbackAttempts[str]) -> None:
    begin(pending)
    assert pending.accept_redirect("other", ANSWER) is None
    assert pending.accept_redirect("", ANSWER) is None
    arrive(pending)
    assert pending.accept_redirect("s", ANSWER) is None


def test_a_proof_is_accepted_once(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    receipt = arrive(pending)
    assert pending.verify_proof("me", attempt.proof, receipt) is attempt
    assert pending.verify_proof("me", attempt.proof, receipt) is None


def test_a_proof_is_useless_before_the_answer(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    assert pending.verify_proof("me", attempt.proof, "") is None
    receipt = arrive(pending)
    assert pending.verify_proof("me", attempt.proof, receipt) is attempt


def test_the_user_that_began_it_cannot_have_another_user_finish_it(
    pending: LoopbackAttempts[str],
) -> None:
    attempt = begin(pending)
    arrive(pending)  # in another user's browser, which alone gets the receipt
    assert pending.verify_proof("me", attempt.proof, "guessed") is None
    assert attempt.status.state is AttemptState.PENDING


def test_the_browser_that_brings_it_cannot_finish_without_the_proof(
    pending: LoopbackAttempts[str],
) -> None:
    attempt = begin(pending)
    receipt = arrive(pending)
    assert pending.verify_proof("me", "guessed", receipt) is None
    assert pending.verify_proof("me", attempt.proof, receipt) is None
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.FAILED, "failed")


def test_a_sign_in_of_another_owner_is_unknown(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    receipt = arrive(pending)
    assert pending.verify_proof("you", attempt.proof, receipt) is None
    assert pending.status("you", attempt.id) is None
    pending.cancel("you", attempt.id)
    pending.cancel("you")
    assert pending.verify_proof("me", attempt.proof, receipt) is attempt


def test_ends_after_ten_minutes(pending: LoopbackAttempts[str], clock: Clock) -> None:
    attempt = begin(pending)
    clock.now += ATTEMPT_LIFETIME_S - 1
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.PENDING)
    clock.now += 1
    assert pending.accept_redirect("s", ANSWER) is None
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.FAILED, "timed_out")
    clock.now += ATTEMPT_LIFETIME_S
    assert pending.status("me", attempt.id) is None


def test_an_answer_without_proof_ends_the_attempt_soon(
    pending: LoopbackAttempts[str], clock: Clock
) -> None:
    attempt = begin(pending)
    receipt = arrive(pending)
    clock.now += PROOF_LIFETIME_S
    assert pending.verify_proof("me", attempt.proof, receipt) is None
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.FAILED, "failed")


def test_one_too_many_drops_the_oldest_of_its_owner(pending: LoopbackAttempts[str]) -> None:
    theirs = begin(pending, "theirs", "you")
    attempts = [begin(pending, f"s{number}") for number in range(MAX_PENDING_ATTEMPTS + 1)]
    assert pending.status("me", attempts[0].id) == AttemptStatus(AttemptState.FAILED, "cancelled")
    assert pending.accept_redirect("s0", ANSWER) is None
    assert all(
        attempt.status == AttemptStatus(AttemptState.PENDING) for attempt in [*attempts[1:], theirs]
    )


def test_a_cancelled_sign_in_cannot_be_settled(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    receipt = arrive(pending)
    assert pending.verify_proof("me", attempt.proof, receipt)
    pending.cancel("me", attempt.id)
    assert not pending.settle(attempt, AttemptStatus(AttemptState.DONE))
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.FAILED, "cancelled")


def test_an_ended_sign_in_cannot_be_cancelled(pending: LoopbackAttempts[str]) -> None:
    attempt = begin(pending)
    assert pending.verify_proof("me", attempt.proof, arrive(pending))
    assert pending.settle(attempt, AttemptStatus(AttemptState.DONE))
    pending.cancel("me")
    assert pending.status("me", attempt.id) == AttemptStatus(AttemptState.DONE)


def test_expects_answers_even_late_ones_while_they_can_arrive(
    pending: LoopbackAttempts[str], clock: Clock
) -> None:
    seen = [pending.expects_redirect]
    begin(pending)
    for seconds in (0, 2 * ATTEMPT_LIFETIME_S - 1, 1):
        clock.now += seconds
        seen.append(pending.expects_redirect)
    assert seen == [False, True, True, False]


def test_secrets_are_long_unique_and_not_printed(pending: LoopbackAttempts[str]) -> None:
    attempts = [begin(pending, "state-of-it"), begin(pending, "other")]
    texts = {text for attempt in attempts for text in (attempt.id, attempt.proof)}
    assert len(texts) == 4
    assert all(len(text) >= 43 for text in texts)
    assert not [text for text in [*texts, "state-of-it"] if text in repr(attempts)]
