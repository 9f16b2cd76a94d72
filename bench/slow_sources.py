"""Prints as JSON how long Jupyter's own answers take while a source takes its ten seconds.

In milliseconds, the 99th percentile of some 450 answers, and that of the same server without the
extension. The slowest single answer depends on the machine's scheduler, with and without it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.server import get, hanging, post, server

if TYPE_CHECKING:
    from collections.abc import Callable

WITHOUT: Final = "nothing, without the extension"
"""The same name as in ``rows.mjs``."""

SLOW: Final = 10
"""Seconds."""

PAUSE: Final = 0.02
"""Seconds between two questions."""

TENANT: Final = "11111111-1111-1111-1111-111111111111"
SCOPE: Final = "https://storage.azure.com/.default"


def p99_of_answers(url: str, source: Callable[[], float]) -> float:
    """Return the 99th percentile of the status answers until the source is done, in milliseconds.

    :raises RuntimeError: if the source was not slow, so that the result would be meaningless.
    """
    get(url, "api/status")
    answers = []
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(source)
        while not asked.done():
            answers.append(get(url, "api/status"))
            time.sleep(PAUSE)
    if asked.result() < SLOW * 900:
        raise RuntimeError(f"The source took {asked.result():.0f} ms only.")
    return statistics.quantiles(answers, n=100)[98]


def without_the_extension(home: str) -> float:
    """Return the figure that the others are compared with."""

    def idle() -> float:
        time.sleep(SLOW)
        return SLOW * 1000

    with server(home, NOWHERE, extension=False) as (url, _):
        return p99_of_answers(url, idle)


def while_the_authority_hangs(home: str) -> float:
    """Begin a sign-in, which tries twice, for five seconds each."""
    with hanging() as proxy, server(home, {"HTTPS_PROXY": proxy, **NOWHERE}) as (url, _):
        start = {"port": 8888, "scopes": [SCOPE]}
        return p99_of_answers(url, lambda: post(url, "loopback/start", start))


def while_the_azure_cli_works(home: str) -> float:
    """Request a token with a slow Azure CLI that has a sign-in."""
    sign_in_by_cli(Path(home))
    path = os.pathsep.join([home, os.environ["PATH"]])
    with server(home, {"PATH": path, **NOWHERE}) as (url, _):
        return p99_of_answers(url, lambda: post(url, "token", {"scopes": [SCOPE]}))


def sign_in_by_cli(home: Path) -> None:
    """Create an `az` that finally answers like the real one."""
    (home / ".azure").mkdir()
    person = {"name": "ada@contoso.com", "type": "user"}
    subscription = {"tenantId": TENANT, "isDefault": True, "user": person}
    profile = {"subscriptions": [subscription]}
    (home / ".azure" / "azureProfile.json").write_text(json.dumps(profile))
    token = {"accessToken": "a", "expires_on": int(time.time()) + 3600, "tokenType": "Bearer"}
    code = f"import time\ntime.sleep({SLOW})\nprint({json.dumps(token)!r})\n"
    program = home / "az"
    program.write_text(f"#!{sys.executable}\n{code}")
    program.chmod(0o755)


NOWHERE: Final = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"}
"""Variables for no metadata service, which would come before the Azure CLI."""


def measure() -> dict[str, float]:
    """Return the 99th percentile by source, in milliseconds."""
    measured = {}
    for name, take in {
        WITHOUT: without_the_extension,
        "an authority that hangs": while_the_authority_hangs,
        "an Azure CLI that takes 10 s": while_the_azure_cli_works,
    }.items():
        with tempfile.TemporaryDirectory() as home:
            measured[name] = take(home)
    return measured


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
