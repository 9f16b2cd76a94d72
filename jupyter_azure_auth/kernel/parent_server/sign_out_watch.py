"""Notices a sign-out at the parent server by the generation number in its connection file.

There is no thread, so that it works in forked children: each call looks at the file's status, at
most once a second, and reads the file only if it was replaced.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    UnusableConnectionFileError,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHECK_INTERVAL_S: Final = 1.0
"""Seconds between two checks of the file; until the next one, a cached token is returned."""

_NOW: Final = Moment(0, float("-inf"))


class SignOutWatch:
    """The generation that this process knows."""

    def __init__(
        self, environ: Mapping[str, str] = os.environ, now: Callable[[], Moment] = Moment.now
    ) -> None:
        self._environ = environ
        self._now = now
        self._next = _NOW
        self._seen: tuple[str, int, int] | None = None
        """Path, inode and time of the file that was read last: it is replaced, never rewritten."""
        self._generation: int | None = None

    def valid_until(self) -> Moment | None:
        """Return when cached tokens need the next check; None if there is no parent server."""
        return self._next if self._environ.get(CONNECTION_VARIABLE) else None

    def has_signed_out(self) -> bool:
        """Whether the user has signed out or changed accounts since the last call.

        Not if the server has stopped: its tokens are then used until they expire.
        """
        now = self._now()
        if not self._next.reached(now) or not (path := self._environ.get(CONNECTION_VARIABLE)):
            return False
        self._next = now.after(CHECK_INTERVAL_S)
        try:
            status = os.stat(path)  # noqa: PTH116 (once a second in each process)
            seen = (path, status.st_ino, status.st_mtime_ns)
            if seen == self._seen:
                return False
            generation = read(Path(path)).generation
        except (OSError, UnusableConnectionFileError):
            return False
        before, self._seen, self._generation = self._generation, seen, generation
        return before not in (None, generation)
