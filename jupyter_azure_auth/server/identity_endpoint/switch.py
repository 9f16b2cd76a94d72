"""Remembers over a restart whether the user has turned the identity endpoint on or off."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_azure_auth.server.persistence.record import ServerId

log = logging.getLogger(__name__)

_ONLY_OWNER_FOLDER: Final = 0o700
_ONLY_OWNER: Final = 0o600
_ON: Final = "on"


class Switch:
    """A file for this server, which exists once the user has decided. Blocks."""

    def __init__(self, folder: Path, server: ServerId) -> None:
        """Store where the file is; nothing is accessed.

        :param folder: is created on first use.
        :param server: what identifies this server over a restart.
        """
        digest = hashlib.sha256(json.dumps(server).encode()).hexdigest()[:32]
        self._file = folder / f"{digest}.endpoint"

    def is_on(self) -> bool | None:
        """Return how the user last set the switch; None if they never have."""
        try:
            return self._file.read_text() == _ON
        except OSError:
            return None

    def turn(self, *, on: bool) -> None:
        """Remember it; has no effect if that is impossible."""
        try:
            self._file.parent.mkdir(_ONLY_OWNER_FOLDER, parents=True, exist_ok=True)
            self._file.touch(_ONLY_OWNER)
            self._file.write_text(_ON if on else "off")
        except OSError:
            log.warning(
                "The switch that lets other programs use the sign-in cannot be kept for the next "
                "start of this server."
            )
