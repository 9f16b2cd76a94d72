"""``sign-out``: ends the parent server's sign-in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .exits import OK
from .parent_server import ask_successfully

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the arguments of the command."""
    parser = commands.add_parser(
        "sign-out",
        help="sign your Jupyter server out of Azure",
        description="End the sign-in that your Jupyter server holds, and erase a stored one. An "
        "identity of the machine and the Azure CLI's sign-in stay. Tokens that were given out "
        "remain valid until they expire.",
    )
    parser.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    ask_successfully("sign-out", {})
    sys.stdout.write(
        "Your Jupyter server is signed out of Azure. Pages notice it within seconds.\n"
    )
    return OK
