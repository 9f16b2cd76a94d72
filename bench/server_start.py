"""Prints as JSON what the extension costs a server on a machine whose metadata service hangs.

In milliseconds: the start up to the first answer, without the extension and with it, and, meanwhile
asked for an identity that does not come, the answer of the route that pages ask first.
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
    """Return medians."""
    samples: dict[str, list[float]] = {"without": [], "with": [], "route": []}
    with hanging() as metadata, tempfile.TemporaryDirectory() as home:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(home) / "bytecode")
        for turn in range(ROUNDS + 1):
            environ = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": metadata}
            with server(home, environ, extension=False) as (_, without):
                pass
            with server(home, environ) as (url, taken):
                post(url, "session")  # begins to look for an identity
                route = [post(url, "environment") for _ in range(10)]
            if turn > 0:  # the first one only compiles
                samples["without"].append(without)
                samples["with"].append(taken)
                samples["route"].append(max(route))
    return {name: statistics.median(values) for name, values in samples.items()}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
