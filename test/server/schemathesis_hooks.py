"""Rules for schemathesis that a JSON schema cannot express."""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from hypothesis import strategies as st

# Like Python's `str.isprintable`: no control characters, no lone surrogates, no space but U+0020.
_PRINTABLE = st.characters(exclude_categories=["C", "Z"], include_characters=" ")

schemathesis.openapi.format("printable", st.text(_PRINTABLE, min_size=1, max_size=320))

schemathesis.openapi.format(
    "claims",
    st.dictionaries(st.sampled_from(["access_token", "id_token"]), st.just({})).map(json.dumps),
)


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Use scopes of one resource only, and write numbers as pages do."""
    if not isinstance(body, dict):
        return body
    fixed = dict(body)
    match body.get("scopes"):
        case [str(), *_] as scopes if all(isinstance(scope, str) for scope in scopes):
            fixed["scopes"] = scopes[:1]
    match body.get("port"):
        case float() as port if port.is_integer():
            fixed["port"] = int(port)
    return fixed
