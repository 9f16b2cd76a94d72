"""When a process was started, which distinguishes it from others with the same id."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")

_STATE, _START_TICKS = 0, 19
"""Fields of ``/proc/<pid>/stat`` after the name: see proc_pid_stat(5)."""


def process_start(pid: int) -> str | None:
    """Return a text that no other process with this id has; None if none lives.

    On Linux, it is the id of the host's boot, the container, and the ticks since the boot: the wall
    clock can be set, and hosts that share a home folder have processes with equal ids.
    """
    if not (_PROC / "self/stat").exists():
        return _start_by_psutil(pid)
    try:
        # The name, in brackets, can contain spaces and brackets itself.
        status = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()
    if fields[_STATE] in {"Z", "X"}:  # it has ended, and its parent does not know yet
        return None
    return f"{_boot_id()}/{_container()}/{fields[_START_TICKS]}"


def is_of_this_host(start: str) -> bool:
    """Whether a start is from this boot and container, so that the process id is meaningful.

    Always true on systems other than Linux, where it is not known.
    """
    own = process_start(os.getpid()) or ""
    return own.rpartition("/")[0] == start.rpartition("/")[0]


def _container() -> str:
    """Return the namespace of this container's process ids."""
    try:
        return (_PROC / "self/ns/pid").readlink().name
    except OSError:  # a sandbox hides it
        return ""


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:  # a sandbox hides it
        return ""


def _start_by_psutil(pid: int) -> str | None:
    import psutil  # noqa: PLC0415 (not on Linux)

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.Error:
        return None
