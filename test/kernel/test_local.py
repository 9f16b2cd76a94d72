from __future__ import annotations

from queue import Queue
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.kernel import azure_cli, machine
from jupyter_azure_auth.kernel.flow import AskingCli, News, NothingHere
from jupyter_azure_auth.kernel.local import seek
from jupyter_azure_auth.kernel.protocol import Identity, Issued, Request

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.protocol import Origin

MACHINE = Issued("m", 1, Identity("managed-identity:"), origin="managed-identity")
CLI = Issued("c", 1, Identity("azure-cli:ada@a"), origin="azure-cli")


@pytest.mark.parametrize(
    ("there", "only", "expected"),
    [
        ({"machine", "cli"}, None, [MACHINE]),
        ({"cli"}, None, [AskingCli(), CLI]),
        (set(), None, [NothingHere()]),
        ({"machine", "cli"}, "azure-cli", [AskingCli(), CLI]),
        ({"cli"}, "managed-identity", [NothingHere()]),
        ({"machine"}, "azure-cli", [NothingHere()]),
    ],
)
def test_takes_the_first_that_has_a_token(
    monkeypatch: pytest.MonkeyPatch, there: set[str], only: Origin | None, expected: list[News]
) -> None:
    monkeypatch.setattr(machine, "fits", lambda *_: "machine" in there)
    monkeypatch.setattr(machine, "token", lambda *_: MACHINE)
    monkeypatch.setattr(azure_cli, "fits", lambda *_: "cli" in there)
    monkeypatch.setattr(azure_cli, "token", lambda *_: CLI)
    news: Queue[News] = Queue()
    seek(Request(("s",)), news.put, only=only)
    assert [news.get(timeout=5) for _ in expected] == expected


def test_goes_on_where_one_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in (machine, azure_cli):
        monkeypatch.setattr(source, "fits", lambda *_: True)
        monkeypatch.setattr(source, "token", lambda *_: None)
    news: Queue[News] = Queue()
    seek(Request(("s",)), news.put, only=None)
    assert [news.get(timeout=5) for _ in range(2)] == [AskingCli(), NothingHere()]
