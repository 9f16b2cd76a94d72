"""The probe of the metadata service: only its own answer counts, and a failure only briefly."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest

from jupyter_azure_auth.ambient import imds
from jupyter_azure_auth.ambient.imds import (
    ANSWER_WAIT_S,
    AVAILABLE,
    NEGATIVE_RESULT_TTL_S,
    NO_ANSWER,
    NOT_AZURE,
    ImdsProbe,
    ProbeResult,
    _ProbeThread,
)
from jupyter_azure_auth.ambient.reasons import UnavailableError
from test.ambient.host_environments import STORAGE, HostEnvironment

HEADER_MISSING = json.dumps(
    {"error": "invalid_request", "error_description": "Required metadata header not specified"}
)


class Clock:
    """A clock that the tests advance."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


# Situation: metadata service | first answer takes 1.5 s | first token | the machine's token |
# nothing to do
def test_waits_for_a_slow_first_answer(host_environment: HostEnvironment) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(delay=1500)
    waits: list[None] = []
    assert host_environment.source.token(STORAGE, lambda: waits.append(None)).token
    assert waits, "the cell says what it waits for"


# Situation: metadata service | accepts the connection and answers after 4 s | first token |
# no token within 3 s, `metadata_silent` | the probe continues; the next token is the machine's
def test_a_later_answer_is_found_in_the_background(
    host_environment: HostEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imds, "CONNECT_WAIT_S", 0.1)
    monkeypatch.setattr(imds, "ANSWER_WAIT_S", 0.2)
    host_environment.enter("imds")
    host_environment.hosts.set(delay=1000)
    source = host_environment.source
    with pytest.raises(UnavailableError) as caught:
        source.token(STORAGE)
    assert caught.value.unavailable.code == "metadata_silent"
    look = source._probe._thread
    assert look is not None
    look.join()
    assert source.token(STORAGE).token
    assert host_environment.hosts.answers == ["refused", "token"], "one probe only"


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (400, HEADER_MISSING, AVAILABLE),
        (400, "<h1>400 Bad Request</h1> no metadata", ProbeResult("other_metadata", "400")),
        (400, '{"error": "no host"}', ProbeResult("other_metadata", "400")),
        (400, "[]", ProbeResult("other_metadata", "400")),
        (200, HEADER_MISSING, ProbeResult("other_metadata", "200")),
        (302, "", ProbeResult("other_metadata", "302")),
        (401, "", ProbeResult("other_metadata", "401")),
        (403, "connecting to 169.254.169.254:80: unreachable", ProbeResult("proxied")),
        (404, "404 - Not Found", ProbeResult("other_metadata", "404")),
        (410, "", ProbeResult("upgrading", "the metadata service")),
        (429, "", ProbeResult("busy", "the metadata service")),
        (502, "", ProbeResult("host_failed", "502")),
    ],
)
def test_only_the_answer_of_the_service_itself_counts(
    host_environment: HostEnvironment, status: int, body: str, found: ProbeResult
) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(other=[status, body])
    assert ImdsProbe(host_environment.environ)() == found


# Situation: other cloud's metadata service | answers 404 or 401 | each first token of a resource |
# `other_metadata` at once, then the Azure CLI | nothing to do
@pytest.mark.parametrize("status", [401, 404])
def test_another_service_is_rejected_at_once(
    host_environment: HostEnvironment, status: int
) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(other=[status, ""])
    source = host_environment.source
    for _ in range(3):
        with pytest.raises(UnavailableError) as caught:
            source.token(STORAGE)
        assert caught.value.unavailable.code == "other_metadata"
        assert "IDENTITY_HEADER" not in caught.value.unavailable.sentence
    assert host_environment.pauses == []
    assert host_environment.hosts.answers == ["other"], "a failure is cached for seconds"


# Situation: metadata service | not there yet | token after more than 10 s | the machine's token |
# nothing to do
def test_a_missing_service_is_cached_for_seconds_and_a_found_one_permanently(
    host_environment: HostEnvironment,
) -> None:
    assert NEGATIVE_RESULT_TTL_S <= 30
    clock = Clock()
    host_environment.enter("imds")
    host_environment.hosts.set(other=[404, ""])
    look = ImdsProbe(host_environment.environ, clock)
    assert look() == ProbeResult("other_metadata", "404")
    host_environment.hosts.set()
    clock.now = NEGATIVE_RESULT_TTL_S - 1
    assert look() == ProbeResult("other_metadata", "404")
    clock.now = NEGATIVE_RESULT_TTL_S
    assert look() == AVAILABLE
    host_environment.hosts.set(other=[404, ""])
    clock.now = 1e6
    assert look() == AVAILABLE


@pytest.fixture
def taken() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_timeout_differs_from_a_refused_connection(
    taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imds, "PROBE_TIMEOUT_S", 0.2)
    assert ImdsProbe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": taken})() == NO_ANSWER
    assert ImdsProbe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"})() == NOT_AZURE
    assert ImdsProbe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:x"})() == NOT_AZURE


def test_waits_three_seconds_once_for_a_service_that_hangs(taken: str) -> None:
    look = ImdsProbe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": taken})
    begun = time.monotonic()
    assert look() == NO_ANSWER
    assert time.monotonic() - begun >= ANSWER_WAIT_S
    waited = look._thread
    assert look() == NO_ANSWER
    assert look._thread is waited


def test_a_forked_child_probes_itself() -> None:
    look = ImdsProbe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"})
    look._thread = _ProbeThread("http://127.0.0.1:9", Clock())
    assert look() == NOT_AZURE
