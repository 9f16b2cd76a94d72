"""Programs below one server get its user's tokens, after one sign-in and without a page."""

from __future__ import annotations

from typing import Any

import pytest

from test.cli.lab import Lab
from test.processes.scripts import COMMANDS, IMPORT, SCRIPTS
from test.processes.served import SERVED, write_notebook
from test.processes.terminal import ServerTerminal


@pytest.fixture
def shown(azure: dict[str, Any]) -> str:
    """What a program shows that has read the blob as the user."""
    return f"hello {azure['users'][0]['username']}"


@pytest.mark.parametrize("program", COMMANDS)
def test_a_program_in_a_terminal_reads_as_the_user(
    lab: Lab, terminal: ServerTerminal, shown: str, program: str
) -> None:
    write_notebook(lab)
    (lab.home / "script.py").write_text(f"{IMPORT}\n{SCRIPTS.get(program, '')}")
    done = terminal.run(*COMMANDS[program])
    assert done.code == 0, done.err
    assert done.out.count(shown) == 1, done.out
    assert "comm target" not in done.err


# Reach: Voilà | in the Jupyter server | the server's sign-in | a dashboard reads a blob
@pytest.mark.parametrize("program", SERVED)
def test_a_program_of_the_server_reads_as_the_user(lab: Lab, shown: str, program: str) -> None:
    assert shown in SERVED[program](lab)
