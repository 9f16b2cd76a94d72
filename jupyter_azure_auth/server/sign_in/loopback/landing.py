"""The pages that ``/`` shows: fixed texts that never contain anything of a request."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_LANDING: Final = Template(Path(__file__).with_name("landing.html").read_text("utf-8"))
_WARNING: Final = Path(__file__).with_name("warning.html").read_text("utf-8")


class Page(NamedTuple):
    """A response body and its headers."""

    html: str
    headers: Mapping[str, str]


def landing_page(finish_path: str, receipt: str) -> Page:
    """Return the page that finishes a sign-in.

    :param finish_path: path of the route that takes the proof, from the server's configuration.
    :param receipt: a random text, created for this page only.
    """
    nonce = secrets.token_urlsafe(16)
    html = _LANDING.substitute(nonce=nonce, finish=_script(finish_path), receipt=_script(receipt))
    return Page(html, _headers(f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "))


def warning_page() -> Page:
    """Return the page for a redirect of a sign-in that was not started here."""
    return Page(_WARNING, _headers(""))


def _headers(further: str) -> Mapping[str, str]:
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"default-src 'none'; {further}connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _script(text: str) -> str:
    """Return a text as a JavaScript literal that no HTML parser can take for the script's end."""
    return json.dumps(text).replace("<", "\\u003c")
