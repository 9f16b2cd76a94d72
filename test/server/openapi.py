"""The file that describes the routes."""

from __future__ import annotations

from functools import cache, reduce
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "dev" / "openapi.yaml"


@cache
def described() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def resolved(part: Any) -> Any:
    """Return a part of the file, with a reference resolved."""
    if "$ref" not in part:
        return part
    return reduce(lambda place, name: place[name], part["$ref"].split("/")[1:], described())


def fields_wanted(route: str) -> list[str]:
    """Return the required fields of a route."""
    body = resolved(described()["paths"][route]["post"]["requestBody"])
    schema = resolved(body["content"]["application/json"]["schema"])
    wanted: list[str] = schema.get("required", [])
    return wanted
