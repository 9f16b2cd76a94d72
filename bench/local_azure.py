"""A Jupyter server below a local Azure, with a user who has signed in."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from test.processes.lab import start_lab, stop_lab
from test.processes.unmodified import NODE
from test.sdks.conftest import SERVE, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test.cli.lab import Lab


@contextmanager
def running_lab() -> Iterator[tuple[Lab, dict[str, Any]]]:
    """Start both, end them with the block, and return the server and what describes the Azure."""
    with subprocess.Popen(  # noqa: S603 (our own)
        [NODE, str(SERVE), "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as azure:
        try:
            described: dict[str, Any] = json.loads(next(iter(azure.stdout or ())))
            os.environ |= variables(described)
            with tempfile.TemporaryDirectory() as home:
                lab = start_lab(Path(home), described["users"][0])
                try:
                    yield lab, described
                finally:
                    stop_lab(lab)
        finally:
            azure.terminate()
