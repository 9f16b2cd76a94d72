"""`docs/examples.md`, section by section, on a real kernel, against storage that checks tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.credentials import AccessToken
from azure.storage.blob import BlobServiceClient, ContainerClient

from test.sdks.examples import examples, headings
from test.sdks.models_server import AUDIENCE, ModelsServer
from test.sdks.test_azureml_core import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test.sdks.person import Person
    from test.sdks.signed_in import SignedIn

DOCUMENT = "examples.md"
STORAGE = "https://storage.azure.com/.default"
ALL = headings(DOCUMENT)
CHALLENGED = "When a resource asks for more"

PYODBC = """
import sys, types
given = {}
def connect(*arguments, **options):
    given.update(options)
    raise ConnectionError("no driver")
pyodbc = types.ModuleType("pyodbc")
vars(pyodbc).update(paramstyle="qmark", version="5.5.0", Cursor=object, connect=connect)
pyodbc.Error = type("Error", (Exception,), {})
sys.modules["pyodbc"] = pyodbc
"""
"""Stands in for pyodbc, which does not load without the driver manager of the operating system."""


class Credential:
    """The user's tokens, with which the tests prepare the storage."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.person.token([STORAGE], None), 4_000_000_000)


@pytest.fixture
def data(azure: dict[str, Any], person: Person) -> Iterator[ContainerClient]:
    """A container with one file."""
    url = azure["storage"]["accountUrl"]
    with BlobServiceClient(url, credential=Credential(person)) as service:
        container = service.create_container("data")
        container.upload_blob("trips.csv", "city,distance\nOslo,5\nBern,7\n")
        yield container
        container.delete_container()


@pytest.fixture(scope="module")
def models() -> Iterator[ModelsServer]:
    server = ModelsServer()
    yield server
    server.stop()


def local(code: str, azure: dict[str, Any], models: ModelsServer | None = None) -> str:
    """Return the code with the names of the local Azure."""
    url: str = azure["storage"]["accountUrl"]
    host = url.removeprefix("https://")
    return (
        code.replace("https://<account>.blob.core.windows.net", url)
        .replace('"account_name": "<account>"', f'"account_name": "x", "account_host": "{host}"')
        .replace('account_name="<account>"', f'account_name="x", account_host="{host}"')
        .replace(
            'storage_options("<account>")',
            f'{{**storage_options("local"), "account_host": "{host}"}}',
        )
        .replace(
            'storage_options("<account>", library="deltalake")',
            'storage_options("local", library="deltalake")\n'
            f'options["azure_storage_endpoint"] = "{url}"',
        )
        # It knows no certificate authorities but the operating system's.
        .replace(
            "config=options", 'config=options, client_options={"allow_invalid_certificates": True}'
        )
        .replace("<subscription>", SUBSCRIPTION)
        .replace("https://<resource>.openai.azure.com", models.url if models else "")
    )


@pytest.mark.parametrize("heading", ALL)
def test_works_as_written(
    notebook: SignedIn,
    data: ContainerClient,
    azure: dict[str, Any],
    models: ModelsServer,
    heading: str,
) -> None:
    notebook.says(PYODBC)
    start = examples(DOCUMENT, "")
    for code, printed in start + examples(DOCUMENT, heading):
        assert notebook.says(local(code, azure, models)) == printed


def test_openai_gets_a_token_for_its_audience(
    notebook: SignedIn, azure: dict[str, Any], models: ModelsServer
) -> None:
    models.audiences.clear()
    for code, _ in examples(DOCUMENT, "OpenAI"):
        notebook.says(local(code, azure, models))
    assert models.audiences == [AUDIENCE, AUDIENCE]


def test_each_connection_to_a_database_is_given_a_token(notebook: SignedIn) -> None:
    notebook.says(PYODBC)
    for code, _ in examples(DOCUMENT, "Azure SQL and Fabric"):
        assert notebook.says(code) == ""
    asked = """
for _ in range(2):
    try:
        engine.connect()
    except ConnectionError as error:
        attributes = given.pop("attrs_before")
        print(repr(error), attributes, len(attributes[1256]) > 1000)
"""
    printed = "ConnectionError('no driver') {1256: <Azure token, hidden>} True"
    assert notebook.says(asked) == f"{printed}\n{printed}"
    assert [request["scopes"] for request in notebook.requests] in (
        [],
        [["https://database.windows.net/.default"]],
    )


def test_a_chain_continues_if_no_source_can_answer(notebook: SignedIn) -> None:
    code = """
from azure.core.credentials import AccessToken
from azure.identity import ChainedTokenCredential
class Next:
    def get_token(self, *scopes, **options):
        return AccessToken("of the next", 4_000_000_000)
import logging
kernel = get_ipython().kernel
handler = logging.FileHandler(os.devnull)
handler.setLevel(logging.DEBUG)
kernel.log.addHandler(handler)  # so that no token may come
from jupyter_azure_auth.kernel.attach import tokens
tokens.forget_all()
print(ChainedTokenCredential(JupyterCredential(), Next()).get_token("https://x.azure.com/.default").token)
kernel.log.removeHandler(handler)
"""
    assert notebook.says(code) == "of the next"


def test_a_claims_challenge_reaches_the_authority(
    notebook: SignedIn, azure: dict[str, Any], control: Callable[..., Any]
) -> None:
    control("settings", {"armWantsContext": "c1"})
    for code, printed in examples(DOCUMENT, "") + examples(DOCUMENT, CHALLENGED):
        assert notebook.says(local(code, azure)) == printed
    wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    assert notebook.requests[-1]["claims"].replace(" ", "") == wanted
    logged = [entry["claims"] for entry in control("log") if "claims" in entry]
    assert '"acrs"' in logged[-1]
