from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from test.kernel.notebook import CANARY, SCOPE, asks, kernel_environ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test.kernel.notebook import Notebook

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


def test_a_notebook_without_a_page_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cells: list[Any] = [_cell("pass"), _cell(ASK)]
    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    )
    with mock.patch.dict(os.environ, kernel_environ(tmp_path), clear=True):
        client = NotebookClient(notebook, timeout=60)
        with pytest.raises(CellExecutionError, match="Open this notebook in JupyterLab"):
            asyncio.run(client.async_execute())
    assert notebook.cells[1]["outputs"][-1]["ename"] == "AzureAuthUnavailableError"
    assert "comm target" not in caplog.text, "it complains of what it does not know"


GET = "print(jupyter_azure_auth.JupyterCredential().get_token('https://{}/.default').token)"


# Situation: kernel that no server with this package has started | a program runs cells that allow
# no input, as nbclient does | a token | the machine's, or `no_page` at once; no comm opens until a
# page has answered a cell of its own | open the notebook in JupyterLab
def test_no_comm_opens_for_a_program_before_a_page_has_answered(
    fresh: Callable[..., Notebook],
) -> None:
    notebook = fresh(setup="pass")

    def run_by_program(code: str) -> str:
        return str(notebook.client.execute(code, allow_stdin=False, stop_on_error=False))

    alone = run_by_program(f"import jupyter_azure_auth\n{GET.format('storage.azure.com')}")
    assert "[no_page]" in notebook.output(alone)
    status = run_by_program("%load_ext jupyter_azure_auth\n%azure_status")
    assert "No JupyterLab page answers this kernel." in notebook.output(status)
    assert not [message for message in notebook.seen if asks(message)]

    cell = notebook.run(GET.format("storage.azure.com"))
    notebook.give(notebook.asked())
    assert notebook.output(cell) == CANARY
    again = run_by_program(GET.format("vault.azure.net"))
    notebook.give(notebook.asked())
    assert notebook.output(again) == CANARY
