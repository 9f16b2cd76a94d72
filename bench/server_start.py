"""Prints as JSON the cost of the extension on a machine with a metadata service that hangs.

In milliseconds: the start until the first answer, without and with the extension; and the answer of
the first route that a page calls, during a lookup of an identity that never ends.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.server import hanging, post, server

ROUNDS: Final = 5


def measure() -> dict[str, float]:
    """Return the medians."""
    samples: dict[str, list[float]] = {"without": [], "with": [], "route": []}
    with hanging() as metadata, tempfile.TemporaryDirectory() as home:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(home) / "bytecode")
        for turn in range(ROUNDS + 1):
            environ = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": metadata}
            with server(home, environ, extension=False) as (_, without):
                pass
            with server(home, environ) as (url, taken):
                post(url, "session")  # begins the ambient lookup
                route = [post(url, "config") for _ in range(10)]
            if turn > 0:  # the first run only compiles
                samples["without"].append(without)
                samples["with"].append(taken)
                samples["route"].append(max(route))
    return {name: statistics.median(values) for name, values in samples.items()}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
