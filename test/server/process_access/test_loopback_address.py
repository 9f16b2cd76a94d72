from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.server.process_access.loopback_address import (
    LoopbackAddress,
    find_loopback_address,
)
from test.server.process_access.certificate import make_certificate


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("127.0.0.1", 8888)], "127.0.0.1:8888"),
        ([("127.0.0.3", 8888)], "127.0.0.3:8888"),
        ([("0.0.0.0", 80)], "127.0.0.1:80"),  # noqa: S104
        ([("::1", 8888, 0, 0)], "[::1]:8888"),
        ([("::", 8888, 0, 0)], "[::1]:8888"),
        ([("::1", 8888, 0, 0), ("127.0.0.1", 8888)], "127.0.0.1:8888"),
        ([("10.0.0.4", 8888), ("127.0.0.1", 8888)], "127.0.0.1:8888"),
        ([("10.0.0.4", 8888)], "not_on_loopback"),
        ([("fe80::1%eth0", 8888, 0, 2)], "not_on_loopback"),
        (["/run/jupyter.sock"], "unix_socket"),
        ([b"\0abstract"], "unix_socket"),
        ([], "unix_socket"),
    ],
)
def test_where_a_server_can_be_reached_from_its_host(names: list[Any], expected: str) -> None:
    found = find_loopback_address(names, None)
    assert found == expected or found == LoopbackAddress(expected, None)


LOOPBACK = [("127.0.0.1", 8888)]


def test_the_fingerprint_is_of_the_servers_own_certificate(tmp_path: Path) -> None:
    own = make_certificate(tmp_path, "own")
    issuer = make_certificate(tmp_path, "issuer")
    everything = tmp_path / "everything.pem"
    parts = (own.with_suffix(".key"), own, issuer)
    everything.write_text("".join(part.read_text() for part in parts))
    expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert(own.read_text())).hexdigest()
    for file in (own, everything):
        found = find_loopback_address(LOOPBACK, {"certfile": str(file)})
        assert found == LoopbackAddress("127.0.0.1:8888", expected)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"certfile": "/nowhere.pem"}, "unknown_certificate"),
        ({"certfile": __file__}, "unknown_certificate"),
        ({}, "unknown_certificate"),
        (ssl.create_default_context(), "unknown_certificate"),
        ({"certfile": "x", "cert_reqs": ssl.CERT_REQUIRED}, "client_certificate"),
    ],
    ids=["missing", "no certificate", "nothing", "a context", "asks for one"],
)
def test_says_why_a_server_with_tls_cannot_be_asked(options: Any, expected: str) -> None:
    assert find_loopback_address(LOOPBACK, options) == expected
