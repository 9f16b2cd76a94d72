from __future__ import annotations

import json
import time

import pytest

from jupyter_azure_auth.ambient.response import ResponseKind, normalized_body, parse_response

NOW = int(time.time())
TOKEN = {"access_token": "CANARY", "expires_on": str(NOW + 3600), "client_id": "c-1"}


def body(**changed: object) -> bytes:
    return json.dumps({**TOKEN, **changed}).encode()


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (200, body(), "token"),
        (200, body(expires_on=None, expires_in="3600"), "token"),
        (200, body(expires_on="soon", expires_in=3600), "token"),
        (200, body(expires_on="soon"), "bad_expiry"),
        (200, body(expires_on=NOW - 1), "expired"),
        (200, body(access_token=None), "no_token"),
        (200, body(access_token=""), "no_token"),
        (200, b"[]", "text"),
        (200, b"\xff", "text"),
        (200, b"[" * 100_000, "text"),
        (200, b"SSO failure: unable to retrieve a token for CANARY", "sso_failure"),
        (500, b'{"message": "SSO Failure: CANARY"}', "sso_failure"),
        (404, b"404 page not found", "text"),
        (400, body(), "refused"),
        (200, None, "too_long"),
    ],
)
def test_kinds(status: int, data: bytes | None, kind: ResponseKind) -> None:
    fields, answer = parse_response(status, None, data)
    assert answer.kind == kind
    assert (fields is not None) is (kind == "token")
    assert "CANARY" not in repr(answer)


def test_the_parts_of_an_answer_that_are_kept() -> None:
    _, given = parse_response(200, None, body())
    assert given.client_id == "c-1"
    _, busy = parse_response(429, " 7 ", b"{}")
    assert busy.retry_after == 7
    for header in ("soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "²"):
        assert parse_response(429, header, b"{}")[1].retry_after is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"error": "invalid_resource"}, "invalid_resource"),
        (
            {"error": "invalid_client", "error_description": "AADSTS700016: CANARY"},
            "AADSTS700016",
        ),
        ({"error": "CANARY 7"}, ""),
        ({"error": {"code": 1}, "error_description": ["AADSTS1"]}, ""),
        ({}, ""),
    ],
)
def test_only_the_code_of_an_error_is_kept(fields: dict[str, object], error: str) -> None:
    assert parse_response(400, None, json.dumps(fields).encode())[1].error == error


def test_an_invalid_client_id_is_dropped() -> None:
    assert parse_response(200, None, body(client_id="<b>"))[1].client_id is None
    assert parse_response(200, None, body(client_id=7))[1].client_id is None


@pytest.mark.parametrize(
    "ends", [{"expires_on": "1/16/2120 5:24:12 AM +00:00"}, {"expires_on": 4_734_825_852}]
)
def test_a_normalized_answer_has_both_expiry_fields_as_numbers(ends: dict[str, object]) -> None:
    fields = json.loads(normalized_body({**TOKEN, **ends}))
    assert fields["expires_on"] == "4734825852"
    assert abs(int(fields["expires_in"]) + time.time() - 4_734_825_852) < 5
    assert fields["access_token"] == "CANARY"
