from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_azure_auth._lifetime import Moment, outlives, refresh_lead

# `test/unit/auth/token-lifetime.spec.ts` reads the same cases.
CASES = json.loads((Path(__file__).parents[1] / "cases/lifetimes.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_token_is_due_at_once_only_if_its_issuer_says_so(
    case: dict[str, float],
) -> None:
    assert refresh_lead(case["lifetime"], case["refresh_in"]) == case["lead"]


def test_a_moment_is_reached_as_soon_as_one_clock_says_so() -> None:
    end = Moment(1000, 50)
    assert not end.reached(Moment(999, 49))
    assert end.reached(Moment(1000, 49))
    assert end.reached(Moment(0, 50))
    assert end.seconds_from(Moment(900, 49)) == 1
    assert end.seconds_from(Moment(999.5, 0)) == 0.5


def test_rounded_seconds_do_not_count_as_a_renewal() -> None:
    held = Moment(0, 100)
    assert not outlives(Moment(1.9, 101.9), held)
    assert outlives(Moment(0, 102), held)
