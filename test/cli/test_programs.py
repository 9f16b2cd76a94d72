"""Programs in a terminal that know nothing of this package, once the user lets them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.ambient.az_command import az_path
from jupyter_azure_auth.endpoint_variables import AZ_VARIABLE, ENDPOINT_VARIABLES
from test.cli.lab import CLI, Lab, Terminal
from test.cli.test_commands import claims

ROOT = Path(__file__).parents[2]
STORAGE = "https://storage.azure.com"
ENV = f'eval "$({shlex.join(CLI)} env)"'

PYTHON = """
from azure.identity import {credential}
try: print({credential}().get_token("https://storage.azure.com/.default").token)
except Exception as error: print(type(error).__name__, error)
"""
NODE = """
import {{ {credential} }} from '@azure/identity';
const scope = 'https://storage.azure.com/.default';
try {{ console.log((await new {credential}().getToken(scope)).token); }}
catch (error) {{ console.log(error.name, error.message); }}
"""
DATABRICKS = """
from databricks.sdk.credentials_provider import AzureCliTokenSource
print(AzureCliTokenSource("https://storage.azure.com").token().access_token)
"""


class Shell:
    """A POSIX shell in a terminal, which has evaluated `env`."""

    def __init__(self, terminal: Terminal, path: str | None = None) -> None:
        self.terminal = terminal
        # Without an `az` of this machine.
        self.environ = {**terminal.environ, "PATH": path or "/usr/bin:/bin"}

    def run(self, command: str, before: str = ENV) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", f"{before}\n{command}"],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def said(self, command: str) -> str:
        done = self.run(command)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def variables(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.said("env").splitlines() if "=" in line)


@pytest.fixture(scope="module")
def turned_on(lab: Lab) -> Iterator[None]:
    assert lab.ask("identity-endpoint", enabled=True)["enabled"]
    yield
    lab.ask("identity-endpoint", enabled=False)


@pytest.fixture
def shell(terminal: Terminal, turned_on: None) -> Shell:
    return Shell(terminal)


@pytest.fixture
def user(azure: dict[str, Any]) -> dict[str, str]:
    user: dict[str, str] = azure["users"][0]
    return user


PROGRAMS = {
    "azure-identity": [sys.executable, "-c", PYTHON.format(credential="DefaultAzureCredential")],
    # Consumer: `AzureCliCredential` for Python | switch, by `az` | gets a token
    "AzureCliCredential": [sys.executable, "-c", PYTHON.format(credential="AzureCliCredential")],
    # Consumer: `AzureCliCredential` for JavaScript | switch, by `az` | gets a token
    "@azure/identity": [
        *(shutil.which("node") or "node", "--input-type=module", "-e"),
        NODE.format(credential="AzureCliCredential"),
    ],
    # Consumer: databricks-sdk | switch, by `az` | gets a token
    "databricks-sdk": [sys.executable, "-c", DATABRICKS],
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_gets_the_users_token(shell: Shell, user: dict[str, str], program: str) -> None:
    token = shell.said(shlex.join(PROGRAMS[program]))
    assert claims(token)["upn"] == user["username"], token


# Consumer: shell scripts with `az account get-access-token` | switch, by `az` | gets a token
def test_az_has_the_output_formats_of_the_azure_cli(shell: Shell, user: dict[str, str]) -> None:
    get = f"az account get-access-token --resource {STORAGE}"
    answer = json.loads(shell.said(f"{get} --output json"))
    assert claims(answer["accessToken"])["aud"] == STORAGE
    local = datetime.strptime(answer["expiresOn"], "%Y-%m-%d %H:%M:%S.%f").astimezone()
    assert answer["expiresOn"].endswith(".000000")
    assert local.timestamp() == answer["expires_on"]
    assert (answer["tenant"], answer["tokenType"]) == (user["tenantId"], "Bearer")
    assert "subscription" not in answer
    tenant = user["tenantId"]
    for form in (
        f"az account get-access-token --scope {STORAGE}/.default --tenant {tenant} -o json",
        f"az account get-access-token --resource={STORAGE} --subscription x --only-show-errors",
    ):
        assert claims(json.loads(shell.said(form))["accessToken"])["aud"] == STORAGE
    assert claims(shell.said(f"{get} -o tsv --query accessToken"))["aud"] == STORAGE
    assert shell.said(f"{get} --query expiresOn -o tsv").endswith(".000000")
    assert claims(shell.said("az account get-access-token -o tsv --query accessToken"))["aud"]
    shown = json.loads(shell.said("az account show"))
    assert (shown["tenantId"], shown["environmentName"]) == (tenant, "AzureCloud")
    assert shown["user"] == {"name": user["username"], "type": "user"}
    assert json.loads(shell.said("az account list")) == [shown]
    assert shell.said("az account show --query user.name -o tsv") == user["username"]
    assert json.loads(shell.said("az version"))["azure-cli"]


def test_az_says_in_one_line_what_it_cannot_do(shell: Shell) -> None:
    get = "az account get-access-token"
    for command in (
        "az storage blob list",
        "az login",
        "az",
        "az storage --help",
        "az account show --query '[0].id'",
        f"{get} --resource-type ms-graph",
        f"{get} --resource {STORAGE} --tenant-id x",
        f"{get} --resource {STORAGE} --scope {STORAGE}/.default",
        f"{get} --resource",
        f"{get} --help",
    ):
        done = shell.run(command)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "Install the Azure CLI" in shell.run("az storage blob list").stderr
    unknown = shell.run(
        f"az account get-access-token --resource {STORAGE} --tenant nowhere.example"
    )
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "AADSTS" not in unknown.stderr
    odd = shell.run("az account get-access-token --resource \"$(printf '\\377 ')\"")
    assert (odd.returncode, odd.stdout, odd.stderr.count("\n")) == (1, "", 1)
    assert "resource" in odd.stderr


def test_a_real_az_takes_precedence_and_ours_is_no_source(shell: Shell, tmp_path: Path) -> None:
    ours = shell.variables()["PATH"]
    assert az_path({"PATH": ours}) is None
    real = tmp_path / "az"
    real.write_text("#!/bin/sh\necho REAL\n")
    real.chmod(0o755)
    shell.environ["PATH"] += f":{tmp_path}"
    assert shell.said("az account show") == "REAL"
    assert az_path(shell.variables()) == str(real)


def test_each_terminal_has_its_own_secret(shell: Shell) -> None:
    first, second = shell.variables(), shell.variables()
    assert first["IDENTITY_HEADER"] != second["IDENTITY_HEADER"]
    assert not {"MSI_ENDPOINT", "MSI_SECRET"} & set(first)
    # Evaluated twice in one terminal, the folder is in the PATH once.
    again = shell.said(f'{ENV}\necho "$PATH"')
    assert again.count(first[AZ_VARIABLE]) == 1


# Situation: terminal with the variables | the user signs out, or turns the switch off | `az` | exit
# 1 with `az login`, or no `az`; the next `env` removes the variables | sign in, and run `env` again
def test_a_sign_out_and_the_switch_end_access(shell: Shell, lab: Lab, user: dict[str, str]) -> None:
    keep = "\n".join(f"export {k}={shlex.quote(v)}" for k, v in shell.variables().items())
    get = f"az account get-access-token --resource {STORAGE}"
    assert shell.run(get, before=keep).returncode == 0
    lab.ask("sign-out")
    try:
        for before in (keep, ENV):
            done = shell.run(get, before=before)
            assert (done.returncode, done.stdout) == (1, "")
            assert "az login" in done.stderr
            assert "AADSTS" not in done.stderr
        chain = shlex.join(PROGRAMS["AzureCliCredential"])
        assert shell.said(chain).startswith("CredentialUnavailableError")
    finally:
        lab.sign_in(user)
    assert shell.run(get, before=keep).returncode == 1, "its secret ended with the sign-out"
    assert shell.run(get).returncode == 0
    lab.ask("identity-endpoint", enabled=False)
    try:
        done = shell.run(f"{get}; {ENV}; env", before=keep)
        assert "not found" in done.stderr, "as without an Azure CLI"
        assert not {*ENDPOINT_VARIABLES, AZ_VARIABLE} & {
            line.partition("=")[0] for line in done.stdout.splitlines()
        }
    finally:
        lab.ask("identity-endpoint", enabled=True)


def test_no_secret_is_in_a_file_or_an_argument(shell: Shell, lab: Lab) -> None:
    variables = shell.variables()
    token = shell.said(
        f"az account get-access-token --resource {STORAGE} -o tsv --query accessToken"
    )
    secrets = (token, variables["IDENTITY_HEADER"])
    for path in (one for one in lab.home.rglob("*") if one.is_file()):
        content = path.read_bytes()
        assert not any(secret.encode() in content for secret in secrets), path
    script = Path(variables[AZ_VARIABLE]) / "az"
    assert (script.stat().st_mode | script.parent.stat().st_mode) & 0o077 == 0
    traced = shell.run("sh -x $(command -v az) account show")
    assert traced.returncode == 0
    assert not any(secret in traced.stderr for secret in secrets)
