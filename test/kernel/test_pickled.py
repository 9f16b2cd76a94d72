"""Credentials in processes other than the one that created them, on a machine with an identity."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_azure_auth import JupyterCredential, aio
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from test.kernel.fake_server import MACHINE, FakeServer
from test.kernel.notebook import CANARY, Notebook, kernel_environ
from test.programs import run_program

ASKER = """
def ask(credential, scope):
    from jupyter_azure_auth import JupyterCredential
    try:
        return (credential or JupyterCredential()).get_token(scope).token
    except Exception as error:
        return error.code
"""

SETUP = """
import multiprocessing, os, sys
sys.path.insert(0, {home!r})
os.environ["IDENTITY_ENDPOINT"] = "http://127.0.0.1:{port}/token"
os.environ["IDENTITY_HEADER"] = "header"
import asker
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()
"""

POOL = """
with multiprocessing.get_context("{method}").Pool(1) as pool:
    said = [pool.apply(asker.ask, [one, "{scope}"]) for one in (credential, None)]
"""

LOKY = """
import loky
with loky.ProcessPoolExecutor(1) as pool:
    said = [pool.submit(asker.ask, one, "{scope}").result(60) for one in (credential, None)]
"""

DASK = """
from dask.distributed import Client, LocalCluster
with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
    with Client(cluster) as client:
        sent = [client.submit(asker.ask, one, "{scope}", pure=False) for one in (credential, None)]
        said = [future.result(60) for future in sent]
"""

WAYS = {
    "spawn": POOL,
    "forkserver": POOL,
    "loky": LOKY,
    "dask": DASK,
}


@pytest.fixture
def machine() -> Iterator[FakeServer]:
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


# Situation: credential that is bound to a user | pickled to a child, a loky or a Dask worker |
# first token there, on a machine with an identity | sign_in_unreachable, never the machine's |
# get the data in the notebook, or create a new credential there
@pytest.mark.parametrize("way", WAYS)
def test_a_users_credential_never_becomes_the_machine_elsewhere(
    fresh: Callable[..., Notebook], scope: str, tmp_path: Path, machine: FakeServer, way: str
) -> None:
    (tmp_path / "asker.py").write_text(ASKER)
    notebook = fresh(setup=SETUP.format(home=str(tmp_path), port=machine.port))
    cell = notebook.run(f"print(credential.get_token('{scope}').token)")
    notebook.give(notebook.asked())
    assert notebook.output(cell) == CANARY
    code = WAYS[way].format(method=way, scope=scope)
    # In another cell, because the pools may warn of a slow machine in theirs.
    notebook.idle(notebook.run(code), 120)
    elsewhere, new = notebook.output(notebook.run("print(*said)")).split()
    assert elsewhere == "sign_in_unreachable"
    assert new == MACHINE, "a new credential may be the machine there"


# Situation: Azure ML's class that is bound to a user | pickled to a child | first token there,
# on a machine with an identity | sign_in_unreachable, never the machine's | as above
def test_a_users_azure_ml_class_is_never_the_machine_elsewhere(
    fresh: Callable[..., Notebook], scope: str, tmp_path: Path, machine: FakeServer
) -> None:
    (tmp_path / "asker.py").write_text(ASKER)
    notebook = fresh(setup=SETUP.format(home=str(tmp_path), port=machine.port))
    cell = notebook.run(
        "from jupyter_azure_auth import InteractiveLoginAuthentication\n"
        "credential = InteractiveLoginAuthentication()"
    )
    notebook.give(notebook.asked())
    notebook.idle(cell)
    notebook.idle(notebook.run(POOL.format(method="spawn", scope=scope)), 120)
    said = notebook.output(notebook.run("print(*said)"))
    assert said.split() == ["sign_in_unreachable", MACHINE]


@pytest.mark.parametrize("kind", [JupyterCredential, aio.JupyterCredential])
def test_a_copy_keeps_the_identity_until_the_user_signs_out(
    kind: type[JupyterCredential],
) -> None:
    credential = kind()
    credential._binding.bind(Identity("ada.tid"), "page", tokens.epoch)
    for other in (pickle.loads(pickle.dumps(credential)), copy.deepcopy(credential)):  # noqa: S301
        assert (other._binding.identity, other._identity) == ("ada.tid", "ada.tid")
        assert other._binding.origin == "page"
    tokens.forget_all()
    other = pickle.loads(pickle.dumps(credential))  # noqa: S301
    assert (other._binding.identity, other._identity) == (None, None)


def test_a_pickle_contains_no_token_and_no_name() -> None:
    credential = JupyterCredential()
    request = TokenRequest(("https://pickled.example/.default",))
    tokens.put(request, IssuedToken(CANARY, 4_000_000_000, Identity("ada.tid")))
    assert credential.get_token(*request.scopes).token == CANARY
    sent = pickle.dumps(credential)
    assert CANARY.encode() not in sent
    assert b"ada.tid" in sent
    tokens.forget_all()


SCRIPT = """
import multiprocessing, sys
from asker import ask
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        print(pool.apply(ask, [None, "https://storage.azure.com/.default"]))
"""


# Situation: plain script | no identity on this machine | first token in a child process |
# no_kernel, without mention of a child process | az login
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_scripts_child_is_not_treated_as_a_kernels_child(tmp_path: Path, method: str) -> None:
    (tmp_path / "asker.py").write_text(ASKER)
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py"), method]
    done = run_program(command, env=kernel_environ(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, "no_kernel"), done.stderr
