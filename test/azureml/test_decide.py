"""The truth table of the constructor: the identity, the arguments and the decision."""

from __future__ import annotations

from itertools import product

import pytest

from jupyter_azure_auth.azureml.decide import (
    Found,
    NobodyToAsk,
    Place,
    Prompt,
    Source,
    Use,
    Wanted,
    decide,
)

CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"

THERE: dict[str, Found | None] = {
    "nothing": None,
    "session": Found("session", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "saved": Found("saved", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "azure-cli": Found("azure-cli", "bob@contoso.com", CONTOSO, "AzureCloud"),
    "machine": Found("machine", "managed identity", CONTOSO, "AzureCloud"),
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
PLACES: list[Place] = ["page", "terminal", "nowhere"]


@pytest.mark.parametrize("row", ROWS, ids=", ".join)
def test_the_truth_table(row: tuple[str, str, str, str]) -> None:
    there, force, tenant, cloud = row
    wanted = Wanted(force == "forced", TENANTS[tenant], CLOUDS[cloud])
    found = THERE[there]
    told = {place: decide(wanted, found, place) for place in PLACES}
    if row in NO_PROMPT:
        assert found is not None
        assert set(told.values()) == {Use(found.who)}
    else:
        assert told == {
            # The prompt is for the requested tenant and cloud, or for the user's defaults.
            "page": Prompt("page", TENANTS[tenant], CLOUDS[cloud]),
            "terminal": Prompt("terminal", TENANTS[tenant], CLOUDS[cloud]),
            # Never with the identity of the machine.
            "nowhere": NobodyToAsk(),
        }


def test_has_every_row_once() -> None:
    assert len(ROWS) == 5 * 2 * 3 * 3
    assert len(NO_PROMPT) == 16


@pytest.mark.parametrize("source", ["session", "saved", "azure-cli", "machine"])
def test_a_guest_in_that_tenant_is_there(source: Source) -> None:
    guest = Found(source, "ada@contoso.com", FABRIKAM)
    assert decide(Wanted(tenant_id=FABRIKAM), guest, "page") == Use("ada@contoso.com")


def test_an_unknown_tenant_is_not_the_one_wanted() -> None:
    machine = Found("machine", "managed identity")
    assert decide(Wanted(), machine, "nowhere") == Use("managed identity")
    assert decide(Wanted(tenant_id=CONTOSO), machine, "nowhere") == NobodyToAsk()


def test_whoever_was_asked_for_a_domain_is_of_it() -> None:
    found = Found("session", "ada@contoso.com", CONTOSO)
    assert decide(Wanted(tenant_id="contoso.com"), found, "page") == Use("ada@contoso.com")
    capital = Wanted(tenant_id=CONTOSO.upper())
    assert decide(capital, found, "page") == Use("ada@contoso.com")
