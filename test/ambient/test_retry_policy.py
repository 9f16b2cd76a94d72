from __future__ import annotations

import pytest

from jupyter_azure_auth.ambient.hosts import EndpointProtocol
from jupyter_azure_auth.ambient.response import HostResponse, NoResponse
from jupyter_azure_auth.ambient.retry_policy import REMOTE_TIMEOUTS, SLOW_TIMEOUTS, next_retry


def pauses(wire: EndpointProtocol, failure: HostResponse | NoResponse | None) -> list[float]:
    """Return the pauses between attempts that all fail in the same way."""
    found: list[float] = []
    while (step := next_retry(wire, [failure] * (len(found) + 1))) is not None:
        found.append(step.pause)
    return found


def status(number: int, retry_after: float | None = None) -> HostResponse:
    return HostResponse(number, "refused", retry_after=retry_after)


@pytest.mark.parametrize(
    ("wire", "failure", "expected"),
    [
        ("imds", status(400), []),
        ("imds", status(404), [1.6, 3.2, 6.4, 12.8]),
        ("imds", status(429), [1.6, 3.2, 6.4, 12.8]),
        ("imds", status(503), [1.6, 3.2, 6.4, 12.8]),
        ("imds", status(410), [5, 10, 20, 40]),
        ("app-service", status(400), []),
        ("app-service", status(404), []),
        ("app-service", status(429), [0.8, 1.6, 3.2]),
        ("app-service", status(429, 2), [2, 2, 3.2]),
        ("app-service", status(429, 61), []),
        ("msi", status(500), [0.8, 1.6, 3.2]),
        ("msi", HostResponse(500, "sso_failure"), []),
        ("msi", HostResponse(200, "text"), []),
        ("arc", status(401), []),
        ("aks", status(503), [0.8, 1.6, 3.2]),
        ("app-service", "no_answer", [0]),
        ("app-service", "no_connection", []),
        ("aks", "no_connection", [0]),
        ("aks", None, []),
    ],
)
def test_as_each_host_prescribes(
    wire: EndpointProtocol, failure: HostResponse | NoResponse | None, expected: list[float]
) -> None:
    assert pauses(wire, failure) == expected


def test_waits_for_the_upgrade_of_the_metadata_service() -> None:
    assert sum(pauses("imds", status(410))) > 70


def test_a_slow_host_gets_more_time() -> None:
    slow = next_retry("imds", ["no_answer"])
    abroad = next_retry("aks", ["no_answer"])
    assert slow is not None
    assert abroad is not None
    assert (slow.timeouts, abroad.timeouts) == (SLOW_TIMEOUTS, REMOTE_TIMEOUTS)
