from __future__ import annotations

import pytest

from jupyter_azure_auth._lifetime import Moment, outlives, refresh_lead


@pytest.mark.parametrize(
    ("lifetime", "refresh_in", "expected"),
    [
        (86_400, None, 300),
        (3600, None, 300),
        (376, None, 300),
        (370, None, 296),
        (60, None, 48),
        (1, None, 0.8),
        (0, None, 0),
        (-600, None, 0),
        (86_400, 43_200, 43_200),
        (200, 150, 50),
        (200, 0, 200),
        (200, 300, 0),
    ],
)
def test_a_token_is_not_due_from_its_first_moment_on_unless_it_says_so(
    lifetime: float, refresh_in: float | None, expected: float
) -> None:
    assert refresh_lead(lifetime, refresh_in) == expected


def test_a_moment_has_come_when_one_clock_says_so() -> None:
    end = Moment(1000, 50)
    assert not end.reached(Moment(999, 49))
    assert end.reached(Moment(1000, 49))
    assert end.reached(Moment(0, 50))
    assert end.seconds_from(Moment(900, 49)) == 1
    assert end.seconds_from(Moment(999.5, 0)) == 0.5


def test_seconds_that_were_rounded_renew_nothing() -> None:
    held = Moment(0, 100)
    assert not outlives(Moment(1.9, 101.9), held)
    assert outlives(Moment(0, 102), held)
