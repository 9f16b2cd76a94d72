"""No output or saved notebook contains a credential's token, on a real kernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import CANARY, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = {
    "last expression": "credential.get_token(scope)",
    "info as last expression": "credential.get_token_info(scope)",
    "inside others": "[{'a': (credential.get_token(scope), credential.get_token_info(scope))}]",
    "print": "print(credential.get_token(scope), f'{credential.get_token_info(scope)!s:>99}')",
    "pprint": "import pprint; pprint.pprint([credential.get_token(scope)])",
    "the credential": "credential",
    "vars": "vars(credential), credential.__dict__, vars(credential.get_token_info(scope))",
    "dir": "[getattr(credential, name) for name in dir(credential)]",
    "pickle": "import pickle; pickle.dumps(credential)",
    "pickled token": "import pickle; pickle.dumps(credential.get_token(scope))",
    "pickled token info": "import pickle; pickle.dumps(credential.get_token_info(scope))",
    "deep copy": "from copy import deepcopy\n"
    "vars(deepcopy(credential)), deepcopy(credential.get_token(scope))",
    "whos": "held = credential.get_token(scope)\n%whos",
    "pinfo": "held = credential.get_token(scope)\nheld?",
    "the module": "import jupyter_azure_auth.kernel.broker as b; vars(b), vars(b.process_broker)",
    "store": "held = credential.get_token(scope)\n%store held",
}


@pytest.mark.parametrize("what", SHOWN)
def test_shows_no_token(notebook: Notebook, scope: str, what: str) -> None:
    cell = notebook.run(f"scope = '{scope}'\nprint(len(credential.get_token(scope).token))")
    notebook.give(notebook.asked())
    assert notebook.output(cell) == str(len(CANARY))
    notebook.idle(notebook.run(SHOWN[what]))
    everything = json.dumps([m["content"] for m in notebook.seen], default=str)
    assert CANARY not in everything


FAILURES = {
    "mismatch": "credential.get_token(scope, claims='{}')",
    "async mismatch": "await other.get_token(scope, claims='{}')",
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_verbose_traceback_shows_no_token(
    fresh: Callable[..., Notebook], scope: str, how: str
) -> None:
    notebook = fresh()
    cell = notebook.run(
        f"%xmode Verbose\nscope = '{scope}'\n"
        "other = jupyter_azure_auth.aio.JupyterCredential(account='ada@example.com')\n"
        "credential = jupyter_azure_auth.JupyterCredential(account='ada@example.com')\n"
        "held = credential.get_token(scope)\nawait other.get_token(scope)"
    )
    notebook.give(notebook.asked())
    notebook.idle(cell)
    cell = notebook.run(FAILURES[how])
    account = {"id": "other.tid", "username": "ada@example.com", "tenant_id": "tid"}
    notebook.give(notebook.asked(), CANARY + "2", account=account)
    assert "[other_identity]" in notebook.output(cell)
    shown = json.dumps([m["content"] for m in notebook.seen])
    assert "Traceback" in shown
    assert CANARY not in shown
