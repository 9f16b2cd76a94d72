"""Prints how long after a sign-out each kind of process is refused.

``python -m bench.sign_out`` starts a Jupyter server below a local Azure, signs in once, lets the
programs of ``test/processes/held.py`` hold tokens that are valid for an hour, and signs out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests

from bench.local_azure import running_lab
from test.cli.lab import SCOPE
from test.processes.held import await_files, start_kernels, start_programs
from test.processes.terminal import ServerTerminal

if TYPE_CHECKING:
    from test.cli.lab import Lab

WARM_UP_S = 5
"""Seconds in which the programs end to start, so that their looks at the file are spread."""


def main() -> None:
    """Print one line per process, and one for the server."""
    with running_lab() as (lab, _):
        _measure(lab)


def _measure(lab: Lab) -> None:
    terminal = ServerTerminal(lab)
    start_programs(lab, terminal)
    kernels = start_kernels(lab)
    await_files(lab, "held")
    time.sleep(WARM_UP_S)
    begun = time.time()
    lab.ask("sign-out")
    answered = time.time()
    url, headers = f"{lab.url}azure-auth/token", {"Authorization": f"token {lab.token}"}
    refused = requests.post(url, json={"scopes": [SCOPE]}, headers=headers, timeout=60)
    print(f"sign-out answered: {answered - begun:.2f} s")
    print(f"server, first request: {refused.status_code} after {time.time() - begun:.2f} s")
    for name, file in await_files(lab, "refused").items():
        print(f"{name}: {file.stat().st_mtime - begun:.2f} s")
    for kernel in kernels.values():
        kernel.close()
    terminal.close()


if __name__ == "__main__":
    main()
