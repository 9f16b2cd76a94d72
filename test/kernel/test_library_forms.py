"""Tokens in the forms that libraries take, and the names of what they are for."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import struct
from typing import TYPE_CHECKING, Any

import pytest

import jupyter_azure_auth
from jupyter_azure_auth import (
    JupyterCredential,
    aio,
    bearer_token_provider,
    odbc_attributes,
    storage_options,
)
from jupyter_azure_auth._clouds import CLOUDS
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.audiences import NAMES, scope_of
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from test.kernel.notebook import CANARY

if TYPE_CHECKING:
    from collections.abc import Iterator

CHINA = "AzureChinaCloud"
OPENAI = "https://cognitiveservices.azure.com/.default"
STORAGE = "https://storage.azure.com/.default"
SQL = "https://database.windows.net/.default"


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AZURE_AUTHORITY_HOST", "AZUREML_CURRENT_CLOUD"):
        monkeypatch.delenv(name, raising=False)
    for scope in (OPENAI, STORAGE, SQL):
        give(scope)
    yield
    tokens.forget_all()


def give(scope: str, cloud: str | None = None) -> None:
    token = IssuedToken(CANARY, 4_000_000_000, Identity("ada.tid"))
    tokens.put(TokenRequest((scope,), None, cloud), token)


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("name", NAMES)
def test_names_have_a_scope_in_each_cloud(name: str, cloud: str) -> None:
    scope = scope_of(name, cloud)
    assert scope.startswith("https://")
    assert scope.endswith("/.default")
    assert "//.default" not in scope
    own_names = {scope_of(name, other) for other in CLOUDS}
    assert len(own_names) == (1 if name == "storage" else len(CLOUDS))
    domains = {"AzureChinaCloud": ".cn/", "AzureUSGovernment": (".us/", "usgovcloudapi.net/")}
    if name != "storage" and cloud in domains:
        suffixes = domains[cloud]
        assert any(end in scope for end in ([suffixes] if isinstance(suffixes, str) else suffixes))


@pytest.mark.parametrize(
    "scope",
    [
        STORAGE,
        "https://x.example",
        "api://x/y",
        "499b84ac-1321-427f-aa17-267ca6975798",
        "a/.default",
    ],
)
def test_a_scope_stands_for_itself(scope: str) -> None:
    assert scope_of(scope, "a cloud of its own") == scope


def test_names_follow_the_cloud_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scope_of("SQL") == SQL
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://login.chinacloudapi.cn/")
    assert scope_of("sql") == scope_of("sql", CHINA)
    assert scope_of("sql", "AzureCloud") == SQL
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://login.own.example/")
    with pytest.raises(ValueError, match="cloud"):
        scope_of("sql")


@pytest.mark.parametrize(
    ("name", "cloud"), [("blob", None), ("sql", "AzureGermanCloud"), ("", None)]
)
def test_the_error_lists_the_known_names(name: str, cloud: str | None) -> None:
    with pytest.raises(ValueError, match=r"keyvault|AzureUSGovernment"):
        scope_of(name, cloud)


def test_a_provider_returns_the_token_and_hides_it() -> None:
    provider = bearer_token_provider("openai")
    token = provider()
    assert isinstance(token, str)
    assert f"Bearer {token}" == f"Bearer {CANARY}"
    assert CANARY not in repr(provider) + repr(token) + repr([token])
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(token)


@pytest.mark.parametrize("provide", [bearer_token_provider, aio.bearer_token_provider])
def test_a_provider_is_pickled_without_its_token(provide: Any) -> None:
    credential_of = {bearer_token_provider: JupyterCredential}.get(provide, aio.JupyterCredential)
    provider = provide("openai", credential=credential_of(require_user=True))
    first = provider()
    assert (first if isinstance(first, str) else asyncio.run(first)) == CANARY
    sent = pickle.dumps(provider)
    assert CANARY.encode() not in sent
    for other in (pickle.loads(sent), copy.deepcopy(provider)):  # noqa: S301
        assert repr(other) == repr(provider)
        again = other()
        assert (again if isinstance(again, str) else asyncio.run(again)) == CANARY


def test_a_provider_uses_the_cloud_of_its_credential() -> None:
    scope = scope_of("openai", CHINA)
    give(scope, CHINA)
    assert bearer_token_provider("openai", cloud=CHINA)() == CANARY
    assert bearer_token_provider("openai", credential=JupyterCredential(cloud=CHINA))() == CANARY


def test_an_odbc_attribute_is_the_length_and_the_token_in_utf_16() -> None:
    attributes = odbc_attributes()
    assert CANARY not in repr(attributes)
    ((attribute, value),) = attributes.items()
    assert (attribute, isinstance(value, bytes)) == (1256, True)
    (length,) = struct.unpack_from("<I", value)
    assert (length, value[4:].decode("utf-16-le")) == (len(value) - 4, CANARY)
    assert copy.deepcopy(attributes) == attributes
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(attributes)


def test_storage_options_for_fsspec_hold_a_credential_and_no_token() -> None:
    options = storage_options("contoso")
    assert options["account_name"] == "contoso"
    assert options["account_host"] == "contoso.blob.core.windows.net"
    assert isinstance(options["credential"], aio.JupyterCredential)
    assert CANARY.encode() not in pickle.dumps(options)
    credential = JupyterCredential(cloud=CHINA)
    options = storage_options("contoso", credential=credential)
    assert options["credential"] is credential
    assert options["account_host"] == "contoso.blob.core.chinacloudapi.cn"


@pytest.mark.parametrize("library", ["deltalake", "polars"])
def test_storage_options_of_text_hide_their_token(library: Any) -> None:
    options = storage_options("contoso", library=library)
    assert options == {
        "azure_storage_account_name": "contoso",
        "azure_storage_endpoint": "https://contoso.blob.core.windows.net",
        "azure_storage_token": CANARY,
    }
    assert CANARY not in repr(options)
    assert json.loads(json.dumps(options)) == options, "plain text for its sender"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(options)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("account", {"account": "x.blob.core"}),
        ("library", {"library": "duckdb"}),
        ("credential", {"credential": aio.JupyterCredential(), "library": "polars"}),
    ],
)
def test_says_what_is_wrong_with_an_argument(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        storage_options(**{"account": "contoso", **arguments})


def test_all_names_are_there() -> None:
    for name in jupyter_azure_auth.__all__:
        assert getattr(jupyter_azure_auth, name).__module__.startswith("jupyter_azure_auth")
