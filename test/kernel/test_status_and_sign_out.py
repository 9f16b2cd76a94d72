"""The steps of requests for the status and for a sign-out, on a fake clock."""

from __future__ import annotations

import pytest

from jupyter_azure_auth.kernel.protocol import Answer, Done, Pending, Refusal, Status
from jupyter_azure_auth.kernel.request_flow import SendRequest, Show
from jupyter_azure_auth.kernel.status_and_sign_out import Reply, status_or_sign_out_flow


class Scene:
    """A kernel with scripted answers; by default there are none."""

    def __init__(self, answers: dict[float, Answer], *, answered: bool) -> None:
        self.time = 0.0
        self.asked: list[float] = []
        self.shown: list[tuple[float, str | None]] = []
        self._answers = answers
        self._flow = status_or_sign_out_flow(page_answered_before=answered, now=lambda: self.time)

    def play(self) -> Reply:
        answer: Answer | None = None
        try:
            while True:
                step = self._flow.send(answer)
                answer = None
                if isinstance(step, Show):
                    self.shown.append((self.time, step.notice))
                    continue
                assert isinstance(step, SendRequest)
                self.asked.append(self.time)
                self.time += step.seconds
                answer = self._answers.pop(self.time, None)
        except StopIteration as end:
            reply: Reply = end.value
            return reply


def test_asks_every_second_for_four_seconds_if_no_page_has_ever_answered() -> None:
    scene = Scene({}, answered=False)
    assert scene.play() == Refusal("no_page")
    assert scene.asked == [0, 1, 2, 3]
    assert scene.time == 4
    assert scene.shown == []


def test_waits_longer_for_a_page_that_reloads_and_says_so() -> None:
    scene = Scene({}, answered=True)
    assert scene.play() == Refusal("page_gone")
    assert scene.asked == list(range(15))
    assert scene.shown == [(5, "reloading")]


@pytest.mark.parametrize("reply", [Status("signed-out"), Done(), Refusal("failed")])
def test_ends_with_the_first_reply(reply: Reply) -> None:
    scene = Scene({1: Pending("acquiring"), 3: reply}, answered=False)
    assert scene.play() == reply
    assert scene.asked == [0, 1, 2]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("unknown_kind", "old_page"),
        ("unsupported_version", "old_page"),
        ("denied", "shared_kernel"),
    ],
)
def test_translates_the_codes_of_a_page(code: str, meaning: str) -> None:
    assert Scene({1: Refusal(code)}, answered=True).play() == Refusal(meaning)
