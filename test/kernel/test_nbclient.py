from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from test.kernel.notebook import SCOPE, kernel_environ

if TYPE_CHECKING:
    from collections.abc import Sequence

ASK = f"""
from jupyter_azure_auth import JupyterCredential
from azure.identity import CredentialUnavailableError
JupyterCredential().get_token('{SCOPE}')
"""


def _cell(source: str) -> dict[str, Any]:
    kind: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
    }
    return {**kind, "source": source}


def _notebook() -> Any:
    cells: list[Any] = [_cell("pass"), _cell(ASK)]
    return nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    )


def test_a_notebook_without_a_page_fails(tmp_path: Path) -> None:
    notebook = _notebook()
    with mock.patch.dict(os.environ, kernel_environ(tmp_path), clear=True):
        client = NotebookClient(notebook, timeout=60)
        with pytest.raises(CellExecutionError, match="Open this notebook in JupyterLab"):
            asyncio.run(client.async_execute())
    assert notebook.cells[1]["outputs"][-1]["ename"] == "AzureAuthUnavailableError"


# Situation: kernel of papermill, nbconvert or `jupyter execute`, without a server with this package
# | the machine has no identity | a token | no_kernel at once, and no comm opens, of which
# the program would complain | run the notebook in JupyterLab
@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-m", "papermill", "--kernel=python3", "in.ipynb", "out.ipynb"),
        (str(Path(sys.executable).with_name("jupyter-execute")), "in.ipynb"),
    ],
    ids=["papermill", "jupyter execute"],
)
def test_no_comm_opens_for_a_command_that_runs_notebooks(
    command: Sequence[str], tmp_path: Path
) -> None:
    (tmp_path / "in.ipynb").write_text(nbformat.writes(_notebook()))  # type: ignore[no-untyped-call]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env=kernel_environ(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "[no_kernel]" in run.stderr
    assert "comm target" not in run.stderr
