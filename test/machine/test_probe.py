"""The probe of the metadata service: only its own answer counts, and a failure only briefly."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest

from jupyter_azure_auth.machine import probe
from jupyter_azure_auth.machine.probe import KEPT_S, NOWHERE, SILENT, THERE, Found, Probe, _Look
from jupyter_azure_auth.machine.reasons import NotUsedError
from test.machine.hosts import STORAGE, Stand

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
def test_a_slow_first_answer_is_waited_for(stand: Stand) -> None:
    stand.be("imds")
    stand.hosts.set(delay=1500)
    waits: list[None] = []
    assert stand.source.token(STORAGE, lambda: waits.append(None)).token
    assert waits, "the cell says what it waits for"


# Situation: metadata service | accepts the connection and answers after 4 s | first token |
# no token within 3 s, `metadata_silent` | the probe continues; the next token is the machine's
def test_a_later_answer_is_found_in_the_background(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "CONNECT_WAIT_S", 0.1)
    monkeypatch.setattr(probe, "ANSWER_WAIT_S", 0.2)
    stand.be("imds")
    stand.hosts.set(delay=1000)
    source = stand.source
    with pytest.raises(NotUsedError) as caught:
        source.token(STORAGE)
    assert caught.value.not_used.code == "metadata_silent"
    look = source._probe._look
    assert look is not None
    look.join()
    assert source.token(STORAGE).token
    assert stand.hosts.answers == ["refused", "token"], "one probe only"


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (400, HEADER_MISSING, THERE),
        (400, "<h1>400 Bad Request</h1> no metadata", Found("other_metadata", "400")),
        (400, '{"error": "no host"}', Found("other_metadata", "400")),
        (400, "[]", Found("other_metadata", "400")),
        (200, HEADER_MISSING, Found("other_metadata", "200")),
        (302, "", Found("other_metadata", "302")),
        (401, "", Found("other_metadata", "401")),
        (403, "connecting to 169.254.169.254:80: unreachable", Found("proxied")),
        (404, "404 - Not Found", Found("other_metadata", "404")),
        (410, "", Found("upgrading", "the metadata service")),
        (429, "", Found("busy", "the metadata service")),
        (502, "", Found("out_of_order", "502")),
    ],
)
def test_only_the_answer_of_the_service_itself_counts(
    stand: Stand, status: int, body: str, found: Found
) -> None:
    stand.be("imds")
    stand.hosts.set(other=[status, body])
    assert Probe(stand.environ)() == found


# Situation: other cloud's metadata service | answers 404 or 401 | each first token of a resource |
# `other_metadata` at once, then the Azure CLI | nothing to do
@pytest.mark.parametrize("status", [401, 404])
def test_another_service_costs_no_scope_any_time(stand: Stand, status: int) -> None:
    stand.be("imds")
    stand.hosts.set(other=[status, ""])
    source = stand.source
    for _ in range(3):
        with pytest.raises(NotUsedError) as caught:
            source.token(STORAGE)
        assert caught.value.not_used.code == "other_metadata"
        assert "IDENTITY_HEADER" not in caught.value.not_used.sentence
    assert stand.pauses == []
    assert stand.hosts.answers == ["other"], "a failure is cached for seconds"


# Situation: metadata service | not there yet | token after more than 10 s | the machine's token |
# nothing to do
def test_not_there_is_kept_for_seconds_and_there_for_good(stand: Stand) -> None:
    assert KEPT_S <= 30
    clock = Clock()
    stand.be("imds")
    stand.hosts.set(other=[404, ""])
    look = Probe(stand.environ, clock)
    assert look() == Found("other_metadata", "404")
    stand.hosts.set()
    clock.now = KEPT_S - 1
    assert look() == Found("other_metadata", "404")
    clock.now = KEPT_S
    assert look() == THERE
    stand.hosts.set(other=[404, ""])
    clock.now = 1e6
    assert look() == THERE


@pytest.fixture
def taken() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_timeout_is_no_refused_connection(taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "LOOK_TIMEOUT_S", 0.2)
    assert Probe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": taken})() == SILENT
    assert Probe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"})() == NOWHERE
    assert Probe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:x"})() == NOWHERE


def test_a_service_that_hangs_is_waited_for_three_seconds_once(taken: str) -> None:
    look = Probe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": taken})
    begun = time.monotonic()
    assert look() == SILENT
    assert 2.5 < time.monotonic() - begun < 3.5
    begun = time.monotonic()
    assert look() == SILENT
    assert time.monotonic() - begun < 0.1


def test_a_forked_child_has_no_thread_that_looks_and_looks_for_itself() -> None:
    look = Probe({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"})
    look._look = _Look("http://127.0.0.1:9", Clock())
    assert look() == NOWHERE
