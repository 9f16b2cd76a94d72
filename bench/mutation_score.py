"""The share of small faults that the tests detect: ``python -m bench.mutation_score --sample 200``.

Copies the files that git tracks, applies one fault at a time to the copy, and runs the tests that
mirror the file. Needs ``fork``, so that slow modules are loaded only once. Prints each fault that
no test detected.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.mutants import count_mutants, make_mutant

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = "jupyter_azure_auth"
FOLDERS: Final = ("server", "kernel")
FILES: Final = ("_validation.py", "_lifetime.py", "_tenants.py")
"""What both halves decide by."""

HEAVY: Final = ("pytest_jupyter", "jupyter_server.serverapp", "jupyter_client", "ipykernel")
HEAVY_TOO: Final = ("msal", "keyring", "azure.identity", "hypothesis", "requests", "cryptography")

PYTEST_OPTIONS: Final = (
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
"""A filter for pytest's warning that modules loaded before it are not rewritten."""

ALSO: Final = {
    "server/user_sessions.py": [
        "persistence/test_manager.py",
        "persistence/test_servers.py",
        "persistence/test_erasing.py",
        "process_access/test_after_a_restart.py",
    ],
    "server/msal_client.py": [
        "sign_in/loopback/test_sign_in.py",
        "routes/test_token.py",
        "test_token_tenants.py",
        "test_token_refusals.py",
    ],
    "server/token_cache.py": [
        "routes/test_token.py",
        "test_token_refusals.py",
        "test_managed_identity.py",
    ],
    "server/sign_in/attempts.py": [
        "sign_in/loopback/test_attempts.py",
        "sign_in/device_code/test_sign_in.py",
    ],
    "server/session_manager.py": [
        "routes/test_token.py",
        "persistence/test_manager.py",
        "process_access/test_not_the_machine.py",
        "test_managed_identity.py",
    ],
    "server/routes/base.py": ["test_log.py", "test_sharing.py"],
    "server/routes/session.py": ["persistence/test_manager.py", "persistence/test_erasing.py"],
    "server/serial_worker.py": [
        "persistence/test_manager.py",
        "sign_in/device_code/test_sign_in.py",
    ],
    "server/server_host.py": ["routes/test_base.py"],
    "server/user_key.py": ["test_other_users.py"],
    "server/ambient_identity.py": ["test_managed_identity.py", "test_azure_cli.py"],
    "server/routes/token.py": ["routes/test_token.py"],
    "server/persistence/backend_access.py": ["persistence/test_manager.py"],
    "server/persistence/markers.py": ["persistence/test_erasing.py", "persistence/test_servers.py"],
    "server/persistence/manager.py": [
        "persistence/test_servers.py",
        "persistence/test_erasing.py",
    ],
    "server/persistence/record.py": ["persistence/test_manager.py", "persistence/test_servers.py"],
    "server/persistence/select_backend.py": ["persistence/test_manager.py"],
    "server/sign_in/loopback/sign_in.py": ["sign_in/loopback/test_leftovers.py"],
    "server/sign_in/loopback/landing.py": ["sign_in/loopback/test_redirect_handlers.py"],
    "server/routes/attempts.py": [
        "sign_in/loopback/test_sign_in.py",
        "sign_in/device_code/test_sign_in.py",
    ],
    "server/sign_in/loopback/routes.py": ["sign_in/loopback/test_sign_in.py"],
    "server/sign_in/device_code/routes.py": ["sign_in/device_code/test_sign_in.py"],
    "server/process_access/token_service.py": [
        "process_access/test_route.py",
        "routes/test_token.py",
        "process_access/test_not_the_machine.py",
    ],
    "server/process_access/rate_limiter.py": ["process_access/test_route.py"],
    "server/process_access/kernel_ref.py": ["process_access/test_route.py"],
    "server/process_access/grants_route.py": ["process_access/test_route.py"],
    "server/process_access/page_requests_routes.py": ["process_access/test_page_requests.py"],
    "server/process_access/publisher.py": ["process_access/test_publish.py"],
    "kernel/comm_channel.py": [
        "test_transport_push.py",
        "test_transport.py",
        "test_transport_cell.py",
    ],
    "kernel/connection.py": ["test_transport.py"],
    "kernel/inflight.py": ["test_broker.py", "test_broker_server.py"],
    "kernel/effects.py": ["test_broker.py", "test_transport_cell.py"],
    "kernel/parent_server/client.py": ["test_parent_server.py", "test_parent_server_flow.py"],
    "kernel/parent_server/discovery.py": ["test_parent_server.py", "test_parent_server_file.py"],
    "kernel/parent_server/in_process.py": ["../server/process_access/test_in_process.py"],
    "kernel/parent_server/sign_out_watch.py": ["test_sign_out_watch.py"],
    "kernel/parent_server/reasons.py": ["test_parent_server.py"],
    "kernel/iopub.py": ["test_transport.py", "test_transport_threads.py"],
    "kernel/control.py": ["test_transport.py"],
    "kernel/wakeup.py": ["test_broker.py"],
    "kernel/request_flow.py": ["test_parent_server_flow.py"],
    "kernel/waiting_output.py": ["test_transport_cell.py"],
    "kernel/exceptions.py": ["test_errors.py"],
    "_validation.py": ["kernel/test_validation.py", "server/test_requests.py"],
    "_lifetime.py": ["kernel/test_lifetime.py", "kernel/test_cache.py"],
    "_tenants.py": ["kernel/test_tenants.py"],
}
"""Tests, below the folder of the file's tests, that do not have the name of the file."""


def mirrors(file: str) -> list[str]:
    """Return the tests of a source file, quick ones first."""
    top, stem = Path(file).parts[0] if "/" in file else "", Path(file).stem
    place = Path("test") / Path(file).parent
    named = sorted(place.glob(f"test_{stem}*.py"))
    more = [Path("test") / top / name for name in ALSO.get(file, [])]
    found = [*named, *(path for path in more if path not in named)]
    return [str(path) for path in found if path.exists()]


def run(tests: list[str], limit: float) -> str:
    """Run tests in a child process that has not loaded the package.

    :returns: ``passed``, ``failed`` or ``hangs``.
    """
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            quiet = os.open(os.environ.get("MUTANTS_LOG", os.devnull), os.O_WRONLY | os.O_APPEND)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            pytest = importlib.import_module("pytest")
            os._exit(int(pytest.main(["-x", "-q", *PYTEST_OPTIONS, *tests])))
        finally:
            # After any exception: the code after the fork is for the parent only.
            os._exit(1)
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return "passed" if os.waitstatus_to_exitcode(status) == 0 else "failed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def baseline(file: str, limit: float) -> float | None:
    """Return the seconds that the tests of a file take; None if they fail without a fault."""
    begun = time.monotonic()
    outcome = run(mirrors(file), limit)
    if outcome != "passed":
        print(f"{file}: left out, its tests fail without a fault ({outcome})", flush=True)
        return None
    return time.monotonic() - begun


def copy_sources(folder: Path) -> None:
    """Copy the files that git tracks, and the one file that a build generates."""
    names = subprocess.run(  # noqa: S603 - a fixed command
        [
            shutil.which("git") or "git",
            "ls-files",
            PACKAGE,
            "test",
            "docs",
            "bench",
            "schema",
            "pyproject.toml",
            "package.json",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in [*names, f"{PACKAGE}/_version.py"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name in ("node_modules", ".cache"):  # of the local Azure, and of real servers
        (folder / name).symlink_to(ROOT / name)


def choose(options: argparse.Namespace) -> list[tuple[str, int]]:
    """Return the mutants to test, in a random order determined by the seed."""
    below = [
        path.relative_to(PACKAGE).as_posix()
        for name in FOLDERS
        for path in sorted((Path(PACKAGE) / name).rglob("*.py"))
    ]
    wanted = [file for file in (*below, *FILES) if re.search(options.only, file)]
    known = [(file, mirrors(file)) for file in wanted]
    for file in [file for file, tests in known if not tests]:
        print(f"no tests known: {file}", flush=True)
    every = [
        (file, number)
        for file, tests in known
        if tests
        for number in range(count_mutants((Path(PACKAGE) / file).read_text("utf-8")))
    ]
    random.Random(options.seed).shuffle(every)  # noqa: S311 - not a secret
    print(f"{len(every)} mutants, {min(options.sample, len(every))} are tried", flush=True)
    return every[: options.sample]


def main() -> None:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="mutants at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="for all of them")
    parser.add_argument("--limit", type=float, default=120, help="seconds for each")
    parser.add_argument("--only", default="", help="files whose path this expression finds")
    options = parser.parse_args()
    ends = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(Path(folder))
        os.chdir(folder)
        sys.path[:] = [folder, *(path for path in sys.path if Path(path or ".") != ROOT)]
        os.environ["PYTHONPATH"] = folder
        for name in (*HEAVY, *HEAVY_TOO):
            importlib.import_module(name)
        counts = {"passed": 0, "failed": 0, "hangs": 0}
        seconds: dict[str, float | None] = {}
        for file, number in choose(options):
            if time.monotonic() > ends:
                break
            if file not in seconds:
                seconds[file] = baseline(file, options.limit)
            usual = seconds[file]
            if usual is None:
                continue
            path = Path(PACKAGE) / file
            source = path.read_text("utf-8")
            mutant = make_mutant(source, number)
            path.write_text(mutant.source, "utf-8")
            outcome = run(mirrors(file), min(options.limit, 3 * usual + 20))
            path.write_text(source, "utf-8")
            counts[outcome] += 1
            print(f"{sum(counts.values())} tried", end="\r", flush=True)
            if outcome == "passed":
                print(f"{file}:{mutant.line}: {mutant.before} -> {mutant.after}", flush=True)
        os.chdir(ROOT)
    tried = sum(counts.values())
    killed = tried - counts["passed"]
    print(f"{killed} of {tried} noticed ({counts['hangs']} of them by hanging)")


if __name__ == "__main__":
    main()
