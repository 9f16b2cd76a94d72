"""Check of the kernel that this process is, or that started it (``!jupyter azure-auth doctor``)."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.kernel.iopub import running_kernel
from jupyter_azure_auth.kernel.transport import transport_problem

from .finding import Finding, found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import Context

_FILE_OPTION: Final = re.compile(r"--(f|\w+\.connection_file)=(.+)")

_DEBUG_LOG: Final = re.compile(r"--debug|--([\w.]+\.)?log[-_]level=(10|DEBUG|0)")

_DEBUG_SESSION: Final = re.compile(r"--Session\.debug=(True|true|1)")


def check_kernel(context: Context) -> Finding:
    """Check that tokens may be sent to the kernel."""
    kernel = running_kernel() or _kernel_above()
    if kernel is None:
        return found("no_kernel")
    code = transport_problem(kernel, context.environ)
    return found("kernel_ok" if code is None else f"kernel_{code}")


def _kernel_above() -> Any:
    """Return what is visible from outside the kernel that started this process, or None.

    Its arguments and its connection file: a cell or a configuration file can turn on more.
    """
    import psutil  # noqa: PLC0415 (slow to import)

    try:
        above = psutil.Process().parents()
    except psutil.Error:
        return None
    for process in above:
        try:
            arguments = process.cmdline()
        except psutil.Error:
            continue
        file = _connection_file(arguments)
        if file is not None:
            return _kernel(arguments, file)
    return None


def _connection_file(arguments: Sequence[str]) -> Path | None:
    """Return the file of a kernel that is started as kernelspecs do it, with ``-f <file>``."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        match = _FILE_OPTION.fullmatch(option)
        path = match.group(2) if match else value if option == "-f" else ""
        if path.endswith(".json"):
            return Path(path)
    return None


def _kernel(arguments: Sequence[str], file: Path) -> Any:
    try:
        info: Any = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        info = {}
    info = info if isinstance(info, dict) else {}
    writes_debug = any(map(_DEBUG_LOG.fullmatch, arguments))
    log = logging.Logger("kernel", logging.DEBUG if writes_debug else logging.INFO)  # noqa: LOG001 (of no use to others)
    log.addHandler(logging.StreamHandler())
    return SimpleNamespace(
        log=log,
        session=SimpleNamespace(
            debug=any(map(_DEBUG_SESSION.fullmatch, arguments)),
            # A kernel whose file cannot be read may have a key.
            key=info.get("key", "unknown"),
        ),
        parent=SimpleNamespace(
            transport=info.get("transport", "tcp"),
            ip=info.get("ip", "127.0.0.1"),
            curve_secretkey=info.get("curve_secretkey") or info.get("curve_publickey"),
        ),
    )
