"""How a process notices a sign-out at its parent server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, ConnectionFile, write
from jupyter_azure_auth.kernel.broker import AccountBinding, Broker
from jupyter_azure_auth.kernel.cache import CachedToken, TokenCache
from jupyter_azure_auth.kernel.parent_server.discovery import may_have_page
from jupyter_azure_auth.kernel.parent_server.sign_out_watch import CHECK_INTERVAL_S, SignOutWatch
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.token import build_azure_core_tokens
from jupyter_azure_auth.kernel.wakeup import run

CONTENT = ConnectionFile(1, "started", "http://127.0.0.1:1/", "key", generation=5)
REQUEST = TokenRequest(("https://storage.azure.com/.default",))


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> Moment:
        return Moment(1e9 + self.seconds, self.seconds)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    path = tmp_path / "azure-auth-1.json"
    write(path, CONTENT)
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def environ(path: Path) -> dict[str, str]:
    return {CONNECTION_VARIABLE: str(path)}


def test_a_new_generation_counts_as_a_sign_out_once(
    path: Path, clock: Clock, environ: dict[str, str]
) -> None:
    watch = SignOutWatch(environ, clock)
    assert not watch.has_signed_out()
    write(path, replace(CONTENT, generation=6))
    assert not watch.has_signed_out(), "looked less than a second ago"
    clock.seconds += CHECK_INTERVAL_S
    assert watch.has_signed_out()
    clock.seconds += CHECK_INTERVAL_S
    assert not watch.has_signed_out()
    write(path, replace(CONTENT, generation=6))
    clock.seconds += CHECK_INTERVAL_S
    assert not watch.has_signed_out(), "written again, and nothing has changed"


def test_a_file_that_is_missing_or_open_to_others_is_ignored(
    path: Path, clock: Clock, environ: dict[str, str]
) -> None:
    watch = SignOutWatch(environ, clock)
    assert not watch.has_signed_out()
    path.unlink()
    clock.seconds += CHECK_INTERVAL_S
    assert not watch.has_signed_out()
    write(path, replace(CONTENT, generation=6))
    path.chmod(0o644)
    clock.seconds += CHECK_INTERVAL_S
    assert not watch.has_signed_out()
    path.chmod(0o600)
    clock.seconds += CHECK_INTERVAL_S
    assert watch.has_signed_out()


def test_reads_nothing_without_a_server(clock: Clock) -> None:
    watch = SignOutWatch({}, clock)
    assert not watch.has_signed_out()
    assert watch.valid_until() is None


def test_a_cached_token_is_used_until_the_next_check(
    path: Path, clock: Clock, environ: dict[str, str]
) -> None:
    cache = TokenCache(clock)
    broker = Broker(cache, None, environ=environ, now=lambda: clock.seconds)
    binding = AccountBinding()

    def ask() -> float:
        entry = run(broker.obtain(REQUEST, binding, 1))
        assert isinstance(entry, CachedToken)
        build_azure_core_tokens(entry, broker.checked_until())
        return entry.valid_until_steady

    run(broker.obtain(replace(REQUEST, prompt=True), binding, 1))  # the first look
    expires_on = int(clock().wall) + 3600
    cache.put(REQUEST, IssuedToken("t", expires_on, Identity("ada"), origin="server"))
    assert ask() == CHECK_INTERVAL_S
    clock.seconds = 100
    assert ask() == 100 + CHECK_INTERVAL_S
    assert str(binding.identity) == "ada"
    write(path, replace(CONTENT, generation=6))
    clock.seconds += CHECK_INTERVAL_S
    run(broker.obtain(replace(REQUEST, prompt=True), binding, 1))
    assert cache.find(REQUEST.key, None) is None
    assert str(binding.identity) == "None", "the user's own act ends the binding"


@pytest.mark.parametrize(
    ("parent", "expected"), [("4711", True), ("1", False), (None, True), ("a handle", True)]
)
def test_a_page_can_have_kernels_of_the_server_itself(
    parent: str | None, *, expected: bool
) -> None:
    environ = {CONNECTION_VARIABLE: "/run/azure-auth-4711.json"}
    assert may_have_page(environ | ({} if parent is None else {"JPY_PARENT_PID": parent})) == (
        expected
    )
    assert may_have_page({"JPY_PARENT_PID": "1"}), "no server of ours, perhaps a remote one"
    assert not may_have_page({"JPY_PARENT_PID": "1", "VOILA_PREHEAT": "False"})
