from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.server.errors import (
    _BY_ERROR,
    _BY_NUMBER,
    _BY_SUBERROR,
    RESPONSES,
    parse_entra_error,
    parse_sign_in_error,
    refusal_scope,
)

CASES = json.loads((Path(__file__).parents[1] / "cases" / "refusals.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['error']}-{case['suberror']}")
def test_error_and_suberror_decide_what_ends(case: dict[str, str]) -> None:
    assert refusal_scope(case["error"], case["suberror"]) == case["ends"]


@pytest.mark.parametrize("number", ["AADSTS50173", "AADSTS70043", "AADSTS50078", "AADSTS50105"])
def test_no_number_ends_a_sign_in(number: str) -> None:
    refusal = {"error": "invalid_grant", "error_description": f"{number}: no"}
    assert not parse_entra_error(refusal).ends_sign_in
    assert parse_entra_error(refusal | {"suberror": "bad_token"}).ends_sign_in


def test_to_a_user_who_signs_in_that_is_no_advice() -> None:
    for refusal in (
        {"error": "invalid_grant"},
        {"error": "invalid_grant", "suberror": "bad_token"},
    ):
        assert parse_sign_in_error(refusal).code == "failed"
    assert parse_sign_in_error({"error": "consent_required"}).code == "consent_required"


@pytest.mark.parametrize(
    ("answer", "code", "detail", "ends"),
    [
        ({"error": "invalid_grant"}, "interaction_required", None, False),
        (
            {"error": "invalid_grant", "error_description": "AADSTS50105: not assigned"},
            "refused",
            "AADSTS50105",
            False,
        ),
        ({"error": "invalid_grant", "suberror": "bad_token"}, "sign_in_required", None, True),
        (
            {"error": "invalid_grant", "suberror": "consent_required"},
            "consent_required",
            None,
            False,
        ),
        (
            {"error": "invalid_grant", "suberror": "basic_action"},
            "interaction_required",
            None,
            False,
        ),
        ({"error": "invalid_grant", "claims": "{}"}, "interaction_required", None, False),
        (
            {"error": "invalid_grant", "error_description": "AADSTS65001: no consent"},
            "consent_required",
            "AADSTS65001",
            False,
        ),
        (
            {
                "error": "access_denied",
                "suberror": "message_only",
                "error_description": "AADSTS53003:",
            },
            "refused",
            "AADSTS53003",
            False,
        ),
        (
            {"error": "access_denied", "error_description": "The user cancelled"},
            "cancelled",
            None,
            False,
        ),
        (
            {"error": "access_denied", "error_description": "AADSTS65004: declined"},
            "cancelled",
            "AADSTS65004",
            False,
        ),
        ({"error": "temporarily_unavailable"}, "unavailable", None, False),
        ({"error": "invalid_resource"}, "bad_configuration", None, False),
        ({"error": "made_up <script>"}, "failed", None, False),
        ({"error": ["odd"], "error_description": 7}, "failed", None, False),
    ],
    ids=str,
)
def test_understands(answer: dict[str, Any], code: str, detail: str | None, *, ends: bool) -> None:
    problem = parse_entra_error(answer)
    assert (problem.code, problem.detail, problem.ends_sign_in) == (code, detail, ends)


def test_keeps_the_number_alone() -> None:
    said = "AADSTS50173: The grant of ada@contoso.com has expired. Trace ID: 1234"
    refusal = {"error": "invalid_grant", "suberror": "bad_token", "error_description": said}
    assert parse_entra_error(refusal).args == ("sign_in_required",)


def test_every_code_has_a_sentence() -> None:
    codes = {*_BY_ERROR.values(), *_BY_NUMBER.values(), *_BY_SUBERROR.values()}
    assert codes <= set(RESPONSES)
    assert all(meaning.sentence.endswith(".") for meaning in RESPONSES.values())
    assert all(400 <= meaning.status < 600 for meaning in RESPONSES.values())
