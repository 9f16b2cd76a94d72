"""Prints as JSON how long a cell of Azure Storage continues after **Not now**, in milliseconds.

A real kernel with the real ``azure-storage-blob``. The program plays the page, as the tests do; a
client that retries what its credential raises takes 82 s.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from test.kernel.notebook import Notebook, error_of

ROUNDS: Final = 10

TIMEOUT_S: Final = 120.0

SETUP: Final = """
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
"""

CELL: Final = (
    "BlobServiceClient('https://account.blob.core.windows.net', JupyterCredential())"
    ".get_account_information()"
)


def refused(notebook: Notebook) -> float:
    """Return the milliseconds from the refusal of one cell's request to the end of the cell."""
    notebook.seen.clear()
    cell = notebook.run(CELL)
    asked = notebook.wait_for(
        lambda m: m["msg_type"] == "comm_open" and m["content"]["data"].get("kind") == "token",
        TIMEOUT_S,
    )
    notebook.send(asked["content"]["comm_id"], error_of(asked, "denied"))
    messages = notebook.idle(cell, TIMEOUT_S)
    [error] = [m for m in messages if m["msg_type"] == "error"]
    if "[denied]" not in error["content"]["evalue"] or notebook.kinds_asked() != ["token"]:
        raise RuntimeError("The cell was not refused, or asked again.")
    took = messages[-1]["header"]["date"] - asked["header"]["date"]
    milliseconds: float = took.total_seconds() * 1000
    return milliseconds


def measure() -> dict[str, float]:
    """Return the median and the slowest of some cells, after one that loads the modules."""
    with tempfile.TemporaryDirectory() as home:
        notebook = Notebook(Path(home))
        try:
            notebook.idle(notebook.run(SETUP), TIMEOUT_S)
            first = refused(notebook)
            later = [refused(notebook) for _ in range(ROUNDS)]
        finally:
            notebook.shut_down()
    return {"first": first, "median": statistics.median(later), "slowest": max(later)}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
