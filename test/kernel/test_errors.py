from __future__ import annotations

import copy
import os
import pickle
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from azure.storage.blob import BlobServiceClient
from azure.storage.blob._shared.authentication import AzureSigningError

from jupyter_azure_auth.errors import ERRORS, describe, exception
from jupyter_azure_auth.kernel.exceptions import AzureAuthError
from jupyter_azure_auth.kernel.protocol import Refusal, parse_answer

WIRE = """sign_in_required consent_required cancelled denied signed_out unsupported_version
  unknown_kind invalid_message wrong_tenant unavailable failed"""


def test_every_code_of_the_wire_is_known() -> None:
    assert set(WIRE.split()) < set(ERRORS)


@pytest.mark.parametrize("code", [*ERRORS, "from a later version"])
def test_every_code_becomes_the_exception_that_chains_expect(code: str) -> None:
    error = exception(Refusal(code))
    known = ERRORS.get(code)
    assert isinstance(error, ClientAuthenticationError)
    unavailable = known is not None and known.unavailable
    assert isinstance(error, CredentialUnavailableError) is unavailable
    assert error.code == code
    assert str(error).endswith(f"[{code}]")
    if known:
        assert known.sentence in str(error)
        assert known.remedy in str(error)


def test_the_pages_text_comes_first() -> None:
    assert describe(Refusal("denied", "Not you.", "Ask Ada.")) == "Not you. Ask Ada. [denied]"


def test_each_candidate_has_its_own_line() -> None:
    text = describe(
        Refusal("no_page", "No.", "Do.", candidates=("azure-cli: eyJhbGciOiJub25l", "b"))
    )
    assert text == "No. Do.\n- azure-cli: [hidden]\n- b\n[no_page]"


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJub25lIn0.eyJvaWQiOiIxIn0.c2ln",
        "https://localhost/?code=0.AXoA-secret&state=s3cret",
        '"refresh_token": "0.AXoA-secret"',
        "Authorization: Bearer s3cret",
    ],
)
def test_a_secret_in_the_pages_text_is_hidden(secret: str) -> None:
    text = describe(Refusal("failed", f"AADSTS50011: {secret}"))
    assert "AADSTS50011" in text
    assert not any(part in text for part in ("secret", "s3cret", "eyJ", "c2ln"))


def test_the_challenge_in_the_azure_clis_command_is_not_treated_as_a_token() -> None:
    command = "az login --claims-challenge eyJhY2Nlc3NfdG9rZW4iOnt9fQ== --scope s"
    assert command in describe(Refusal("no_page", candidates=(command,)))
    token = "az login --claims-challenge eyJhbGciOiJub25lIn0.eyJvaWQiOiIxIn0.c2ln"
    assert "eyJ" not in describe(Refusal("no_page", candidates=(token,)))


def test_errors_cross_processes() -> None:
    error = pickle.loads(pickle.dumps(exception(Refusal("denied"))))  # noqa: S301 (our own)
    assert error.code == "denied"


@pytest.mark.parametrize("code", ["denied", "no_page"])
def test_an_error_made_while_another_is_handled_crosses_processes(code: str) -> None:
    try:
        os.environ["AZURE_CORE_KEEPS_THIS_TRACEBACK"]
    except KeyError:
        error = exception(Refusal(code))
    again = pickle.loads(pickle.dumps(copy.copy(error)))  # noqa: S301 (our own)
    assert (type(again), str(again), again.code) == (type(error), str(error), code)


READ = """
import pickle, sys
error = pickle.loads(bytes.fromhex(sys.argv[1]))
from jupyter_azure_auth.kernel.exceptions import AzureAuthError
assert isinstance(error, AzureAuthError)
print(type(error).__name__, error.code, type(error) is AzureAuthError)
"""


def test_a_storage_clients_error_can_be_unpickled_without_the_client() -> None:
    error = exception(Refusal("denied"))
    assert isinstance(error, AzureSigningError)
    assert isinstance(error, AzureAuthError)
    assert type(error).__name__ == "AzureAuthError"
    command = [sys.executable, "-c", READ, pickle.dumps(error).hex()]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["AzureAuthError", "denied", "True"]


def test_an_error_from_elsewhere_is_not_retried_here() -> None:
    plain = AzureAuthError("No. [denied]", "denied")
    assert isinstance(pickle.loads(pickle.dumps(plain)), AzureSigningError)  # noqa: S301


def test_one_packages_error_may_derive_from_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = type("AzureSigningError", (AzureSigningError,), {})
    name = "azure.storage.later._shared.authentication"
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(AzureSigningError=derived))
    error = exception(Refusal("denied"))
    assert isinstance(error, derived)
    assert isinstance(error, AzureAuthError)


# Situation: storage client | the user clicks Not now | in a script or cell | the error `denied`
# after one request, with its unchanged text | run the cell again
def test_a_storage_client_neither_retries_nor_rewords_a_refusal() -> None:
    asked = []

    class Refusing:
        def get_token(self, *scopes: str, **_: object) -> AccessToken:
            asked.append(scopes)
            raise exception(Refusal("denied"))

    client = BlobServiceClient("https://account.blob.core.windows.net", Refusing())
    with pytest.raises(AzureAuthError) as caught:
        client.get_account_information()
    assert len(asked) == 1
    assert caught.value.message == str(caught.value) == describe(Refusal("denied"))


def test_a_cell_shows_only_the_most_specific_code() -> None:
    answer = {"kind": "error", "code": "unavailable", "message": "Signing in is not set up yet."}
    for detail in ("not_configured", "AADSTS50105"):
        refusal = parse_answer({**answer, "request_id": "r", "detail": detail}, "r")
        assert isinstance(refusal, Refusal)
        error = exception(refusal)
        assert re.findall(r"[\[(](\w+)[\])]", str(error)) == [detail]
        assert error.code == "unavailable"


@pytest.mark.parametrize("detail", ["eyJhbGciOi.x", "two words", "", "x" * 65, 7, None])
def test_a_code_that_is_not_a_word_is_not_shown(detail: object) -> None:
    answer = {"request_id": "r", "kind": "error", "code": "failed", "message": "m"}
    refusal = parse_answer({**answer, "detail": detail}, "r")
    assert isinstance(refusal, Refusal)
    assert describe(refusal).endswith("[failed]")


def test_the_line_for_an_administrator_contains_only_ids_and_the_time() -> None:
    trace = {
        "time": "2026-11-28T14:05:52Z",
        "client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "tenant_id": "contoso.com",
        "correlation_id": "0f0e0d0c-1111-2222-3333-444455556666",
        "claims": '{"access_token": {}}',
    }
    answer = {"request_id": "r", "kind": "error", "code": "failed", "message": "No."}
    refusal = parse_answer({**answer, "detail": "AADSTS53003", "trace": trace}, "r")
    assert isinstance(refusal, Refusal)
    _, line, code = describe(refusal).splitlines()
    assert code == "[AADSTS53003]"
    assert line == (
        "For your administrator: correlation ID 0f0e0d0c-1111-2222-3333-444455556666, "
        "time 2026-11-28T14:05:52Z, app ID 04b07795-8ddb-461a-bbee-02f9e1bf7b46, "
        "tenant contoso.com"
    )
    odd: object
    for odd in ({**trace, "tenant_id": "a b <c>", "correlation_id": "x" * 300}, [], "x", None):
        told = parse_answer({**answer, "trace": odd}, "r")
        assert isinstance(told, Refusal)
        assert "<c>" not in describe(told)
        assert "xxx" not in describe(told)
