"""Parses the arguments and runs one command."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from . import doctor, env, git_credential, sign_out, status, token
from .exits import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

COMMANDS: Final[tuple[ModuleType, ...]] = (status, token, sign_out, env, git_credential, doctor)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code.

    :param arguments: without the program's name; None for those of this process.
    """
    parser = argparse.ArgumentParser(
        prog="jupyter azure-auth",
        description="Manage your Jupyter server's sign-in to Azure from the command line.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return code
