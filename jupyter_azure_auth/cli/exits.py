"""Exit codes of the commands, and the error that ends one."""

from __future__ import annotations

from typing import Final

OK: Final = 0
FAILED: Final = 1
"""``doctor`` found something wrong, or the request was refused."""
USAGE: Final = 2
"""Wrong arguments; argparse also uses it."""
NO_SERVER: Final = 3
NOT_SIGNED_IN: Final = 4


class CommandError(Exception):
    """Ends a command. Its text is for the user and contains no secret."""

    def __init__(self, text: str, exit_code: int = FAILED) -> None:
        super().__init__(text)
        self.exit_code = exit_code
