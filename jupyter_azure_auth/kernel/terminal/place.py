"""Where a user can sign in to this process itself."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = Literal["terminal", "front_end"]
"""This process's terminal, or the front end of a kernel without a page."""


def prompt_place(kernel: Any, environ: Mapping[str, str] = os.environ) -> Place | None:
    """Return where the user can be prompted; None if that is impossible, as in papermill.

    :param kernel: ipykernel's kernel in this process, or None.
    """
    if kernel is None:
        return "terminal" if has_terminal(environ) else None
    # Programs that run notebooks without a user, such as nbclient, allow no input.
    content = kernel.get_parent("shell").get("content") or {}
    return "front_end" if content.get("allow_stdin") is True else None


def has_terminal(environ: Mapping[str, str]) -> bool:
    """Whether a user sees the terminal of this process.

    :param environ: a variable marks the child processes of a kernel, whose terminal no user sees.
    """
    module = sys.modules.get("ipykernel.kernelbase")
    if environ.get("JPY_PARENT_PID") or (module is not None and module.Kernel.initialized()):
        return False
    return is_terminal(sys.stdin) or is_terminal(sys.stderr)


def is_terminal(stream: Any) -> bool:
    """Whether a standard stream of this process, which may be anything, is a terminal."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # none, a program's own without that method, or closed
        return False
