"""The activity log of the panel, and the Jupyter events with the same."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.process_access.activity import (
    MAX_ENTRIES,
    SCHEMA_ID,
    Activity,
    ActivityLog,
)
from test.server.authority import CANARY, PERSON, TENANT, packed
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.process_access.conftest import Caller

STORAGE = "https://storage.azure.com"
JWT = f"{packed({})}.{packed({'uti': 'uti-1'})}.{CANARY}"
REPORT = {
    "id": "p1",
    "kernel_id": "k-1",
    "name": "a.ipynb",
    "resource": STORAGE,
    "result": "issued",
    "by_program": True,
}


class Events(logging.Handler):
    """An administrator's file of events."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def ours(self) -> list[dict[str, Any]]:
        all_of_them = [json.loads(line) for line in self.lines]
        return [event for event in all_of_them if event["__schema__"] == SCHEMA_ID]


@pytest.fixture
def events(browser: Browser) -> Iterator[Events]:
    logger, handler = browser.app.event_logger, Events()
    assert logger is not None
    logger.handlers.append(handler)
    logger.register_handler(handler)
    yield handler
    logger.remove_handler(handler)


async def listed(browser: Browser) -> list[dict[str, Any]]:
    status, body = await browser.ask("activity")
    assert status == 200
    entries: list[dict[str, Any]] = body["activity"]
    return entries


async def test_lists_and_emits_what_processes_got_and_were_refused_without_tokens(
    browser: Browser, caller: Caller, events: Events, jp_http_port: int
) -> None:
    await caller.ask()
    await caller.ask()  # a refusal that repeats is recorded once
    await browser.sign_in(scopes=[SCOPE])
    await caller.ask(kernel={"id": "made-up", "comm_id": "c", "request_id": "r"})
    browser.authority.refuse("consent_required", OTHER_SCOPE)
    await caller.ask(scopes=[OTHER_SCOPE])
    await browser.log_in(jp_http_port)
    await browser.token()
    assert (await browser.ask("activity", entry=REPORT))[0] == 200
    entries = await listed(browser)
    what = [(one["process"], one["kernel_id"], one["result"]) for one in reversed(entries)]
    assert what == [
        ("kernel", "k-1", "sign_in_required"),
        ("program", None, "issued"),
        ("kernel", "k-1", "consent_required"),
        ("page", None, "issued"),
        ("kernel", "k-1", "issued"),
    ]
    program = entries[3]
    assert abs(program.pop("time") - time.time()) < 60
    assert program.pop("id")
    assert program == {
        "process": "program",
        "kernel_id": None,
        "name": None,
        "reported_by": "server",
        "resource": STORAGE,
        "result": "issued",
        "source": "loopback",
        "uti": None,
        "by_program": False,
        "account_id": f"{PERSON}.{TENANT}",
        "username": "ada@contoso.com",
    }
    assert [event["result"] for event in events.ours] == [result for *_, result in what]
    assert [event["reported_by"] for event in events.ours] == ["server"] * 4 + ["page"]
    assert [event["by_program"] for event in events.ours] == [False] * 4 + [True]
    assert events.ours[1]["account_id"] == f"{PERSON}.{TENANT}"
    # Leaks: no token, and no name of a person or a notebook, in the file of events.
    for secret in (CANARY, "ada@", "a.ipynb", caller.headers["Host"]):
        assert secret not in "".join(events.lines)
    assert CANARY not in json.dumps(entries)


@pytest.mark.parametrize(
    "change",
    [
        {"uti": "e" * 500},
        {"result": "Bearer eyJ0"},
        {"resource": None},
        {"resource": "two\nlines"},
        {"resource": "r" * 600},
        {"name": ["a.ipynb"]},
        {"kernel_id": 1},
        {"by_program": "yes"},
    ],
)
async def test_takes_only_short_lines_and_only_from_pages(
    browser: Browser, events: Events, jp_http_port: int, change: dict[str, object]
) -> None:
    assert (await browser.ask("activity", entry=REPORT))[0] == 403
    await browser.log_in(jp_http_port)
    assert (await browser.ask("activity", entry={**REPORT, **change}))[0] == 400
    assert (await browser.ask("activity", entry="text"))[0] == 400
    assert (await listed(browser), events.ours) == ([], [])


# Situation: page | a kernel asks for a scope of Microsoft Graph without its resource, or from a
# notebook with an unusual name | first token | the user's token, and an entry in the activity log |
# nothing to do
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"resource": ""}, {"resource": ""}),
        ({"resource": "r" * 500}, {"resource": "r" * 500}),
        ({"name": "two\nlines"}, {"name": "two lines"}),
        ({"name": "\u202f10\u200b.ipynb"}, {"name": "10 .ipynb"}),
        ({"name": "\ud800"}, {"name": None}),
        ({"name": "n" * 4000}, {"name": "n" * 320}),
        ({"name": ""}, {"name": None}),
        ({"username": "\u200bada"}, {"username": "ada"}),
    ],
    ids=lambda fields: ascii(fields)[:40],
)
async def test_what_a_kernel_can_name_keeps_no_entry_out(
    browser: Browser,
    events: Events,
    jp_http_port: int,
    change: dict[str, str],
    expected: dict[str, str | None],
) -> None:
    """A kernel chooses its scopes, and can rename its notebook."""
    await browser.log_in(jp_http_port)
    assert (await browser.ask("activity", entry={**REPORT, **change})) == (200, {})
    [entry] = await listed(browser)
    assert {name: entry[name] for name in expected} == expected
    assert len(events.ours) == 1


class Logger:
    """Of another Jupyter server."""

    def __init__(self) -> None:
        self.schemas: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.fails = False

    def register_event_schema(self, schema: dict[str, Any]) -> None:
        self.schemas.append(schema["$id"])

    def emit(self, *, schema_id: str, data: dict[str, Any]) -> None:
        assert schema_id in self.schemas
        if self.fails:
            raise RuntimeError
        self.events.append(data)


def log_of(logger: Logger, *, shared: bool = False) -> ActivityLog:
    return ActivityLog(logger, lambda: shared, logging.getLogger())


def issue(activity: ActivityLog) -> dict[str, Any]:
    account = Account("o.t", "Ada", "ada@contoso.com", "t")
    with activity.attempt("ada", "kernel", "k", TokenRequest((SCOPE,))) as on_issued:
        on_issued(IssuedToken(JWT, "Bearer", 0, None, account, "loopback"))
    return activity.of("ada")[0]


def test_names_the_token_as_entras_log_does_unless_other_users_would_see_it() -> None:
    logger = Logger()
    assert issue(log_of(logger))["uti"] == "uti-1"
    assert issue(log_of(logger, shared=True))["uti"] == "uti-1"
    assert [(event["uti"], event["account_id"]) for event in logger.events] == [
        ("uti-1", "o.t"),
        (None, None),
    ]
    assert CANARY not in json.dumps(logger.events)


# Situation: server | a listener of another extension raises | the server issues a token | the
# process gets it; the failure is logged | none needed
def test_a_failing_listener_does_not_prevent_a_token(caplog: pytest.LogCaptureFixture) -> None:
    logger = Logger()
    logger.fails = True
    assert issue(log_of(logger))["result"] == "issued"
    assert "An event could not be emitted." in caplog.text


def test_is_limited_separate_for_each_user_and_contains_outcomes_only() -> None:
    activity = log_of(Logger())
    for number in range(MAX_ENTRIES + 10):
        activity.record("ada", Activity("program", f"r{number}", "issued"))
    assert (len(activity.of("ada")), activity.of("ada")[-1]["resource"]) == (MAX_ENTRIES, "r10")
    assert activity.of("eve") == []
    with pytest.raises(AuthError), activity.attempt("eve", "page", None, TokenRequest((SCOPE,))):
        raise AuthError("sign_in_pending")
    assert activity.of("eve") == []
    for now in (0, 30, 61):
        activity.record("eve", Activity("page", "r", "denied", time=now))
    assert [entry["time"] for entry in activity.of("eve")] == [61, 0]


def test_a_clock_set_back_does_not_hide_a_refusal() -> None:
    activity = log_of(Logger())
    for now in (9000, 30, 60):
        activity.record("eve", Activity("page", "r", "denied", time=now))
    assert [entry["time"] for entry in activity.of("eve")] == [30, 9000]
