"""What a check returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["ok", "note", "wrong", "skipped"]
"""``note`` is worth knowing but not a fault; ``skipped`` was not checked."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    code: str
    """One of :data:`.texts.TEXTS`."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Values of the placeholders in its text; nothing secret."""

    @property
    def state(self) -> State:
        """Whether the user has to do something."""
        return TEXTS[self.code].state

    @property
    def sentence(self) -> str:
        """What was found."""
        return TEXTS[self.code].sentence.format_map(self.details)

    @property
    def remedy(self) -> str:
        """What to do; empty if nothing."""
        return TEXTS[self.code].remedy.format_map(self.details)


def found(code: str, /, **details: str) -> Finding:
    """Return a finding."""
    return Finding(code, details)
