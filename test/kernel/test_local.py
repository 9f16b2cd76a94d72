from __future__ import annotations

from dataclasses import dataclass
from queue import Queue

import pytest

from jupyter_azure_auth.kernel.flow import AskingCli, News, NothingHere
from jupyter_azure_auth.kernel.local import seek
from jupyter_azure_auth.kernel.protocol import Identity, Issued, Origin, Request
from jupyter_azure_auth.machine import sources
from jupyter_azure_auth.machine.granted import Granted, MachineAccount, SourceName, Wish
from jupyter_azure_auth.machine.reasons import NotUsed, NotUsedError

MACHINE = Issued("t", 1, Identity("managed-identity:1"), origin="managed-identity")
CLI = Issued("t", 1, Identity("azure-cli:1"), origin="azure-cli")


@dataclass
class Source:
    """There, or not fit, or without a token."""

    name: SourceName
    state: str

    def unfit(self, wish: Wish) -> NotUsed | None:
        return NotUsed(self.name, "not_set", "X") if self.state == "unfit" else None

    def token(self, wish: Wish) -> Granted:
        if self.state == "empty":
            raise NotUsedError(NotUsed(self.name, "failed"))
        return Granted("t", "Bearer", 1, None, MachineAccount(f"{self.name}:1", "", ""))


@pytest.mark.parametrize(
    ("machine", "cli", "only", "expected"),
    [
        ("there", "there", None, [MACHINE]),
        ("unfit", "there", None, [AskingCli(), CLI]),
        ("empty", "there", None, [AskingCli(), CLI]),
        ("empty", "empty", None, [AskingCli(), NothingHere()]),
        ("unfit", "unfit", None, [NothingHere()]),
        ("there", "there", "azure-cli", [AskingCli(), CLI]),
        ("unfit", "there", "managed-identity", [NothingHere()]),
        ("there", "unfit", "azure-cli", [NothingHere()]),
    ],
)
def test_takes_the_first_that_has_a_token(
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    cli: str,
    only: Origin | None,
    expected: list[News],
) -> None:
    there = [Source("managed-identity", machine), Source("azure-cli", cli)]

    def automatic_sources(_environ: object, _root: object, *, allowed: object) -> list[Source]:
        assert allowed == (None if only is None else (only,))
        return [source for source in there if only in (None, source.name)]

    monkeypatch.setattr(sources, "automatic_sources", automatic_sources)
    news: Queue[News] = Queue()
    seek(Request(("s",)), news.put, only=only)
    assert [news.get(timeout=5) for _ in expected] == expected
