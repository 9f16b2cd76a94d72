"""`%load_ext jupyter_azure_auth.identity`, with the real azure-identity."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import azure.identity
import azure.identity.aio
import pytest
from azure.core.pipeline.transport import AsyncioRequestsTransport

from jupyter_azure_auth import JupyterCredential, aio, identity
from test.kernel.notebook import CANARY, Notebook, error_of
from test.kernel.test_parent_server_cell import SCOPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOTH = [
    (azure.identity, JupyterCredential),
    (azure.identity.aio, aio.JupyterCredential),
]
VARIABLES = ("AZURE_TOKEN_CREDENTIALS", "AZURE_CLIENT_ID", "AZURE_AUTHORITY_HOST")


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    identity.load_ipython_extension(None)
    yield
    identity.unload_ipython_extension(None)


def make(module: Any, **options: Any) -> Any:
    # Without aiohttp, which the oldest environment lacks.
    transport = {} if module is azure.identity else {"transport": AsyncioRequestsTransport()}
    return module.DefaultAzureCredential(**transport, **options)


def chain(module: Any, **options: Any) -> list[Any]:
    return list(make(module, **options).credentials)


def names(module: Any, **options: Any) -> list[str]:
    return [type(one).__name__ for one in chain(module, **options)]


@pytest.mark.parametrize(("module", "kind"), BOTH)
def test_is_first_and_nothing_else_changes(module: Any, kind: type) -> None:
    identity.uninstall()
    before = names(module)
    existing = make(module)
    identity.install()
    first, *_ = chain(module)
    assert isinstance(first, kind)
    assert not first._settings.require_user  # type: ignore[attr-defined]
    assert names(module) == ["JupyterCredential", *before]
    assert [type(one).__name__ for one in existing.credentials] == before
    assert isinstance(pickle.loads(pickle.dumps(first)), kind)  # noqa: S301


@pytest.mark.parametrize(("module", "kind"), BOTH)
def test_is_added_once_however_often_it_is_loaded(module: Any, kind: type) -> None:
    identity.load_ipython_extension(None)
    assert names(module).count("JupyterCredential") == 1
    identity.unload_ipython_extension(None)
    assert "JupyterCredential" not in names(module)
    identity.unload_ipython_extension(None)
    for name in ("__init__", "get_token", "get_token_info"):
        assert getattr(module.DefaultAzureCredential, name).__module__.startswith("azure.identity")


@pytest.mark.parametrize(("module", "kind"), BOTH)
def test_explicit_chains_do_not_change(module: Any, kind: type) -> None:
    given = module.ChainedTokenCredential(module.AzureCliCredential())
    assert [type(one).__name__ for one in given.credentials] == ["AzureCliCredential"]


NO_DEVELOPER = {
    f"exclude_{name}_credential": True
    for name in (
        "shared_token_cache",
        "visual_studio_code",
        "cli",
        "powershell",
        "developer_cli",
        "broker",
    )
}


@pytest.mark.parametrize(("module", "kind"), BOTH)
@pytest.mark.parametrize(
    ("options", "require_user"),
    [
        ({"exclude_cli_credential": True}, True),
        ({"exclude_managed_identity_credential": True}, True),
        ({"managed_identity_client_id": "c"}, True),
        ({"exclude_environment_credential": True}, False),
    ],
)
def test_has_no_ambient_identity_that_is_excluded(
    module: Any,
    kind: type,
    options: dict[str, Any],
    require_user: bool,  # noqa: FBT001 (pytest passes it)
) -> None:
    first = chain(module, **options)[0]
    assert isinstance(first, kind)
    assert first._settings.require_user is require_user  # type: ignore[attr-defined]


@pytest.mark.parametrize(("module", "kind"), BOTH)
def test_is_in_no_chain_that_excludes_developer_credentials(module: Any, kind: type) -> None:
    assert "JupyterCredential" not in names(module, **NO_DEVELOPER)


@pytest.mark.parametrize(("module", "kind"), BOTH)
@pytest.mark.parametrize(
    ("value", "there"),
    [("", True), ("dev", True), (" Dev ", True), ("prod", False), ("AzureCliCredential", False)],
)
def test_respects_azure_token_credentials(
    module: Any,
    kind: type,
    value: str,
    there: bool,  # noqa: FBT001 (likewise)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", value)
    first = chain(module)[0]
    assert isinstance(first, kind) is there
    assert not there or first._settings.require_user is bool(value)


@pytest.mark.parametrize(("module", "kind"), BOTH)
@pytest.mark.parametrize(
    ("authority", "cloud"),
    [
        ("login.microsoftonline.com", "AzureCloud"),
        ("https://login.chinacloudapi.cn/", "AzureChinaCloud"),
        ("login.microsoftonline.us", "AzureUSGovernment"),
        ("https://login.own.example", None),
    ],
)
def test_uses_the_cloud_of_the_authority(
    module: Any, kind: type, authority: str, cloud: str | None
) -> None:
    first = chain(module, authority=authority)[0]
    assert isinstance(first, kind) is (cloud is not None)
    if cloud is not None:
        assert first._settings.cloud == cloud


LOAD = "%load_ext jupyter_azure_auth.identity\nimport azure.identity, azure.identity.aio\n"
SYNC = f"print(azure.identity.DefaultAzureCredential().get_token('{SCOPE}').token)"
INFO = f"print(azure.identity.DefaultAzureCredential().get_token_info('{SCOPE}').token)"
ASYNC = (
    "from azure.core.pipeline.transport import AsyncioRequestsTransport as T\n"
    "made = azure.identity.aio.DefaultAzureCredential(transport=T())\n"
    f"print((await made.get_token('{SCOPE}')).token)"
)


@pytest.fixture
def notebook(fresh: Callable[[], Notebook]) -> Notebook:
    notebook = fresh()
    notebook.idle(notebook.run(LOAD), 30)
    return notebook


def test_a_notebook_gets_its_users_token(notebook: Notebook) -> None:
    cell = notebook.run(SYNC)
    notebook.give(notebook.asked())
    assert notebook.output(cell) == CANARY
    for code in (INFO, ASYNC):
        assert notebook.output(notebook.run(code)) == CANARY
    unload = "%unload_ext jupyter_azure_auth.identity\n"
    seen = "print(type(azure.identity.DefaultAzureCredential().credentials[0]).__name__)"
    assert notebook.output(notebook.run(unload + seen)) == "EnvironmentCredential"


# Situation: `DefaultAzureCredential` with ours first | the user clicks Not now | in a cell | the
# error `denied`, and no other credential is asked | run the cell again
@pytest.mark.parametrize("code", [SYNC, INFO, ASYNC])
def test_a_refusal_ends_the_chain(notebook: Notebook, code: str) -> None:
    cell = notebook.run(code)
    asked = notebook.asked()
    notebook.send(asked["content"]["comm_id"], error_of(asked, "denied"))
    notebook.idle(cell)
    (error,) = [m["content"] for m in notebook.seen if m["msg_type"] == "error"]
    assert error["ename"] == "AzureAuthError"
    assert error["evalue"].endswith("[denied]")
