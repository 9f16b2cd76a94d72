from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue

import pytest

from jupyter_azure_auth._error_catalog import AMBIENT
from jupyter_azure_auth._models import AccessToken, Account, SourceName, TokenRequest
from jupyter_azure_auth.ambient import sources
from jupyter_azure_auth.ambient.reasons import Unavailable, UnavailableError
from jupyter_azure_auth.kernel.ambient import _SOURCE_LOCKS, find_token
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Origin
from jupyter_azure_auth.kernel.request_flow import AmbientSlow, AmbientUnavailable, Event

MACHINE = IssuedToken("t", 1, Identity("managed-identity:1"), origin="managed-identity")
CLI = IssuedToken("t", 1, Identity("azure-cli:1"), origin="azure-cli")
ASKING = AmbientSlow("azure_cli")
SLOW_HOST = AmbientSlow("machine")


@dataclass
class Source:
    """A source that returns a token, is unavailable, is slow, or has no token."""

    name: SourceName
    state: str

    def why_unavailable(self, ambient_request: TokenRequest) -> Unavailable | None:
        if self.state == "broken at once":
            raise PermissionError("a path")
        return Unavailable(self.name, "not_set", "X") if self.state == "unfit" else None

    def token(self, ambient_request: TokenRequest, on_wait: Callable[[], None]) -> AccessToken:
        if self.state == "slow":
            on_wait()
        if self.state == "broken":
            raise PermissionError("a path")
        if self.state == "empty":
            raise UnavailableError(Unavailable(self.name, "az_failed"))
        return AccessToken("t", "Bearer", 1, None, Account(f"{self.name}:1", "", ""))


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> list[Source]:
    """The ambient sources of this machine."""
    found: list[Source] = []
    monkeypatch.setattr(sources, "ambient_sources", lambda *_, **__: found)
    monkeypatch.setattr("jupyter_azure_auth.kernel.ambient._cached_sources", None)
    return found


def nothing(*candidates: str) -> AmbientUnavailable:
    return AmbientUnavailable(candidates)


UNFIT = ("managed-identity: X is not set.", "azure-cli: X is not set.")
BROKEN = (
    f"managed-identity: {AMBIENT['failed'].format(detail='PermissionError')}",
    f"azure-cli: {AMBIENT['az_failed']}",
)
EMPTY = tuple(f"{name}: {AMBIENT['az_failed']}" for name in _SOURCE_LOCKS)


@pytest.mark.parametrize(
    ("machine", "cli", "only", "expected"),
    [
        ("there", "there", None, [MACHINE]),
        ("slow", "there", None, [SLOW_HOST, MACHINE]),
        ("unfit", "there", None, [ASKING, CLI]),
        ("empty", "there", None, [ASKING, CLI]),
        ("empty", "empty", None, [ASKING, nothing(EMPTY[0], EMPTY[2])]),
        ("unfit", "unfit", None, [nothing(*UNFIT)]),
        ("there", "there", "azure-cli", [ASKING, CLI]),
        ("unfit", "there", "managed-identity", [nothing(UNFIT[0])]),
        ("there", "unfit", "azure-cli", [nothing(UNFIT[1])]),
        ("broken", "there", None, [ASKING, CLI]),
        ("broken at once", "there", None, [ASKING, CLI]),
        ("broken", "broken at once", None, [nothing(*BROKEN)]),
    ],
)
def test_uses_the_first_source_that_has_a_token(
    there: list[Source], machine: str, cli: str, only: Origin | None, expected: list[Event]
) -> None:
    there += [Source("managed-identity", machine), Source("azure-cli", cli)]
    event: Queue[Event] = Queue()
    find_token(TokenRequest(("s",)), event.put, only_source=only)
    assert [event.get(timeout=60) for _ in expected] == expected


def test_a_caller_that_waits_for_another_cell_gets_its_outcome(there: list[Source]) -> None:
    there.append(Source("managed-identity", "there"))
    event: Queue[Event] = Queue()
    with _SOURCE_LOCKS["managed-identity"]:
        find_token(TokenRequest(("s",)), event.put, only_source=None)
        assert event.get(timeout=60) == SLOW_HOST
    assert event.get(timeout=60) == MACHINE


def test_a_child_forked_during_a_call_does_not_wait_for_it(there: list[Source]) -> None:
    there.append(Source("managed-identity", "there"))
    event: Queue[Event] = Queue()
    read, write = os.pipe()
    with _SOURCE_LOCKS["managed-identity"], warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads and forks, since Python 3.12
        if not (child := os.fork()):
            try:
                find_token(TokenRequest(("s",)), event.put, only_source=None)
                os.write(write, repr(event.get(timeout=60)).encode())
            finally:
                os._exit(0)
        os.close(write)
        os.waitpid(child, 0)
    with open(read) as said:  # noqa: PTH123 - of a handle
        assert said.read() == repr(MACHINE)
