from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth.server.problems import _BY_ERROR, _BY_NUMBER, MEANINGS, understand


@pytest.mark.parametrize(
    ("answer", "code", "detail", "ends"),
    [
        ({"error": "invalid_grant"}, "sign_in_required", None, True),
        (
            {"error": "invalid_grant", "error_description": "AADSTS700082: The refresh token …"},
            "sign_in_required",
            "AADSTS700082",
            True,
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
    problem = understand(answer)
    assert (problem.code, problem.detail, problem.ends) == (code, detail, ends)


def test_keeps_the_number_alone() -> None:
    said = "AADSTS50173: The grant of ada@contoso.com has expired. Trace ID: 1234"
    assert understand({"error": "invalid_grant", "error_description": said}).args == (
        "sign_in_required",
    )


def test_every_code_has_a_sentence() -> None:
    codes = {rule.code for rule in [*_BY_ERROR.values(), *_BY_NUMBER.values()]}
    assert codes <= set(MEANINGS)
    assert all(meaning.sentence.endswith(".") for meaning in MEANINGS.values())
    assert all(400 <= meaning.status < 600 for meaning in MEANINGS.values())
