from __future__ import annotations

import pytest

from jupyter_azure_auth.server.process_access.rate_limiter import BURST, PER_SECOND, RateLimiter
from jupyter_azure_auth.server.routes.base import APIError


def test_allows_a_burst_and_then_a_steady_rate() -> None:
    seconds = 0.0
    rate_limiter = RateLimiter(now=lambda: seconds)
    assert [rate_limiter.allows("a") for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert rate_limiter.allows("b")
    seconds = 1.0
    assert [rate_limiter.allows("a") for _ in range(PER_SECOND + 1)] == [True] * PER_SECOND + [
        False
    ]


def test_limits_bursts_of_all_callers_together() -> None:
    seconds = 0.0
    rate_limiter = RateLimiter(now=lambda: seconds)
    rate_limiter.allows("a")
    seconds = 3600.0
    assert [rate_limiter.allows("a") for _ in range(BURST + 1)] == [True] * BURST + [False]


def test_limits_the_number_of_remembered_callers() -> None:
    rate_limiter = RateLimiter(now=lambda: 0.0)
    for caller in range(5000):
        rate_limiter.allows(caller)
    assert len(rate_limiter._buckets) == 1000


def test_refuses_with_a_code() -> None:
    rate_limiter = RateLimiter(burst=1, now=lambda: 0.0)
    rate_limiter.check("a")
    with pytest.raises(APIError) as refused:
        rate_limiter.check("a")
    assert (refused.value.status_code, refused.value.code) == (429, "too_many_requests")
    rate_limiter.check("b")
