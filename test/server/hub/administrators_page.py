"""The blocks of ``docs/admin/jupyterhub.md``, with values in place of what is in angle brackets."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Final

PAGE: Final = Path(__file__).parents[3] / "docs" / "admin" / "jupyterhub.md"
_BLOCK: Final = re.compile(r"(?ms)^ *```(\w+)\n(.*?)^ *```$")

CLIENT: Final = "11111111-2222-4333-8444-555555555555"
VALUES: Final = {
    "<application (client) id>": CLIENT,
    "<tenant>": "contoso.com",
    "<name>": "alice",
}


def blocks(language: str, hub: str = "https://hub.example") -> list[str]:
    """Return the blocks in a language, in the order of the page.

    :param hub: the address of the Hub.
    """
    text = PAGE.read_text(encoding="utf-8").replace("https://<hub>", hub)
    for name, value in VALUES.items():
        text = text.replace(name, value)
    return [dedent(code) for kind, code in _BLOCK.findall(text) if kind == language]


def server_configuration(hub: str) -> str:
    """Return what the page says belongs into the configuration of the users' servers."""
    return "".join(code for code in blocks("python", hub) if "c.AzureAuth" in code)


def hub_configuration() -> str:
    """Return what it says belongs into ``jupyterhub_config.py``."""
    return "".join(code for code in blocks("python") if "c.JupyterHub" in code)
