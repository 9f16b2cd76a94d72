"""The real azureml-core, on a real kernel, against the local Azure Resource Manager."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test.sdks.signed_in import SignedIn

SUBSCRIPTION = "5c000000-1111-4222-8333-00000000000c"
CONTOSO = "c0000000-1111-4222-8333-000000000001"
CONFIG = {
    "subscription_id": SUBSCRIPTION,
    "resource_group": "ml-group",
    "workspace_name": "ml-contoso",
}
V1 = "https://management.core.windows.net//.default"

IMPORTS = "from azureml.core import Workspace\nauth = InteractiveLoginAuthentication()\n"
WORKSPACE = f"Workspace('{SUBSCRIPTION}', 'ml-group', 'ml-contoso', auth=auth)"


def test_is_an_authentication_object_of_azureml(notebook: SignedIn) -> None:
    code = """
from azureml.core import authentication
real = authentication.InteractiveLoginAuthentication
auth = InteractiveLoginAuthentication()
class Mine(InteractiveLoginAuthentication): pass
print(isinstance(auth, real), isinstance(auth, authentication.AbstractAuthentication),
      isinstance(Mine(), real), type(auth).__name__, type(auth).__module__, bool(auth))
"""
    assert notebook.says(code) == (
        "True True True InteractiveLoginAuthentication jupyter_azure_auth True"
    )


def test_loads_azureml_on_first_use_of_its_name(notebook: SignedIn) -> None:
    code = (
        "import subprocess, sys\n"
        "look = 'import sys, jupyter_azure_auth; jupyter_azure_auth.JupyterCredential;'\n"
        "look += \"print({'azureml', 'ipywidgets', 'requests'} & set(sys.modules))\"\n"
        "print(subprocess.run([sys.executable, '-c', look], capture_output=True).stdout.decode())"
    )
    assert notebook.says(code) == "set()"


def test_opens_a_workspace_by_its_names(notebook: SignedIn, control: Callable[..., Any]) -> None:
    said = notebook.says(f"{IMPORTS}ws = {WORKSPACE}\nprint(ws.name, ws.get_details()['location'])")
    assert said == "ml-contoso westeurope"
    asked = [entry for entry in control("log") if entry["kind"] == "arm"]
    assert {entry["user"] for entry in asked} == {"alice@contoso.com"}
    assert {entry["scope"] for entry in asked} == {"https://management.core.windows.net/"}
    # One list of subscriptions serves all clients.
    assert len([entry for entry in asked if entry["path"] == "GET /subscriptions"]) == 1


def test_opens_a_workspace_by_its_config(notebook: SignedIn, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    said = notebook.says(
        f"{IMPORTS}ws = Workspace.from_config(path={str(tmp_path)!r}, auth=auth)\n"
        "print(ws.name, ws.resource_group, ws.subscription_id)"
    )
    assert said == f"ml-contoso ml-group {SUBSCRIPTION}"


@pytest.mark.parametrize("group", ["", ", resource_group='ml-group'"])
def test_lists_workspaces(notebook: SignedIn, group: str) -> None:
    code = f"{IMPORTS}print(list(Workspace.list('{SUBSCRIPTION}', auth=auth{group})))"
    assert notebook.says(code) == "['ml-contoso']"


def test_has_experiments(notebook: SignedIn) -> None:
    # They need a real subclass and make deep copies of it.
    assert notebook.says(f"{IMPORTS}print({WORKSPACE}.experiments)") == "{}"


def test_names_a_subscription_that_does_not_exist(notebook: SignedIn) -> None:
    said = notebook.says(f"{IMPORTS}Workspace('0{SUBSCRIPTION[1:]}', 'g', 'w', auth=auth)")
    assert "UserErrorException" in said
    assert f"You are currently logged-in to {CONTOSO} tenant" in said
    assert "Contoso Research" in said


def test_sessions_and_older_clients_also_get_it(notebook: SignedIn) -> None:
    code = """
auth = InteractiveLoginAuthentication()
url = "https://management.azure.com/subscriptions?api-version=2022-12-01"
print(auth.signed_session().get(url).json()["value"][0]["displayName"])
adal = auth._get_adal_auth_object()
print(adal.signed_session().get(url).status_code, adal.get_token().token == auth._get_arm_token())
"""
    assert notebook.says(code) == "Contoso Research\n200 True"


def test_opaque_tokens_work(notebook: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook.person, "token", lambda _scopes, _claims: "opaque")
    code = """
from jupyter_azure_auth.kernel.attach import tokens
tokens.forget_all()
auth = InteractiveLoginAuthentication()
print(auth.get_authentication_header(), auth.get_token("https://ml.azure.com/.default"))
print(auth._get_adal_auth_object().get_token().expires_on > 0)
tokens.forget_all()
"""
    assert notebook.says(code).split("\n")[-1] == "True"
    assert [asked["scopes"] for asked in notebook.requests] == [
        [V1],
        ["https://ml.azure.com/.default"],
    ]


def test_threads_share_one_request(notebook: SignedIn) -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
auth = InteractiveLoginAuthentication()
with ThreadPoolExecutor(8) as pool:
    print(len(set(pool.map(lambda _: auth._get_arm_token(), range(64)))))
"""
    assert notebook.says(code) == "1"


FAILURES = {
    "InteractiveLoginAuthentication(cloud='Nope')": (
        "UserErrorException",
        "cloud must be one of AzureCloud, AzureChinaCloud, AzureUSGovernment",
    ),
    "InteractiveLoginAuthentication(tenant_id='a/b')": ("UserErrorException", "tenant_id must be"),
}


@pytest.mark.parametrize("call", FAILURES)
def test_raises_azuremls_exceptions(notebook: SignedIn, call: str) -> None:
    name, sentence = FAILURES[call]
    code = f"""
from azureml.exceptions import AuthenticationException, UserErrorException
try:
    {call}
except {name} as error:
    print(error.message)
"""
    assert sentence in notebook.says(code)


def test_not_interactive_is_an_exception_of_both_sdks(notebook: SignedIn) -> None:
    # A program that a cell starts: its terminal belongs to the kernel, and there is no page.
    program = """
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from azureml.exceptions import AuthenticationException
from jupyter_azure_auth import InteractiveLoginAuthentication
try:
    InteractiveLoginAuthentication(force=True)
except AuthenticationException as error:
    both = isinstance(error, (ClientAuthenticationError, CredentialUnavailableError))
    print(both, error.code, error.message)
"""
    code = (
        "import subprocess, sys\n"
        f"print(subprocess.run([sys.executable, '-c', {program!r}], text=True,"
        " capture_output=True).stdout)"
    )
    assert notebook.says(code).startswith("True not_interactive You need to sign in")


def test_fetches_no_metadata_and_changes_no_variable(
    notebook: SignedIn, azure: dict[str, Any]
) -> None:
    """No metadata is fetched, and no variable of the process is changed."""
    code = f"{IMPORTS}before = dict(os.environ)\n{WORKSPACE}\nprint(before == dict(os.environ))"
    assert notebook.says(code) == "True"
