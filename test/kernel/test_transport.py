from __future__ import annotations

import logging
from types import SimpleNamespace
from uuid import uuid4

import pytest

from jupyter_azure_auth.kernel.transport import ALLOW_PLAIN_TRANSPORT, transport_problem


def kernel(
    *,
    transport: str = "tcp",
    ip: str = "127.0.0.1",
    key: bytes = b"key",
    curve: bytes | None = None,
    debug: bool = False,
) -> SimpleNamespace:
    app = SimpleNamespace(transport=transport, ip=ip, curve_secretkey=curve)
    log = logging.getLogger(uuid4().hex)
    log.setLevel(logging.DEBUG)  # traitlets leaves it so
    log.propagate = False
    return SimpleNamespace(log=log, session=SimpleNamespace(key=key, debug=debug), parent=app)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({}, None),
        ({"ip": "127.8.8.8"}, None),
        ({"ip": "::1"}, None),
        ({"ip": "localhost"}, None),
        ({"ip": "0.0.0.0"}, "plain_transport"),  # noqa: S104
        ({"ip": "*"}, "plain_transport"),
        ({"ip": "10.0.0.1"}, "plain_transport"),
        ({"ip": "node-7"}, "plain_transport"),
        ({"ip": "10.0.0.1", "curve": b"secret"}, None),
        ({"ip": "/tmp/kernel", "transport": "ipc"}, None),  # noqa: S108
        ({"key": b""}, "unsigned_messages"),
        ({"debug": True}, "debug_log"),
        ({"key": b"", "curve": b"secret"}, "unsigned_messages"),
    ],
)
def test_truth_table(facts: dict[str, object], problem: str | None) -> None:
    assert transport_problem(kernel(**facts), {}) == problem  # type: ignore[arg-type]


def test_an_administrator_may_allow_plain_transport_and_nothing_else() -> None:
    there = kernel(ip="10.0.0.1")
    assert transport_problem(there, {ALLOW_PLAIN_TRANSPORT: "1"}) is None
    assert transport_problem(there, {ALLOW_PLAIN_TRANSPORT: "0"}) == "plain_transport"
    unsigned = kernel(ip="10.0.0.1", key=b"")
    assert transport_problem(unsigned, {ALLOW_PLAIN_TRANSPORT: "1"}) == "unsigned_messages"
    there.log.addHandler(logging.StreamHandler())
    assert transport_problem(there, {ALLOW_PLAIN_TRANSPORT: "1"}) == "debug_log"


def test_only_a_log_that_is_written_matters() -> None:
    there = kernel()
    quiet = logging.StreamHandler()
    quiet.setLevel(logging.INFO)
    there.log.addHandler(quiet)
    there.log.addHandler(logging.NullHandler())
    assert transport_problem(there, {}) is None
    there.log.propagate = True
    there.log.parent = logging.getLogger(uuid4().hex)
    there.log.parent.addHandler(logging.StreamHandler())
    assert transport_problem(there, {}) == "debug_log"
    there.log.propagate = False
    assert transport_problem(there, {}) is None
    there.log.propagate = True
    there.log.setLevel(logging.INFO)
    assert transport_problem(there, {}) is None
