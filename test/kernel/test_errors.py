from __future__ import annotations

import pickle

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError

from jupyter_azure_auth.errors import TROUBLES, describe, exception
from jupyter_azure_auth.kernel.protocol import Refusal

WIRE = """sign_in_required consent_required cancelled denied signed_out unsupported_version
  unknown_kind invalid_message unavailable failed"""


def test_every_code_of_the_wire_is_known() -> None:
    assert set(WIRE.split()) < set(TROUBLES)


@pytest.mark.parametrize("code", [*TROUBLES, "from a later version"])
def test_every_code_becomes_what_chains_expect(code: str) -> None:
    error = exception(Refusal(code))
    known = TROUBLES.get(code)
    assert isinstance(error, ClientAuthenticationError)
    unavailable = known is not None and known.unavailable
    assert isinstance(error, CredentialUnavailableError) is unavailable
    assert error.code == code
    assert str(error).endswith(f"[{code}]")
    if known:
        assert known.sentence in str(error)
        assert known.remedy in str(error)


def test_the_pages_words_come_first() -> None:
    assert describe(Refusal("denied", "Not you.", "Ask Ada.")) == "Not you. Ask Ada. [denied]"


def test_what_was_considered_has_a_line_each() -> None:
    text = describe(
        Refusal("no_page", "No.", "Do.", considered=("azure-cli: eyJhbGciOiJub25l", "b"))
    )
    assert text == "No. Do.\n- azure-cli: [hidden]\n- b\n[no_page]"


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJub25lIn0.eyJvaWQiOiIxIn0.c2ln",
        "https://localhost/?code=0.AXoA-secret&state=s3cret",
        '"refresh_token": "0.AXoA-secret"',
        "Authorization: Bearer s3cret",
    ],
)
def test_a_secret_in_the_pages_words_is_hidden(secret: str) -> None:
    text = describe(Refusal("failed", f"AADSTS50011: {secret}"))
    assert "AADSTS50011" in text
    assert not any(part in text for part in ("secret", "s3cret", "eyJ", "c2ln"))


def test_errors_cross_processes() -> None:
    error = pickle.loads(pickle.dumps(exception(Refusal("denied"))))  # noqa: S301 (our own)
    assert error.code == "denied"
