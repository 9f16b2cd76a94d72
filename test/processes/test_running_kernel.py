"""A kernel that runs already when its user lets other programs use the sign-in."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import pytest

from test.cli.lab import Lab
from test.processes.lab_kernel import LabKernel

IS_SET = "import os; print('IDENTITY_ENDPOINT' in os.environ, 'IDENTITY_HEADER' in os.environ)"
WAITS = "import os\nwhile not os.path.exists('go'): pass\nraise ValueError"
NAMES = "print(sorted(globals()))"
UNMODIFIED = """
from azure.identity import DefaultAzureCredential
from test.processes.reader import read
print(read(DefaultAzureCredential()))
"""
SECRET = "print(os.environ['IDENTITY_HEADER'], file=open('secret', 'w'), flush=True)"
HISTORY = "print([cell for *_, cell in get_ipython().history_manager.get_range(0)])"


@pytest.fixture
def kernel(lab: Lab) -> Iterator[LabKernel]:
    with LabKernel(lab) as kernel:
        yield kernel
    lab.ask("identity-endpoint", enabled=False)


# Situation: running Python kernel | its cell ends with an error, and queued requests are aborted |
# the user lets other programs use the sign-in | the variables, without a restart | nothing to do
def test_a_running_kernel_has_the_variables_while_the_switch_is_on(
    kernel: LabKernel, lab: Lab, azure: dict[str, Any]
) -> None:
    assert kernel.run(IS_SET) == "False False"
    names = kernel.run(NAMES)
    kernel.send(WAITS)
    lab.ask("identity-endpoint", enabled=True)
    (lab.home / "go").touch()
    kernel.runs_until(IS_SET, "True True")
    # Consumer: `DefaultAzureCredential()` in a running Python kernel | switch | reads a blob
    user = azure["users"][0]["username"]
    assert kernel.run(UNMODIFIED) == f"hello {user}"
    kernel.run(SECRET)
    secret = (lab.home / "secret").read_text().strip()
    history = kernel.run(HISTORY)
    assert "update_environment" not in history
    assert not [one for one in (*kernel.seen, history, lab.read_log()) if secret in one]
    with LabKernel(lab) as other:
        assert other.run(IS_SET) == "True True"
    lab.ask("identity-endpoint", enabled=False)
    kernel.runs_until(IS_SET, "False False")
    later = set(literal_eval(kernel.run(NAMES))) - set(literal_eval(names))
    mine = {"DefaultAzureCredential", "read"}
    assert {one for one in later if not one.startswith("_")} == mine


HOLDS = """
from azure.identity import DefaultAzureCredential
credential = DefaultAzureCredential()
def ask():
    try:
        return credential.get_token("https://storage.azure.com/.default").token[:9]
    except Exception as error:
        return str(error)
print(ask())
"""
FIVE_MINUTES_LATER = """
import time
really = time.time
time.time = lambda: really() + 301
print(ask())
time.time = really
"""


# Situation: program that does not know this package | the user signs out, while the program holds a
# token that is valid for an hour | its next request within 5 minutes | refused, with our sentence |
# sign in: the next request succeeds
def test_an_unmodified_program_notices_a_sign_out_within_five_minutes(
    kernel: LabKernel, lab: Lab, azure: dict[str, Any]
) -> None:
    lab.ask("identity-endpoint", enabled=True)
    kernel.runs_until(IS_SET, "True True")
    assert kernel.run(HOLDS).startswith("eyJ")
    lab.ask("sign-out")
    try:
        assert kernel.run("print(ask())").startswith("eyJ"), "the SDK still holds it"
        assert "You are not signed in to Azure on this Jupyter" in kernel.run(FIVE_MINUTES_LATER)
    finally:
        lab.sign_in(azure["users"][0])
    assert kernel.run(FIVE_MINUTES_LATER).startswith("eyJ")
