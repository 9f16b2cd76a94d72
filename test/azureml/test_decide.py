"""The truth table of the constructor: the identity, the arguments and the decision."""

from __future__ import annotations

from itertools import product

import pytest

from jupyter_azure_auth.azureml.sign_in import (
    ExistingSignIn,
    NoPromptTarget,
    Prompt,
    PromptTarget,
    SignInRequest,
    SignInSource,
    UseExisting,
    decide,
)

CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"

THERE: dict[str, ExistingSignIn | None] = {
    "nothing": None,
    "session": ExistingSignIn("session", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "saved": ExistingSignIn("saved", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "azure-cli": ExistingSignIn("azure-cli", "bob@contoso.com", CONTOSO, "AzureCloud"),
    "machine": ExistingSignIn("machine", "managed identity", CONTOSO, "AzureCloud"),
}
TENANTS = {"none": None, "same": CONTOSO, "other": FABRIKAM}
CLOUDS = {"none": None, "same": "AzureCloud", "other": "AzureChinaCloud"}

NO_PROMPT = {
    (there, "not forced", tenant, cloud)
    for there in ("session", "saved", "azure-cli", "machine")
    for tenant in ("none", "same")
    for cloud in ("none", "same")
}
"""The rows without a prompt; all other rows have one."""

ROWS = list(product(THERE, ("not forced", "forced"), TENANTS, CLOUDS))
PLACES: list[PromptTarget] = ["page", "terminal", "nowhere"]


@pytest.mark.parametrize("row", ROWS, ids=", ".join)
def test_the_truth_table(row: tuple[str, str, str, str]) -> None:
    there, force, tenant, cloud = row
    wanted = SignInRequest(force == "forced", TENANTS[tenant], CLOUDS[cloud])
    found = THERE[there]
    outcomes = {place: decide(wanted, found, place) for place in PLACES}
    if row in NO_PROMPT:
        assert found is not None
        assert set(outcomes.values()) == {UseExisting(found.username)}
    else:
        assert outcomes == {
            # The prompt is for the requested tenant and cloud, or for the user's defaults.
            "page": Prompt("page", TENANTS[tenant], CLOUDS[cloud]),
            "terminal": Prompt("terminal", TENANTS[tenant], CLOUDS[cloud]),
            # Never with the identity of the machine.
            "nowhere": NoPromptTarget(),
        }


def test_has_every_row_once() -> None:
    assert len(ROWS) == 5 * 2 * 3 * 3
    assert len(NO_PROMPT) == 16


@pytest.mark.parametrize("source", ["session", "saved", "azure-cli", "machine"])
def test_a_guest_in_that_tenant_is_there(source: SignInSource) -> None:
    guest = ExistingSignIn(source, "ada@contoso.com", FABRIKAM)
    assert decide(SignInRequest(tenant_id=FABRIKAM), guest, "page") == UseExisting(
        "ada@contoso.com"
    )


def test_an_unknown_tenant_is_not_the_one_wanted() -> None:
    machine = ExistingSignIn("machine", "managed identity")
    assert decide(SignInRequest(), machine, "nowhere") == UseExisting("managed identity")
    assert decide(SignInRequest(tenant_id=CONTOSO), machine, "nowhere") == NoPromptTarget()


def test_the_account_asked_for_by_domain_belongs_to_it() -> None:
    found = ExistingSignIn("session", "ada@contoso.com", CONTOSO)
    assert decide(SignInRequest(tenant_id="contoso.com"), found, "page") == UseExisting(
        "ada@contoso.com"
    )
    capital = SignInRequest(tenant_id=CONTOSO.upper())
    assert decide(capital, found, "page") == UseExisting("ada@contoso.com")
