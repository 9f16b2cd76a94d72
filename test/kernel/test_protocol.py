from __future__ import annotations

import dataclasses

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.kernel.protocol import (
    Candidate,
    Done,
    Identity,
    IssuedToken,
    Pending,
    Refusal,
    Status,
    StatusOrSignOut,
    attach_to_wire,
    parse_answer,
    request_to_wire,
)

ACCOUNT = {"id": "oid.tid", "username": "ada@example.com", "tenant_id": "tid"}
TOKEN = {
    "request_id": "r",
    "kind": "token",
    "token": "CANARY",
    "token_type": "Bearer",
    "expires_on": 2000,
    "account": ACCOUNT,
}
ISSUED = IssuedToken(
    "CANARY", 2000, Identity("oid.tid"), account=Account("oid.tid", "", "ada@example.com", "tid")
)


def test_a_request_sends_only_what_is_not_the_default() -> None:
    assert request_to_wire(TokenRequest(("s",)), "r") == {
        "version": 1,
        "kind": "token",
        "request_id": "r",
        "scopes": ["s"],
    }


def test_a_request_sends_every_field() -> None:
    request = TokenRequest(
        ("s",), "t", "c", "a", enable_cae=True, claims="{}", force=True, prompt=True
    )
    assert request_to_wire(request.silent(), "r") == {
        "version": 1,
        "kind": "token",
        "request_id": "r",
        "scopes": ["s"],
        "tenant_id": "t",
        "cloud": "c",
        "account": "a",
        "claims": "{}",
        "enable_cae": True,
        "force": True,
        "interactive": False,
        "prompt": True,
    }


def test_a_status_request() -> None:
    wire = {"version": 1, "kind": "sign_out", "request_id": "r"}
    assert request_to_wire(StatusOrSignOut("sign_out"), "r") == wire


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"state": "signed-out", "account": None, "source": None}, Status("signed-out")),
        (
            {
                "state": "signed-in",
                "account": {**ACCOUNT, "name": "Ada"},
                "source": "azure-cli",
                "ambient": True,
                "expires_on": 2000,
                "candidates": [
                    {"source": "azure-cli", "outcome": "selected", "reason": None},
                    {"source": "popup", "outcome": "skipped", "reason": "No.", "more": 1},
                    "what is no row",
                ],
            },
            Status(
                "signed-in",
                "ada@example.com",
                "Ada",
                "azure-cli",
                ambient=True,
                candidates=(
                    Candidate("azure-cli", "selected"),
                    Candidate("popup", "skipped", "No."),
                ),
                tenant_id="tid",
                expires_on=2000,
            ),
        ),
        (
            {"state": "signed-in", "account": 5, "candidates": 7, "ambient": 1, "expires_on": "2"},
            Status("signed-in"),
        ),
        ({"account": ACCOUNT}, None),
        ({"state": "x" * 5000}, None),
    ],
)
def test_a_status(answer: dict[str, object], status: Status | None) -> None:
    assert parse_answer({"request_id": "r", "kind": "status", **answer}, "r") == status


def test_done() -> None:
    assert parse_answer({"request_id": "r", "kind": "done"}, "r") == Done()


def test_an_attach() -> None:
    wire = {"version": 1, "kind": "attach", "request_id": "r", "scopes": []}
    assert attach_to_wire("r") == wire


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ("s", "t")},
        {"tenant_id": "t"},
        {"cloud": "c"},
        {"account": "a"},
        {"enable_cae": True},
    ],
)
def test_every_field_that_determines_a_token_is_in_its_key(change: dict[str, object]) -> None:
    request = TokenRequest(("s",))
    assert dataclasses.replace(request, **change).key != request.key  # type: ignore[arg-type]


def test_claims_and_force_replace_what_is_there() -> None:
    assert TokenRequest(("s",), claims="{}", force=True).key == TokenRequest(("s",)).key


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ({"request_id": "r", "kind": "pending", "reason": "sign_in"}, Pending("sign_in")),
        (
            {"request_id": "r", "kind": "error", "code": "denied", "message": "m"},
            Refusal("denied", "m"),
        ),
        (
            {"request_id": "r", "kind": "error", "code": "x", "message": "", "remedy": "do"},
            Refusal("x", "", "do"),
        ),
        (TOKEN, ISSUED),
        ({**TOKEN, "unknown": 1, "refresh_on": None}, ISSUED),
        ({**TOKEN, "refresh_on": 1000.5}, dataclasses.replace(ISSUED, refresh_on=1000)),
        (
            {**TOKEN, "request": {"scopes": ["s"], "tenant_id": "t", "enable_cae": True}},
            dataclasses.replace(ISSUED, request=TokenRequest(("s",), "t", enable_cae=True)),
        ),
        ({**TOKEN, "request": {"scopes": []}}, ISSUED),
        ({**TOKEN, "request": {"scopes": [1]}}, ISSUED),
        ({**TOKEN, "request": {"scopes": ["s"], "cloud": 1}}, ISSUED),
    ],
)
def test_reads(data: object, answer: object) -> None:
    assert parse_answer(data, "r") == answer


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {**TOKEN, "request_id": "other"},
        {**TOKEN, "kind": "other"},
        {**TOKEN, "kind": ["token"]},
        {**TOKEN, "token": ""},
        {**TOKEN, "token": "x" * 65_537},
        {**TOKEN, "token_type": None},
        {**TOKEN, "expires_on": True},
        {**TOKEN, "expires_on": 0},
        {**TOKEN, "expires_on": float("nan")},
        {**TOKEN, "expires_on": 1.7e12},
        {**TOKEN, "expires_in": True},
        {**TOKEN, "expires_in": "3600"},
        {**TOKEN, "expires_in": float("nan")},
        {**TOKEN, "expires_in": 3.6e12},
        {**TOKEN, "refresh_on": "1"},
        {**TOKEN, "account": None},
        {**TOKEN, "account": {**ACCOUNT, "id": ""}},
        {**TOKEN, "account": {**ACCOUNT, "username": 1}},
        {"request_id": "r", "kind": "pending", "reason": "other"},
        {"request_id": "r", "kind": "pending"},
        {"request_id": "r", "kind": "error", "message": "m"},
        {"request_id": "r", "kind": "error", "code": "x", "message": "x" * 4097},
    ],
)
def test_ignores(data: object) -> None:
    assert parse_answer(data, "r") is None


def test_a_token_does_not_print_itself() -> None:
    assert "CANARY" not in repr(parse_answer(TOKEN, "r"))
