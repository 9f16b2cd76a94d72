"""Another user of the host, next to a server whose user has signed in and turned the switch on.

As root, a child process becomes that user. Otherwise, the modes are compared that keep it out.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from jupyter_azure_auth.connection_file import KEY_HEADER, read
from test.programs import run_program
from test.server.process_access.signed_in_server import SignedInServer

TRIES = """
import encodings.idna, http.client, json, os, pwd, sys, urllib.parse
file, environ, listener, server, key = sys.argv[1:]

def tried(act):
    try:
        return act()
    except OSError as error:
        return type(error).__name__

def ask(method, url, body=None, **headers):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request(method, f"{parts.path}?{parts.query}", body, headers)
    answer = connection.getresponse()
    return [answer.status, json.loads(answer.read()).get("code")]

ask_listener = lambda **headers: ask("GET", listener, **headers)
json_type = {"Content-Type": "application/json"}
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
print(json.dumps({
    "file": tried(lambda: open(file).read()),
    "environ": tried(lambda: open(environ).read()),
    "no secret": ask_listener(),
    "made-up secret": ask_listener(**{"X-IDENTITY-HEADER": "guessed"}),
    "no token": ask("POST", f"{server}azure-auth/token", "{}", **json_type),
    "made-up key": ask("POST", f"{server}azure-auth/token", "{}", **json_type, **{key: "guessed"}),
    "uid": os.geteuid(),
}))
"""
QUERY = "api-version=2019-08-01&resource=https://storage.azure.com"


@pytest.fixture
def server() -> Iterator[SignedInServer]:
    # Outside of pytest's folder, which keeps other users out by itself.
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        server = SignedInServer(Path(home))
        try:
            server.sign_in()
            yield server
        finally:
            server.stop()


# Situation: another user of the host | signed in, switch on | reads the connection file and a
# kernel's variables, asks the listener and the server | refused; without the secret or the key,
# nothing | nothing to do
def test_another_user_of_the_host_gets_nothing(server: SignedInServer) -> None:
    assert server.ask("azure-auth/identity-endpoint", enabled=True)["enabled"]
    server.ask("api/kernels")
    kernel, environ = kernel_of(server)
    secret, listener = environ["IDENTITY_HEADER"], environ["IDENTITY_ENDPOINT"]
    key = read(server.file).key
    assert server.runtime.stat().st_mode & 0o077 == 0
    assert stat.S_IMODE(server.file.stat().st_mode) == 0o600
    assert not [one for one in kernel.cmdline() if secret in one or (key or "") in one]
    server.runtime.chmod(0o755)  # the file alone must be enough
    url = f"{listener}?{QUERY}"
    tries = [str(server.file), f"/proc/{kernel.pid}/environ", url, server.url, KEY_HEADER]
    done = run_program([sys.executable, "-c", TRIES, *tries], env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    refusals = {
        "no secret": [400, "invalid_message"],
        "made-up secret": [400, "forbidden"],
        "no token": [403, "forbidden"],
        "made-up key": [403, "forbidden"],
    }
    assert {name: said[name] for name in refusals} == refusals
    if os.geteuid() == 0:
        assert said["uid"] != 0
        assert (said["file"], said["environ"]) == ("PermissionError", "PermissionError")


def kernel_of(server: SignedInServer) -> tuple[psutil.Process, dict[str, str]]:
    """Return the process and the variables of the server's only kernel."""
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            environ = process.environ()
            if "IDENTITY_HEADER" in environ:
                return process, environ
    raise AssertionError("no kernel")
