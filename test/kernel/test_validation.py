"""What a value can be; ``test/unit/auth/validation.spec.ts`` reads the same cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_azure_auth import _validation
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth._validation import (
    are_scopes,
    is_claims,
    is_name,
    is_one_resource,
    is_tenant,
    resource_of,
    with_permission,
)
from jupyter_azure_auth.kernel.settings import check_claims, check_name, check_scopes, check_tenant
from jupyter_azure_auth.server.config import AzureAuthConfig, check_config
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import APIError

FOLDER = Path(__file__).parents[1] / "cases"
CASES = json.loads((FOLDER / "scopes.json").read_text())
EXAMPLES = json.loads((FOLDER / "validation.json").read_text())
RULES = json.loads(Path(_validation.__file__).with_name("validation.json").read_text())

CHECKS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], None], str]] = {
    "tenant": (is_tenant, check_tenant, "tenant_id"),
    "scopes": (lambda value: are_scopes(value) and is_one_resource(value), check_scopes, "scopes"),
    "claims": (is_claims, check_claims, "claims"),
    "name": (is_name, partial(check_name, "account"), "account"),
}


def examples(kind: str) -> list[tuple[str, Any]]:
    return [(name, value) for name, kinds in EXAMPLES.items() for value in kinds[kind]]


def shown(value: object) -> str:
    return ascii(value)[:40]


def outcomes(name: str, value: Any) -> set[bool]:
    """Return what the kernel, the server and its configuration say of a value."""
    is_valid, check, field = CHECKS[name]
    found = {
        is_valid(value),
        passes(lambda: check(value)),
        passes(lambda: read_token_request({"scopes": ["User.Read"], field: value})),
    }
    if name == "tenant":
        found.add(passes(lambda: check_config(AzureAuthConfig(tenant_id=value))))
    return found


@pytest.mark.parametrize(("name", "value"), examples("valid"), ids=shown)
def test_kernel_server_and_administrator_can_use_it(name: str, value: Any) -> None:
    assert outcomes(name, value) == {True}


@pytest.mark.parametrize(("name", "value"), examples("invalid"), ids=shown)
def test_all_of_them_refuse_it(name: str, value: Any) -> None:
    assert outcomes(name, value) == {False}


def passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except (ValueError, APIError):
        return False
    return True


def test_the_documented_patterns_are_these() -> None:
    text = (FOLDER.parents[1] / "docs/dev/openapi.yaml").read_text()
    schemas = yaml.safe_load(text)["components"]["schemas"]
    names = "|".join(RULES["unrestricted_tenants"])
    tenant, scopes, claims = schemas["Tenant"], schemas["Scopes"], schemas["Claims"]
    assert tenant["pattern"] == f"^({RULES['guid']}|{RULES['domain']}|{names})$"
    assert tenant["maxLength"] == RULES["max_domain_length"]
    assert scopes["items"]["pattern"] == f"^{RULES['scope']}$"
    assert (scopes["maxItems"], claims["maxLength"]) == (
        RULES["max_scopes"],
        RULES["max_claims_length"],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["scope"])
def test_the_resource_of_a_scope(case: dict[str, str]) -> None:
    scope, resource = case["scope"], case["resource"]
    assert resource_of(scope) == resource
    assert with_permission(scope) == (f"{scope}/.default" if scope == resource != "" else scope)
    assert is_one_resource([scope, with_permission(scope)])


@pytest.mark.parametrize(
    "scopes",
    [
        ("https://a.example", "https://b.example"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/.default", "https://a.example//.default"),
        ("User.Read", "https://a.example/x"),
        (),
    ],
)
def test_more_than_one_resource(scopes: tuple[str, ...]) -> None:
    assert not is_one_resource(scopes)


# Situation: managed identity, Azure CLI | none | a cell names a bare resource, as in the
# documentation of SQL Database | the machine's token for that resource | nothing to do
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["scope"])
def test_the_scope_that_machine_identities_are_asked_for(case: dict[str, str]) -> None:
    resource = case["resource"]
    expected = f"{resource}/.default" if resource else case["scope"]
    assert TokenRequest((case["scope"],)).default_scope == expected
