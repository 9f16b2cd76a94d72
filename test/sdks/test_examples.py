"""`docs/examples.md`, section by section, on a real kernel, against storage that checks tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.credentials import AccessToken
from azure.storage.blob import BlobServiceClient, ContainerClient

from test.sdks.examples import examples, headings
from test.sdks.test_azureml_core import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test.sdks.person import Person
    from test.sdks.signed_in import SignedIn

DOCUMENT = "examples.md"
STORAGE = "https://storage.azure.com/.default"
ALL = headings(DOCUMENT)
CHALLENGED = "When a resource asks for more"


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


def local(code: str, azure: dict[str, Any]) -> str:
    """Return the code with the names of the local Azure."""
    url: str = azure["storage"]["accountUrl"]
    host = url.removeprefix("https://")
    return (
        code.replace("https://<account>.blob.core.windows.net", url)
        .replace('"account_name": "<account>"', f'"account_name": "x", "account_host": "{host}"')
        .replace('account_name="<account>"', f'account_name="x", account_host="{host}"')
        .replace("<subscription>", SUBSCRIPTION)
    )


@pytest.mark.parametrize("heading", ALL)
def test_works_as_written(
    notebook: SignedIn, data: ContainerClient, azure: dict[str, Any], heading: str
) -> None:
    start = examples(DOCUMENT, "")
    for code, printed in start + examples(DOCUMENT, heading):
        assert notebook.says(local(code, azure)) == printed


def test_a_chain_goes_on_where_nobody_can_answer(notebook: SignedIn) -> None:
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
    told = [entry["claims"] for entry in control("log") if "claims" in entry]
    assert '"acrs"' in told[-1]
