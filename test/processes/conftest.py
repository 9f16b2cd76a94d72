"""One server and one sign-in, for all programs below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from test.cli.lab import Lab
from test.processes.lab import start_lab, stop_lab
from test.processes.terminal import ServerTerminal
from test.sdks.conftest import azure

__all__ = ["azure"]


@pytest.fixture(scope="session")
def lab(azure: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = start_lab(tmp_path_factory.mktemp("lab"), azure["users"][0])
    yield lab
    stop_lab(lab)


@pytest.fixture(scope="session")
def terminal(lab: Lab) -> Iterator[ServerTerminal]:
    terminal = ServerTerminal(lab)
    yield terminal
    terminal.close()
