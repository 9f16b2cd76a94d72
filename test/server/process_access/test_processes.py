"""Processes below one real server: what they get when it has no token for them, or is gone.

Which programs get its user's tokens is in ``test/processes``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE
from test.kernel.notebook import kernel_environ
from test.programs import run_program
from test.server.authority import CANARY
from test.server.browser import SCOPE
from test.server.process_access.signed_in_server import SignedInServer

ASKER = f"""
from jupyter_azure_auth import JupyterCredential

def ask(credential=None):
    credential = credential or JupyterCredential()
    try:
        return credential.get_token({SCOPE!r}).token
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
"""

SCRIPTS = {
    "script": "print(ask())",
    "fork": """
import multiprocessing
if __name__ == "__main__":
    credential = JupyterCredential()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        first = pool.apply(ask, [credential])
        own = ask(credential)
        print(*{first, own, pool.apply(ask, [credential])})
""",
}


class Below:
    """Starts processes below the server: with the variable that its processes inherit."""

    def __init__(self, server: SignedInServer, home: Path) -> None:
        self.server = server
        self.home = home
        (home / "asker.py").write_text(ASKER)
        runtime = {"JUPYTER_RUNTIME_DIR": str(home / "elsewhere")}
        self.environ = {
            **kernel_environ(home),
            **runtime,
            CONNECTION_VARIABLE: str(server.file),
        }

    def run(self, code: str, **environ: str) -> str:
        """Run a script to its end, and return what it prints."""
        script = self.home / "script.py"
        script.write_text(f"from asker import *\n{code}")
        done = run_program([sys.executable, str(script)], env={**self.environ, **environ})
        assert done.returncode == 0, done.stderr
        assert CANARY not in done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedInServer]:
    server = SignedInServer(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture
def below(server: SignedInServer, tmp_path: Path) -> Below:
    return Below(server, tmp_path)


@pytest.fixture
def signed_in(server: SignedInServer, below: Below) -> Below:
    server.sign_in()
    return below


def test_a_forked_process_gets_the_users_token_from_the_servers_cache(signed_in: Below) -> None:
    token = signed_in.run(SCRIPTS["fork"])
    assert token.startswith(f"{CANARY}-at-")
    assert len(token.split()) == 1


# Situation: process below the server | no user is signed in | first token | `not_signed_in`, which
# names the server's address | sign in there
def test_a_process_says_where_to_sign_in(below: Below) -> None:
    below.server.sign_out()
    for kind in ("script", "fork"):
        said = below.run(SCRIPTS[kind])
        assert "[not_signed_in]" in said
        assert below.server.url.replace("127.0.0.1", "localhost") in said
    assert "[not_signed_in]" in below.run("print(ask(JupyterCredential(require_user=True)))")


# Situation: process below the server | its credential names an account that is not signed in |
# first token | `not_signed_in`, which does not say that no user is signed in | sign in with it
def test_distinguishes_a_missing_account_from_no_sign_in(signed_in: Below) -> None:
    said = signed_in.run("print(ask(JupyterCredential(account='nobody@example.com')))")
    assert "[not_signed_in]" in said
    assert "The account that this credential asks for is not signed in" in said
    assert "sign in with that account, then run this again." in said


KEEPS_ASKING = """
import os, sys, time
credential = JupyterCredential()
before = after = ask(credential)
os.fork()
print("ready\\n", end="", flush=True)  # in one write, beside the other process
end = time.monotonic() + 60
while after == before and time.monotonic() < end:
    after = ask(credential)
print(after + "\\n", end="", flush=True)
"""


# Situation: process below the server, and its forked child | the user signs out | they ask in a
# loop, with a token that is valid for an hour | `not_signed_in` within 5 s, from the server at once
# | sign in again
def test_a_sign_out_ends_the_tokens_of_running_processes(signed_in: Below) -> None:
    server, script = signed_in.server, signed_in.home / "script.py"
    script.write_text(f"from asker import *\n{KEEPS_ASKING}")
    with subprocess.Popen(
        [sys.executable, str(script)], env=signed_in.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["ready\n", "ready\n"]
        server.sign_out()
        assert "[not_signed_in]" in signed_in.run("print(ask())"), "nothing new leaves the server"
        told = [process.stdout.readline() for _ in range(2)]
    assert all("[not_signed_in]" in text for text in told)


# Situation: parent server | it was killed, and its file stayed | a process that it had started asks
# for a token | `server_gone`, never the machine's | start a server, and the process from there
@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a_process_whose_server_was_killed_is_told(tmp_path: Path, how: str) -> None:
    server = SignedInServer(tmp_path)
    below = Below(server, tmp_path)
    server.stop(9 if how == "killed" else 15)
    assert server.file.exists() == (how == "killed")
    assert "[server_gone]" in below.run("print(ask())")


def test_a_process_elsewhere_does_not_belong_to_the_server(below: Below) -> None:
    environ: dict[str, Any] = {CONNECTION_VARIABLE: ""}
    assert "[no_kernel]" in below.run("print(ask())", **environ)


# Situation: process access | a made-up key in a copy of the file | a process asks for a token |
# `server_unavailable`, because of the server's `forbidden` | restart the server
def test_a_made_up_key_gets_nothing(signed_in: Below) -> None:
    content = json.loads(signed_in.server.file.read_text())
    forged = signed_in.home / "private" / signed_in.server.file.name
    forged.parent.mkdir(mode=0o700)
    descriptor = os.open(forged, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({**content, "key": "made-up"}, file)
    said = signed_in.run("print(ask())", **{CONNECTION_VARIABLE: str(forged)})
    assert "(forbidden)" in said
