"""``doctor``: checks this installation, line by line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from jupyter_azure_auth.cli.arguments import address, seconds
from jupyter_azure_auth.cli.exits import FAILED, OK

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "doctor",
        help="check the installation",
        description="Checks packages, the running Jupyter server, Azure and this process. Exit "
        "code 1 if something is wrong. The report contains no token and no key.",
    )
    parser.add_argument(
        "--url",
        type=address,
        help="Jupyter's address in your browser, if it differs from the server's own, for example "
        "behind a proxy",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=5,
        metavar="S",
        help="seconds that Azure, the server and the keychain each have to answer; default: 5",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from .checks import run_checks  # noqa: PLC0415 (other commands do not need them)
    from .context import Context  # noqa: PLC0415
    from .render import as_json, as_text, is_healthy  # noqa: PLC0415

    results = run_checks(Context(os.environ, arguments.url, arguments.timeout))
    sys.stdout.write(as_json(results) if arguments.json else as_text(results))
    return OK if is_healthy(results) else FAILED
