"""Programs that do not know this package, once the user lets them use the sign-in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from test.cli.lab import CLI, Lab
from test.processes.lab_kernel import LabKernel
from test.processes.terminal import ServerTerminal
from test.processes.unmodified import DENO, UNMODIFIED, file_name, write_programs
from test.sdks.conftest import control

__all__ = ["control"]

ENV = f'eval "$({shlex.join(CLI)} env)"; exec "$@"'


@pytest.fixture(scope="module")
def turned_on(lab: Lab) -> Iterator[None]:
    assert lab.ask("identity-endpoint", enabled=True)["enabled"]
    write_programs(lab.home)
    yield
    lab.ask("identity-endpoint", enabled=False)


def run(terminal: ServerTerminal, azure: dict[str, Any], name: str, seconds: int) -> Any:
    """Run a program in a terminal that has evaluated `env`, and return what it reports."""
    certificate = f"NODE_EXTRA_CA_CERTS={azure['storage']['caFile']}"
    command = (*UNMODIFIED[name].command, f"../{file_name(name)}", str(seconds))
    done = terminal.run("/usr/bin/env", certificate, "/bin/sh", "-c", ENV, "sh", *command)
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize("name", UNMODIFIED)
def test_an_unmodified_program_reads_as_the_user(
    turned_on: None, terminal: ServerTerminal, azure: dict[str, Any], name: str
) -> None:
    user = f" {azure['users'][0]['username']}" if UNMODIFIED[name].names_user else ""
    expected = {"reads": 1, "errors": [], "last": f"hello{user}"}
    assert run(terminal, azure, name, 0) == expected


CHAIN = {
    "azure-identity": """
from azure.identity import DefaultAzureCredential
try: print(DefaultAzureCredential().get_token("https://storage.azure.com/.default").token)
except Exception as error: print(error)
""",
    "@azure/identity": """
import { DefaultAzureCredential } from '@azure/identity';
const credential = new DefaultAzureCredential();
await credential.getToken('https://storage.azure.com/.default').then(
  ({ token }) => console.log(token), error => console.log(error.message, error.errors));
""",
    "obstore": """
import os
from obstore.store import AzureStore
store = AzureStore("c", account_name="a", endpoint=os.environ["STORAGE_ACCOUNT_URL"])
try: print(store.get("b").bytes())
except Exception as error: print(error)
""",
}
AZ = """#!/bin/sh
echo '{"accessToken": "of-the-cli", "expiresOn": "2099-01-01 00:00:00.000000",' \\
  '"expires_on": 4070908800, "tenant": "t", "tokenType": "Bearer"}'
"""


# Situation: program that does not know this package | no user is signed in, and `az` is | first
# token | Python and JavaScript: that of `az`; Rust: our refusal | sign in from the panel
@pytest.mark.parametrize("name", CHAIN)
def test_signed_out_while_az_is_signed_in(
    turned_on: None, terminal: ServerTerminal, azure: dict[str, Any], lab: Lab, name: str
) -> None:
    (lab.home / "chain").mkdir(exist_ok=True)
    az, script = lab.home / "chain" / "az", lab.home / f"chain-{file_name(name)}"
    az.write_text(AZ)
    az.chmod(0o700)
    script.write_text(CHAIN[name])
    path = f'{ENV.partition(";")[0]}; PATH={az.parent}:$PATH exec "$@"'
    lab.ask("sign-out")
    try:
        command = UNMODIFIED[name].command
        done = terminal.run("/bin/sh", "-c", path, "sh", *command, str(script))
    finally:
        lab.sign_in(azure["users"][0])
    expected = "You are not signed in to Azure" if name == "obstore" else "of-the-cli"
    assert expected in done.out, done


def test_short_lived_tokens_are_renewed(
    turned_on: None, terminal: ServerTerminal, azure: dict[str, Any], control: Callable[..., Any]
) -> None:
    # Five minutes of 60-second tokens, for all programs, are in bench/unmodified_sdks.py.
    control("settings", {"accessTokenSeconds": 3})
    report = run(terminal, azure, "azure-identity", 7)
    assert (report["reads"] > 1, report["errors"]) == (True, [])


def test_a_deno_kernel_gets_the_users_token(
    turned_on: None, lab: Lab, azure: dict[str, Any]
) -> None:
    # Consumer: `@azure/identity` in a Deno kernel | switch | gets a token
    folder = lab.home / "data" / "kernels" / "deno"
    folder.mkdir()
    argv = [str(DENO), "jupyter", "--kernel", "--conn", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Deno", "language": "typescript"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    with LabKernel(lab, "deno") as kernel:
        said = kernel.run(
            "import { DefaultAzureCredential } from '@azure/identity';\n"
            "const scope = 'https://storage.azure.com/.default';\n"
            "const { token } = await new DefaultAzureCredential().getToken(scope);\n"
            "console.log(JSON.parse(atob(token.split('.')[1])).upn);"
        )
    assert said == azure["users"][0]["username"]
