"""Prints as JSON how long an import takes in a running kernel, in milliseconds.

Each module is imported in separate kernels, in which only ipykernel has been imported before, and
from bytecode, as after an installation with pip.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from test.kernel.notebook import Notebook

MODULES: Final = ("jupyter_azure_auth", "azure.core.credentials", "azure.identity")
ROUNDS: Final = 5

CELL: Final = """
import time
begun = time.perf_counter()
import {module}
print((time.perf_counter() - begun) * 1000)
"""


def measure_once(module: str) -> float:
    """Import a module in a new kernel, and return the milliseconds."""
    with tempfile.TemporaryDirectory() as home:
        notebook = Notebook(Path(home))
        try:
            return float(notebook.output(notebook.run(CELL.format(module=module))))
        finally:
            notebook.shut_down()


def measure() -> dict[str, float]:
    """Return the median of each module, by name."""
    with tempfile.TemporaryDirectory() as bytecode:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        # The first run only compiles.
        samples = [{module: measure_once(module) for module in MODULES} for _ in range(ROUNDS + 1)]
    del samples[0]
    return {module: statistics.median(each[module] for each in samples) for module in MODULES}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
