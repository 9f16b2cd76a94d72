from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue

import pytest

from jupyter_azure_auth.kernel.flow import Asking, News, NothingHere
from jupyter_azure_auth.kernel.local import _TURNS, seek
from jupyter_azure_auth.kernel.protocol import Identity, Issued, Origin, Request
from jupyter_azure_auth.machine import sources
from jupyter_azure_auth.machine.granted import Granted, MachineAccount, SourceName, Wish
from jupyter_azure_auth.machine.reasons import REASONS, NotUsed, NotUsedError

MACHINE = Issued("t", 1, Identity("managed-identity:1"), origin="managed-identity")
CLI = Issued("t", 1, Identity("azure-cli:1"), origin="azure-cli")
ASKING = Asking("azure_cli")
PATIENCE = Asking("machine")


@dataclass
class Source:
    """A source that returns a token, is unavailable, is slow, or has no token."""

    name: SourceName
    state: str

    def unfit(self, wish: Wish) -> NotUsed | None:
        return NotUsed(self.name, "not_set", "X") if self.state == "unfit" else None

    def token(self, wish: Wish, on_wait: Callable[[], None]) -> Granted:
        if self.state == "slow":
            on_wait()
        if self.state == "empty":
            raise NotUsedError(NotUsed(self.name, "az_failed"))
        return Granted("t", "Bearer", 1, None, MachineAccount(f"{self.name}:1", "", ""))


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> list[Source]:
    """The ambient sources of this machine."""
    found: list[Source] = []
    monkeypatch.setattr(sources, "automatic_sources", lambda *_, **__: found)
    monkeypatch.setattr("jupyter_azure_auth.kernel.local._seen", None)
    return found


def nothing(*considered: str) -> NothingHere:
    return NothingHere(considered)


UNFIT = ("managed-identity: X is not set.", "azure-cli: X is not set.")
EMPTY = tuple(f"{name}: {REASONS['az_failed']}" for name in _TURNS)


@pytest.mark.parametrize(
    ("machine", "cli", "only", "expected"),
    [
        ("there", "there", None, [MACHINE]),
        ("slow", "there", None, [PATIENCE, MACHINE]),
        ("unfit", "there", None, [ASKING, CLI]),
        ("empty", "there", None, [ASKING, CLI]),
        ("empty", "empty", None, [ASKING, nothing(EMPTY[0], EMPTY[2])]),
        ("unfit", "unfit", None, [nothing(*UNFIT)]),
        ("there", "there", "azure-cli", [ASKING, CLI]),
        ("unfit", "there", "managed-identity", [nothing(UNFIT[0])]),
        ("there", "unfit", "azure-cli", [nothing(UNFIT[1])]),
    ],
)
def test_takes_the_first_that_has_a_token(
    there: list[Source], machine: str, cli: str, only: Origin | None, expected: list[News]
) -> None:
    there += [Source("managed-identity", machine), Source("azure-cli", cli)]
    news: Queue[News] = Queue()
    seek(Request(("s",)), news.put, only=only)
    assert [news.get(timeout=5) for _ in expected] == expected


def test_who_waits_for_the_turn_of_another_cell_hears_of_it(there: list[Source]) -> None:
    there.append(Source("managed-identity", "there"))
    news: Queue[News] = Queue()
    with _TURNS["managed-identity"]:
        seek(Request(("s",)), news.put, only=None)
        assert news.get(timeout=5) == PATIENCE
    assert news.get(timeout=5) == MACHINE
