"""``status``, ``token``, ``sign-out`` and ``env`` below a server, with and without a sign-in."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.cli import env, token
from jupyter_azure_auth.cli.main import main
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, read
from test.cli.lab import Lab, Terminal
from test.programs import run_program


def claims(jwt: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(f"{jwt.split('.')[1]}=="))


@pytest.fixture
def user(azure: dict[str, Any]) -> dict[str, str]:
    user: dict[str, str] = azure["users"][0]
    return user


def test_status(terminal: Terminal, user: dict[str, str]) -> None:
    assert terminal.run("token", "--resource", "storage").returncode == 0
    done = terminal.run("status", "--json")
    fields = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (fields["account"], fields["tenant_id"]) == (user["username"], user["tenantId"])
    assert (fields["source"], fields["ambient"]) == ("loopback", False)
    shown = terminal.run("status").stdout
    assert f"Account  {user['username']}" in shown
    assert f"valid until {fields['tokens_valid_until']} at the latest" in shown
    assert "+00:00" in terminal.run("status", TZ="UTC").stdout
    assert "+05:30" in terminal.run("status", TZ="Asia/Kolkata").stdout


def test_token(terminal: Terminal, user: dict[str, str]) -> None:
    done = terminal.run("token", "--scope", "https://vault.azure.net/.default")
    assert (done.returncode, done.stderr) == (0, "")
    found = claims(done.stdout)
    assert (found["aud"], found["tid"]) == ("https://vault.azure.net", user["tenantId"])
    bare = terminal.run("token", "--resource", "https://vault.azure.net", "--tenant", found["tid"])
    assert claims(bare.stdout)["aud"] == "https://vault.azure.net"
    for wrong in (
        ("--resource", "nothing-we-know"),
        ("--scope", "with spaces"),
        ("--resource", "arm", "--tenant", "?"),
        (),
    ):
        assert terminal.run("token", *wrong).returncode == 2
    unknown = terminal.run("token", "--resource", "arm", "--tenant", "unknown.example")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "[unknown_tenant]" in unknown.stderr


def test_token_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(token, "ask_successfully", lambda *_: {"token": "eyJ"})
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["token", "--resource", "arm"]) == 1
    output = capsys.readouterr()
    assert (output.out, "--print" in output.err) == ("", True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["token", "--resource", "arm", "--print"]) == 0
    assert capsys.readouterr() == ("eyJ\n", "")


def test_env(terminal: Terminal, lab: Lab) -> None:
    done = terminal.run("env")
    assert done.stdout == f"export {CONNECTION_VARIABLE}={lab.connection_file}\n"
    # A shell that has not inherited it, on the same host.
    assert terminal.run("env", **{CONNECTION_VARIABLE: ""}).stdout == done.stdout
    assert terminal.run("env", "--url", f"{lab.url}tree").stdout == done.stdout
    other = terminal.run("env", "--url", "http://localhost:1/")
    assert (other.returncode, other.stdout, lab.url in other.stderr) == (3, "", True)
    for shell in env.SHELLS:
        assert str(lab.connection_file) in terminal.run("env", "--shell", shell).stdout


def test_env_quotes_for_each_shell() -> None:
    assert env.SHELLS["sh"].set("A", "it's $x") == "export A='it'\"'\"'s $x'\n"
    quote = env.SHELLS["powershell"].set
    assert quote("A", "it's") == "$Env:A = 'it''s'\n"
    for mark in "\u2018\u2019\u201a\u201b":  # each ends a text there, like the plain one
        assert quote("A", f"{mark};x") == f"$Env:A = '{mark}{mark};x'\n"
    quote = env.SHELLS["fish"].set
    assert quote("A", "it's \\") == "set -gx A 'it\\'s \\\\'\n"
    assert quote("PATH", "/a b:/c") == "set -gx PATH '/a b' '/c'\n"


@pytest.mark.parametrize("command", [["status"], ["sign-out"], ["token", "--resource", "arm"]])
def test_without_a_server(command: list[str], tmp_path: Path) -> None:
    environ = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path), CONNECTION_VARIABLE: ""}
    for one in (command, ["env"]):
        done = run_program([sys.executable, "-m", "jupyter_azure_auth.cli", *one], env=environ)
        assert (done.returncode, done.stdout) == (3, "")
        assert "jupyter azure-auth doctor" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.fixture
def signed_in_again(lab: Lab, user: dict[str, str]) -> Iterator[None]:
    yield
    lab.sign_in(user)


def test_sign_out(terminal: Terminal, lab: Lab, signed_in_again: None) -> None:
    done = terminal.run("sign-out")
    assert (done.returncode, done.stderr) == (0, "")
    assert lab.ask("session")["account"] is None
    status = terminal.run("status")
    assert status.returncode == 4
    assert "holds no sign-in" in status.stdout
    refused = terminal.run("token", "--resource", "arm")
    assert (refused.returncode, refused.stdout) == (4, "")
    assert "[sign_in_required]" in refused.stderr
    report = json.loads(terminal.run("doctor", "--json", "--timeout=60").stdout)
    codes = {one["check"]: one["code"] for one in report["findings"]}
    assert (report["ok"], codes["sign-in"]) == (True, "signed_out")


def test_several_accounts(
    terminal: Terminal,
    lab: Lab,
    azure: dict[str, Any],
    user: dict[str, str],
    signed_in_again: None,
) -> None:
    other = next(one for one in azure["users"] if one["username"] != user["username"])
    lab.sign_in(other)
    fields = json.loads(terminal.run("status", "--json").stdout)
    assert fields["account"] == other["username"]
    [listed] = fields["others"]
    assert (listed["account"], listed["tenant_id"]) == (user["username"], user["tenantId"])
    assert f"Other    {user['username']}" in terminal.run("status").stdout
    for wanted, exit_code in (("nobody@contoso.com", 4), (other["username"], 2)):
        refused = terminal.run("sign-out", "--account", wanted)
        assert (refused.returncode, refused.stdout) == (exit_code, "")
    done = terminal.run("sign-out", "--account", user["username"].upper())
    assert (done.returncode, done.stderr) == (0, "")
    assert f"signed out of {user['username']}." in done.stdout
    fields = json.loads(terminal.run("status", "--json").stdout)
    assert (fields["account"], fields["others"]) == (other["username"], [])
    assert terminal.run("sign-out", "--account", fields["id"]).returncode == 0
    assert lab.ask("session")["account"] is None


def test_nothing_leaks(
    terminal: Terminal,
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The token and the keys are in no output but that of ``token``, and in no file or argument."""
    for name in (CONNECTION_VARIABLE, "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, terminal.environ[name])
    before = {path for path in lab.home.rglob("*") if path.is_file()}
    assert main(["token", "--resource", "storage"]) == 0
    given = capsys.readouterr().out.strip()
    secrets = [given, given.split(".")[2], str(read(lab.connection_file).key), lab.token]
    for command in (
        ["doctor", "--timeout=60"],
        ["doctor", "--timeout=60", "--json"],
        ["status"],
        ["status", "--json"],
        ["env"],
        ["token", "--resource", "unknown"],
        ["token", "--resource", "arm", "--tenant", "unknown.example"],
    ):
        main(command)
        assert not [one for one in secrets if one in "".join(capsys.readouterr())], command
    seen = terminal.arguments_while("token", "--resource", "storage")
    assert any("jupyter_azure_auth.cli" in one for one in seen)
    assert not [one for one in secrets if one in "\n".join(seen)]
    after = {path for path in lab.home.rglob("*") if path.is_file()}
    changed = [path.read_text(errors="replace") for path in after - before]
    assert not [one for one in secrets[:2] if one in lab.read_log() + "".join(changed)]
