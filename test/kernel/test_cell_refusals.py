"""A refusal holds for the rest of the cell's execution, on a fake clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from test.kernel.fake_kernel import STORAGE, FakeKernel, open_fake_kernel

VAULT = TokenRequest(("https://vault.azure.net/.default",))


@pytest.fixture
def fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    fake_kernel = open_fake_kernel(monkeypatch)
    monkeypatch.setattr(
        fake_kernel.publisher,
        "parent",
        lambda: {"header": {"msg_id": fake_kernel_cell(fake_kernel)}},
    )
    return fake_kernel


def fake_kernel_cell(fake_kernel: FakeKernel) -> str:
    return getattr(fake_kernel, "cell", "first")


def refused(fake_kernel: FakeKernel, request: TokenRequest = STORAGE, code: str = "denied") -> None:
    fake_kernel.at(
        fake_kernel.seconds, lambda: fake_kernel.answer(kind="error", code=code, message="No.")
    )
    assert fake_kernel.ask(request) == code


def asked_user(fake_kernel: FakeKernel) -> int:
    """Return the number of requests with which a page may prompt its user."""
    loud = [
        data for _, data in fake_kernel.publisher.opened if data.get("interactive") is not False
    ]
    return len({data["request_id"] for data in loud})


# Situation: SDK that retries | the user clicked Not now | later in the same cell | the same error
# within 2 s, no second prompt | sign in, or run the cell again
@pytest.mark.parametrize("change", [{}, {"claims": "{}"}, {"force": True}, {"enable_cae": True}])
def test_the_user_is_not_asked_again_after_not_now(
    fake_kernel: FakeKernel, change: dict[str, Any]
) -> None:
    refused(fake_kernel)
    begun = fake_kernel.seconds
    assert fake_kernel.ask(replace(STORAGE, **change)) == "denied"
    assert fake_kernel.seconds - begun <= 2
    assert asked_user(fake_kernel) == 1


# Situation: SDK that retries | the user did not sign in within the timeout | later in the same
# cell | the error `timed_out` within 2 s, no second prompt | sign in, or run the cell again
def test_a_sign_in_that_timed_out_prompts_once(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="pending", reason="sign_in"))
    assert fake_kernel.ask(timeout=12) == "timed_out"
    assert fake_kernel.ask(timeout=12) == "timed_out"
    assert fake_kernel.seconds == 14
    assert asked_user(fake_kernel) == 1


# Situation: panel | the user signs in after Not now | later in the same cell | the user's token |
# nothing to do
def test_a_sign_in_after_not_now_takes_effect(fake_kernel: FakeKernel) -> None:
    refused(fake_kernel)
    fake_kernel.at(fake_kernel.seconds, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert asked_user(fake_kernel) == 1
    refused(fake_kernel, replace(STORAGE, force=True))
    assert asked_user(fake_kernel) == 2  # a token has come in between


def test_another_resource_and_the_next_cell_prompt_the_user(fake_kernel: FakeKernel) -> None:
    refused(fake_kernel)
    refused(fake_kernel, VAULT)
    assert asked_user(fake_kernel) == 2
    fake_kernel.cell = "second"  # type: ignore[attr-defined]
    refused(fake_kernel)
    assert asked_user(fake_kernel) == 3


def test_a_request_without_an_answer_is_not_a_refusal(fake_kernel: FakeKernel) -> None:
    refused(fake_kernel, code="unavailable")
    refused(fake_kernel, code="unavailable")
    assert asked_user(fake_kernel) == 2


def test_a_silent_lookup_is_not_a_refusal(fake_kernel: FakeKernel) -> None:
    refused(fake_kernel, STORAGE.silent())
    refused(fake_kernel)
    assert asked_user(fake_kernel) == 1


def test_a_kernel_stores_a_limited_number_of_refusals(fake_kernel: FakeKernel) -> None:
    for number in range(70):
        refused(fake_kernel, TokenRequest((f"https://{number}.example/.default",)))
    assert len(fake_kernel.broker._refusals._refusals) == 64
