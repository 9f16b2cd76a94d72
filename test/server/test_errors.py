from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth._entra import BY_ERROR, BY_NUMBER, BY_SUBERROR
from jupyter_azure_auth._error_catalog import UNAVAILABLE_CAUSES
from jupyter_azure_auth.server.errors import (
    RESPONSES,
    parse_entra_error,
    parse_sign_in_error,
    refusal_scope,
)

_FOLDER = Path(__file__).parents[1] / "cases"
CASES = json.loads((_FOLDER / "refusals.json").read_text())
TEXTS = json.loads((_FOLDER / "entra-texts.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['error']}-{case['suberror']}")
def test_error_and_suberror_decide_what_ends(case: dict[str, str]) -> None:
    assert refusal_scope(case["error"], case["suberror"]) == case["ends"]


# The same rows as in test/unit/providers/msal-errors.spec.ts: one refusal has one code.
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['error']}-{case['suberror']}")
def test_a_refusal_has_the_code_that_the_page_gives_it(case: dict[str, str]) -> None:
    problem = parse_entra_error({"error": case["error"], "suberror": case["suberror"]})
    ended = {"sign_in_required": "sign_in_ended"}
    assert (problem.reason or ended.get(problem.code, problem.code)) == case["code"]


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_number_has_its_code_and_text(number: str) -> None:
    code, what, _ = BY_NUMBER[number]
    for error in ("invalid_grant", "access_denied", "invalid_request"):
        answer = {"error": error, "error_description": f"{number}: Of ada@contoso.com. No."}
        problem = parse_entra_error(answer)
        assert (problem.code, problem.detail, problem.explanation) == (code, number, None)
        assert problem.sentence == (
            what.format(product="this resource", tenant="of the request")
            or RESPONSES[code].sentence
        )


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: str(case["sentence"]))
def test_an_unknown_number_is_shown_with_azures_sentence(case: dict[str, str]) -> None:
    refusal = {"error": "invalid_request", "error_description": case["text"]}
    assert parse_entra_error(refusal).explanation == case["sentence"]


@pytest.mark.parametrize("number", ["AADSTS50173", "AADSTS70043", "AADSTS50078", "AADSTS50105"])
def test_no_number_ends_a_sign_in(number: str) -> None:
    refusal = {"error": "invalid_grant", "error_description": f"{number}: no"}
    assert not parse_entra_error(refusal).ends_sign_in
    assert parse_entra_error(refusal | {"suberror": "bad_token"}).ends_sign_in


def test_sign_in_is_not_suggested_during_a_sign_in() -> None:
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
            "consent_declined",
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


def test_keeps_only_the_number() -> None:
    said = "AADSTS50173: The grant of ada@contoso.com has expired. Trace ID: 1234"
    refusal = {"error": "invalid_grant", "suberror": "bad_token", "error_description": said}
    assert parse_entra_error(refusal).args == ("sign_in_required",)


def test_every_code_has_a_sentence() -> None:
    codes = {*BY_ERROR.values(), *BY_SUBERROR.values(), *(code for code, *_ in BY_NUMBER.values())}
    assert codes <= {*RESPONSES, *UNAVAILABLE_CAUSES}
    assert all(meaning.sentence.endswith(".") for meaning in RESPONSES.values())
    assert all(400 <= meaning.status < 600 for meaning in RESPONSES.values())
