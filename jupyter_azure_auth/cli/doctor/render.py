"""The report of ``doctor``, for people and as JSON."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .checks import Result
    from .finding import State

WIDTH: Final = 96

_MARKS: Final[dict[State, str]] = {"ok": "OK", "note": "note", "wrong": "WRONG", "skipped": "-"}


def as_text(results: Sequence[Result]) -> str:
    """Return the report: a line for each finding, its remedy below, and a summary."""
    lines = [line for result in results for line in _lines(result)]
    return "\n".join([*lines, "", _summary(results), ""])


def as_json(results: Sequence[Result]) -> str:
    """Return the report as the text of one JSON object."""
    return json.dumps(as_fields(results), indent=2) + "\n"


def as_fields(results: Sequence[Result]) -> dict[str, Any]:
    """Return the fields of the report."""
    findings: list[dict[str, Any]] = [
        {
            "check": check,
            "state": finding.state,
            "code": finding.code,
            "text": finding.sentence,
            "remedy": finding.remedy or None,
        }
        for check, finding in results
    ]
    return {"ok": is_healthy(results), "findings": findings}


def is_healthy(results: Sequence[Result]) -> bool:
    """Whether nothing is wrong."""
    return all(finding.state != "wrong" for _, finding in results)


def _lines(result: Result) -> list[str]:
    check, finding = result
    first = f"{_MARKS[finding.state]:<6} {check:<17} "
    indent = " " * len(first)
    lines = _wrap(finding.sentence, first, indent)
    remedy = _wrap(finding.remedy, f"{indent}→ ", f"{indent}  ")
    return lines + (remedy if finding.remedy else [])


def _summary(results: Sequence[Result]) -> str:
    count = sum(finding.state == "wrong" for _, finding in results)
    if count == 0:
        return "No problems found."
    return f"{count} {'problem' if count == 1 else 'problems'} found."


def _wrap(text: str, first: str, indent: str) -> list[str]:
    # Names and addresses stay whole, so that they can be copied.
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
