from __future__ import annotations

from jupyter_azure_auth.server.door.pace import BURST, PER_SECOND, Pace


def test_lets_a_burst_pass_and_then_so_many_a_second() -> None:
    seconds = 0.0
    pace = Pace(now=lambda: seconds)
    assert [pace.allows("a") for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert pace.allows("b")
    seconds = 1.0
    assert [pace.allows("a") for _ in range(PER_SECOND + 1)] == [True] * PER_SECOND + [False]


def test_counts_no_more_than_a_burst_together() -> None:
    seconds = 0.0
    pace = Pace(now=lambda: seconds)
    pace.allows("a")
    seconds = 3600.0
    assert [pace.allows("a") for _ in range(BURST + 1)] == [True] * BURST + [False]


def test_remembers_so_many_callers_and_no_more() -> None:
    pace = Pace(now=lambda: 0.0)
    for caller in range(5000):
        pace.allows(caller)
    assert len(pace._buckets) == 1000
