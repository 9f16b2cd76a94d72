"""Reads with unmodified SDKs for some time, with tokens that are valid for 60 seconds.

``python -m bench.unmodified_sdks 300`` starts a Jupyter server below a local Azure, signs in once,
turns the identity endpoint on, and lets all programs of ``test/processes`` read side by side for
300 seconds. Then it measures the endpoint, and what old variables cost when the server is gone.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any, Final

import requests

from bench.local_azure import running_lab
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE
from test.cli.lab import CLI, Lab
from test.processes.unmodified import UNMODIFIED, file_name, write_programs

QUERY: Final = "api-version=2019-08-01&resource=https://storage.azure.com"
CHAIN: Final = """
import time
from azure.identity import DefaultAzureCredential
credential, start = DefaultAzureCredential(), time.monotonic()
try: credential.get_token("https://storage.azure.com/.default")
except Exception as error: print(round(time.monotonic() - start, 1), type(error).__name__)
"""


def main(seconds: int) -> None:
    """Print one line per program: its reads and its errors."""
    with running_lab() as (lab, azure):
        _measure(lab, azure, seconds)


def _measure(lab: Lab, described: dict[str, Any], seconds: int) -> None:
    settings = {"accessTokenSeconds": 60}
    requests.post(f"{described['controlUrl']}/settings", json=settings, timeout=60)
    lab.ask("identity-endpoint", enabled=True)
    environ = _terminal(lab, described)
    write_programs(lab.home)
    running = {
        name: subprocess.Popen(  # noqa: S603 (our own)
            [*program.command, file_name(name), str(seconds)],
            cwd=lab.home,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, program in UNMODIFIED.items()
    }
    for name, process in running.items():
        output, _ = process.communicate(timeout=seconds + 300)
        report = json.loads(output)
        print(f"{name}: {report['reads']} reads, {len(report['errors'])} errors")
        for error in set(report["errors"]):
            print(f"  {error[:300]}")
    _time_requests(lab, environ)
    lab.stop()
    done = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-c", CHAIN], env=environ, capture_output=True, text=True, check=True
    )
    print(f"DefaultAzureCredential with old variables, server stopped: {done.stdout.strip()}")


def _time_requests(lab: Lab, environ: dict[str, str]) -> None:
    """Print what a request to the endpoint takes, beside a bare one to Jupyter in the same run."""
    url, secret = environ["IDENTITY_ENDPOINT"], environ["IDENTITY_HEADER"]
    with requests.Session() as session:
        session.trust_env = False
        times: dict[str, list[float]] = {"endpoint": [], "bare GET": []}
        for _ in range(200):
            for name, address in (("endpoint", f"{url}?{QUERY}"), ("bare GET", f"{lab.url}api")):
                start = time.perf_counter()
                session.get(address, headers={"X-IDENTITY-HEADER": secret}, timeout=60)
                times[name].append((time.perf_counter() - start) * 1000)
    print(*(f"{name}: {statistics.median(each):.1f} ms" for name, each in times.items()), sep=", ")


def _terminal(lab: Lab, described: dict[str, Any]) -> dict[str, str]:
    """Return the environment of a terminal that has evaluated `env`."""
    environ = {**lab.environ, CONNECTION_VARIABLE: str(lab.connection_file)}
    shell = f'eval "$({" ".join(CLI)} env)"; exec {sys.executable} -c '
    dump = "'import json, os; print(json.dumps(dict(os.environ)))'"
    printed = subprocess.run(  # noqa: S603 (our own)
        ["/bin/sh", "-c", shell + dump], env=environ, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(printed.stdout)
    return {**found, "NODE_EXTRA_CA_CERTS": described["storage"]["caFile"]}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
