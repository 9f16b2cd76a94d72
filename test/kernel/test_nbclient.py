from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from test.kernel.notebook import SCOPE, kernel_environ

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_notebook_without_a_page_fails(tmp_path: Path) -> None:
    cells: list[Any] = [_cell("pass"), _cell(ASK)]
    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    )
    with mock.patch.dict(os.environ, kernel_environ(tmp_path), clear=True):
        client = NotebookClient(notebook, timeout=60)
        with pytest.raises(CellExecutionError, match="Open this notebook in JupyterLab"):
            asyncio.run(client.async_execute())
    assert notebook.cells[1]["outputs"][-1]["ename"] == "AzureAuthUnavailableError"
