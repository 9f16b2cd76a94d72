"""Azure's own sentence about an error that has an unknown AADSTS code.

The twin of `src/providers/entra-text.ts`; both are tested with `test/cases/entra-texts.json`.
"""

from __future__ import annotations

import re
from typing import Final

LENGTH_LIMIT: Final = 200
"""Characters of the sentence."""

_TEXT: Final = re.compile(r"AADSTS\d{4,8}: ([^\r\n]{10,2000})")
_END: Final = re.compile(r"\.(?=\s|$)| (?:- )?(?:Trace|Correlation) ID| (?:- )?Timestamp")
# Values are in quotes. Parameter names are kept.
_VALUE: Final = re.compile(r"""(['"])(?![a-z_]{1,40}\1)[^'"]*\1""")
# User names, ids, addresses, and whatever is long enough to be a code or a token.
_REVEALING: Final = re.compile(r"\S+@\S+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\w+://\S+|\w+=\S+|\S{41,}")
# Control characters, and those that change the direction of a text.
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def first_sentence(text: object) -> str | None:
    """Return the first sentence of an authority's text, without names, ids and addresses.

    :returns: one line of plain text, at most 201 characters; None if there is none.
    """
    found = _TEXT.search(text) if isinstance(text, str) else None
    if found is None:
        return None
    sentence = _INVISIBLE.sub("", _END.split(found.group(1), maxsplit=1)[0])
    sentence = _REVEALING.sub("…", _VALUE.sub("…", sentence)).strip()
    if len(sentence) > LENGTH_LIMIT:
        return sentence[:LENGTH_LIMIT].rstrip() + "…"
    return f"{sentence}." if sentence else None
