"""The class on a real kernel without azureml-core."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth.azureml.sign_in import COMPLETED_MESSAGE, STARTED_MESSAGE
from test.kernel.notebook import CANARY, Notebook, error_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETUP = """
import os
from jupyter_azure_auth import InteractiveLoginAuthentication
from jupyter_azure_auth.kernel.attach import tokens
"""
ARM = "https://management.core.windows.net//.default"
CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"
AZ = '#!/bin/sh\necho \'{"accessToken": "CANARY-az", "expires_on": 4000000000}\'\n'
PROFILE = {"subscriptions": [{"user": {"name": "bob"}, "tenantId": CONTOSO, "isDefault": True}]}


@pytest.fixture
def page(notebook: Notebook) -> Notebook:
    """The shared kernel without tokens."""
    notebook.idle(notebook.run(SETUP + "tokens.forget_all()"))
    notebook.seen.clear()
    return notebook


def account(tenant: str) -> dict[str, Any]:
    return {"account": {"id": "oid.tid", "username": "ada@contoso.com", "tenant_id": tenant}}


def test_an_existing_sign_in_is_used_without_a_prompt(page: Notebook) -> None:
    cell = page.run(
        "auth = InteractiveLoginAuthentication()\nheader = auth.get_authentication_header()\n"
        f"print(header['Authorization'] == 'Bearer {CANARY}', header is not "
        "auth.get_authentication_header(), header)"
    )
    asked = page.asked()
    wire = asked["content"]["data"]
    assert (wire["scopes"], wire["interactive"]) == ([ARM], False)
    # No cloud is named, so JupyterLab's cloud is used.
    assert not {"cloud", "tenant_id", "prompt"} & set(wire)
    page.give(asked)
    assert page.output(cell) == "True True {'Authorization': <Azure token, hidden>}"
    assert page.kinds_asked() == ["token"]


def test_otherwise_it_prompts_and_says_so(page: Notebook) -> None:
    cell = page.run("auth = InteractiveLoginAuthentication()")
    asked = page.asked()
    page.send(asked["content"]["comm_id"], error_of(asked, "sign_in_required"))
    asked = page.asked()
    wire = asked["content"]["data"]
    assert (wire["prompt"], wire.get("interactive", True)) == (True, True)
    page.answer(asked, "pending", reason="sign_in")
    page.give(asked, prompted=True)
    assert page.output(cell) == f"{STARTED_MESSAGE}\n{COMPLETED_MESSAGE}"


def test_force_prompts_at_once_even_if_a_user_is_signed_in(page: Notebook) -> None:
    cell = page.run("auth = InteractiveLoginAuthentication()")
    page.give(page.asked())
    page.idle(cell)
    cell = page.run("auth = InteractiveLoginAuthentication(force=True)")
    asked = page.asked()
    assert asked["content"]["data"]["prompt"] is True
    page.give(asked, prompted=True)
    assert page.output(cell) == f"{STARTED_MESSAGE}\n{COMPLETED_MESSAGE}"


def test_a_cancelled_sign_in_is_an_exception_without_a_token(page: Notebook) -> None:
    cell = page.run("%xmode Verbose\nauth = InteractiveLoginAuthentication(force=True)")
    asked = page.asked()
    page.send(asked["content"]["comm_id"], error_of(asked, "cancelled"))
    printed = page.output(cell)
    assert "AuthenticationException: The sign-in to Azure was cancelled." in printed
    assert COMPLETED_MESSAGE not in printed


def test_a_guest_sign_in_is_used_and_another_tenant_leads_to_a_sign_in(page: Notebook) -> None:
    cell = page.run(f"InteractiveLoginAuthentication(tenant_id='{FABRIKAM}')")
    page.give(page.asked(), **account(FABRIKAM))
    assert STARTED_MESSAGE not in page.output(cell)
    cell = page.run(f"InteractiveLoginAuthentication(tenant_id='{CONTOSO}')")
    page.give(page.asked(), **account(FABRIKAM))
    asked = page.asked()
    wire = asked["content"]["data"]
    assert (wire["tenant_id"], wire["prompt"]) == (CONTOSO, True)
    page.give(asked, prompted=True, **account(CONTOSO))
    assert STARTED_MESSAGE in page.output(cell)


def test_a_later_sign_in_keeps_cloud_and_tenant(page: Notebook) -> None:
    cell = page.run(
        f"auth = InteractiveLoginAuthentication(tenant_id='{CONTOSO}', cloud='AzureChinaCloud')"
    )
    page.give(page.asked(), **account(CONTOSO))
    page.idle(cell)
    cell = page.run("tokens.forget_all()\nprint(auth.get_token().token, auth._tenant_id)")
    asked = page.asked()
    wire = asked["content"]["data"]
    assert (wire["tenant_id"], wire["cloud"]) == (CONTOSO, "AzureChinaCloud")
    assert wire["scopes"] == ["https://management.core.chinacloudapi.cn//.default"]
    page.give(asked, "CANARY-later", **account(CONTOSO))
    assert page.output(cell) == f"CANARY-later {CONTOSO}"


SCOPES = {
    "auth.get_token('https://storage.azure.com/.default')": "https://storage.azure.com/.default",
    "auth._get_graph_token()": "https://graph.windows.net//.default",
    "auth._get_azureml_client_token()": "https://ml.azure.com/.default",
    "auth._get_azureml_client_authentication_header()": "https://ml.azure.com/.default",
    "auth._get_resource_token('https://x.azure.com/')": "https://x.azure.com//.default",
    "auth.get_token_info('https://vault.azure.net/.default')": "https://vault.azure.net/.default",
}


@pytest.mark.parametrize("call", SCOPES)
def test_tokens_are_for_the_requested_resource(page: Notebook, call: str) -> None:
    cell = page.run(f"auth = InteractiveLoginAuthentication()\nresult = {call}\nresult")
    page.give(page.asked())
    asked = page.asked()
    assert asked["content"]["data"]["scopes"] == [SCOPES[call]]
    page.give(asked, CANARY + "2")
    assert "Azure token, hidden" in page.output(cell)
    assert CANARY not in json.dumps([m["content"] for m in page.seen], default=str)


SHOWN = {
    "the header": "auth.get_authentication_header()",
    "its value": "auth.get_authentication_header()['Authorization']",
    "the object": "auth",
    "vars": "vars(auth), auth.__dict__",
    "dir": "[getattr(auth, name) for name in dir(auth)]",
    "arm token": "auth._get_arm_token()",
    "pickle": "import pickle; pickle.dumps(auth)",
    "copies": "import copy; copy.copy(auth) is copy.deepcopy(auth) is auth",
    "session": "auth.signed_session().headers",
    "pickled session": "import pickle; pickle.dumps(auth.signed_session())",
    "whos": "held = auth.get_authentication_header()\n%whos",
}


@pytest.mark.parametrize("what", SHOWN)
def test_shows_no_token(page: Notebook, what: str) -> None:
    cell = page.run("auth = InteractiveLoginAuthentication()")
    page.give(page.asked())
    page.idle(cell)
    page.idle(page.run(SHOWN[what]))
    assert CANARY not in json.dumps([m["content"] for m in page.seen], default=str)


def test_an_unpickled_copy_prompts_when_it_is_used(page: Notebook) -> None:
    cell = page.run(
        f"import pickle\nauth = InteractiveLoginAuthentication(tenant_id='{CONTOSO}')\n"
        "auth = pickle.loads(pickle.dumps(auth))\nprint(auth)\ntokens.forget_all()\n"
        "print(auth.get_token().token)"
    )
    page.give(page.asked(), **account(CONTOSO))
    page.give(page.asked(), "CANARY-copy", **account(CONTOSO))
    assert page.output(cell).split("\n") == [
        f"InteractiveLoginAuthentication(tenant_id='{CONTOSO}', cloud='AzureCloud')",
        "CANARY-copy",
    ]


def test_without_a_page_the_azure_cli_is_used_unless_forced(
    fresh: Callable[..., Notebook], tmp_path: Path
) -> None:
    (tmp_path / "az").write_text(AZ)
    (tmp_path / "az").chmod(0o755)
    (tmp_path / "azureProfile.json").write_text(json.dumps(PROFILE))
    here = f"os.environ.update(AZURE_CONFIG_DIR='{tmp_path}', PATH='{tmp_path}:/usr/bin:/bin')\n"
    notebook = fresh(setup=SETUP + here)
    cell = notebook.run("print(InteractiveLoginAuthentication().get_token().token)")
    assert notebook.output(cell) == "CANARY-az"
    cell = notebook.run("InteractiveLoginAuthentication(force=True)")
    said = notebook.output(cell)
    assert "NoAnswerException: No JupyterLab page answered" in said


def test_wrong_arguments_are_refused_before_any_request(page: Notebook) -> None:
    for arguments, sentence in {
        "cloud='Nope'": "cloud must be one of AzureCloud, AzureChinaCloud, AzureUSGovernment",
        "tenant_id='a/b'": "tenant_id must be the tenant's id",
        "tenant_id=123": "tenant_id must be the tenant's id",
    }.items():
        said = page.output(page.run(f"InteractiveLoginAuthentication({arguments})"))
        assert f"UserErrorException: {sentence}" in said
    assert page.kinds_asked() == []
