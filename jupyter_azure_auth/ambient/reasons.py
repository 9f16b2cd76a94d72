"""Why a source is not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_azure_auth._error_catalog import AMBIENT

if TYPE_CHECKING:
    from jupyter_azure_auth._models import SourceName


@dataclass(frozen=True)
class Unavailable:
    """A candidate that is not used, and the reason."""

    source: SourceName
    code: str
    """One of :data:`.._error_catalog.AMBIENT`."""
    detail: str = ""
    """A variable's name, a status or a code; never a text of a host."""

    @property
    def sentence(self) -> str:
        """The text, with the remedy if there is one."""
        return AMBIENT[self.code].format(detail=self.detail)


def unexpected(source: SourceName, error: Exception) -> Unavailable:
    """Return the reason for an exception of a source other than :class:`UnavailableError`."""
    if source == "azure-cli":
        return Unavailable(source, "az_failed")
    return Unavailable(source, "failed", type(error).__name__)


class UnavailableError(Exception):
    """A source returned no token."""

    def __init__(self, unavailable: Unavailable) -> None:
        super().__init__(unavailable.sentence)
        self.unavailable = unavailable
