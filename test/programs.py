"""Programs that tests run to their end."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

LIMIT_S = 240
"""Seconds that a program may take, also on a loaded machine."""


def run_program(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    limit: float = LIMIT_S,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, and return what it printed.

    Its output goes to files, because a child that outlives it can hold a pipe open for ever. A
    program that takes too long ends with all of its children, and the test fails with its output.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        own_group: Any = {"start_new_session": True}
        with subprocess.Popen(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, **own_group
        ) as process:
            try:
                code = process.wait(limit)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read())
        if code is None:
            pytest.fail(f"It took longer than {limit} s: {command}\n{texts[0]}\n{texts[1]}")
        return subprocess.CompletedProcess(command, code, *texts)
