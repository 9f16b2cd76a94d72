"""A notebook without a page, on machines with an identity."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient

from test.ambient.host_environments import HostEnvironment
from test.kernel.notebook import kernel_environ

WHO = """
import base64, json
from jupyter_azure_auth import JupyterCredential
body = JupyterCredential().get_token("https://storage.azure.com/.default").token.split(".")[1]
claims = json.loads(base64.urlsafe_b64decode(body + "=="))
print(claims["aud"], claims["oid"])
"""

CONSIDERED = """
from azure.identity import CredentialUnavailableError
from jupyter_azure_auth import JupyterCredential
try:
    JupyterCredential().get_token("https://storage.azure.com/.default")
except CredentialUnavailableError as error:
    print(*str(error).splitlines()[1:], sep="\\n")
"""


def output(code: str, home: Path, environ: dict[str, str]) -> str:
    """Run a cell as papermill does, and return its output."""
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    with mock.patch.dict(os.environ, {**kernel_environ(home), **environ}, clear=True):
        asyncio.run(NotebookClient(notebook, timeout=60).async_execute())
    outputs: list[Any] = notebook.cells[0]["outputs"]
    return "".join(one["text"] for one in outputs if one["output_type"] == "stream")


@pytest.mark.parametrize(("sso", "account"), [(True, "a11ce000"), (False, "5e1f0000")])
def test_a_kernel_gets_the_identity_that_its_server_gets(
    host_environment: HostEnvironment, tmp_path: Path, *, sso: bool, account: str
) -> None:
    host_environment.enter("compute-instance")
    host_environment.hosts.set(singleSignOn=sso)
    assert host_environment.ask().account.id.startswith(f"managed-identity:{account}")
    printed = output(WHO, tmp_path, host_environment.environ)
    assert printed.startswith(f"https://storage.azure.com {account}")


def test_a_kernel_reports_the_candidates(host_environment: HostEnvironment, tmp_path: Path) -> None:
    host_environment.enter("compute-instance")
    host_environment.hosts.set(odd="sso failure")
    printed = output(CONSIDERED, tmp_path, {**host_environment.environ, "PATH": "/nowhere"})
    no_server = "This process was not started by a Jupyter server with jupyter-azure-auth."
    assert printed.splitlines() == [
        f"- Jupyter server: {no_server} (not_offered)",
        f"- managed-identity: {host_environment.refusal().sentence}",
        "- connect-to-azure: IDENTITY_ENDPOINT or MSI_SECRET is set as well: see managed-identity.",
        "- azure-cli: `az` is not on the PATH of this process.",
        "[no_page]",
    ]


UNVERIFIED = """
%load_ext jupyter_azure_auth
from jupyter_azure_auth import JupyterCredential
tenant_id = "fab00000-1111-4222-8333-000000000002"
_ = JupyterCredential(tenant_id=tenant_id).get_token("https://vault.azure.net/.default")
%azure_status
"""


def test_status_says_which_tenants_are_unverified(
    host_environment: HostEnvironment, tmp_path: Path
) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(opaque=True)
    printed = output(UNVERIFIED, tmp_path, host_environment.environ)
    assert printed.splitlines()[-1] == (
        "The tenant of the token for https://vault.azure.net/.default is unverified: the token "
        "cannot be read."
    )


OWN_TENANT = """
import base64, json
from jupyter_azure_auth import InteractiveLoginAuthentication
tenant_id = "c0000000-1111-4222-8333-000000000001"
auth = InteractiveLoginAuthentication(tenant_id=tenant_id)
body = auth.get_token().token.split(".")[1]
print(json.loads(base64.urlsafe_b64decode(body + "=="))["tid"] == tenant_id)
"""


# Situation: compute instance | `InteractiveLoginAuthentication` names the instance's tenant |
# constructor | the machine's token, no prompt | nothing to do
def test_azure_mls_class_uses_the_tenant_of_its_compute_instance(
    host_environment: HostEnvironment, tmp_path: Path
) -> None:
    host_environment.enter("compute-instance")
    assert output(OWN_TENANT, tmp_path, host_environment.environ) == "True\n"
