"""The resource of a scope; ``test/unit/auth/scopes.spec.ts`` reads the same cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_azure_auth._validation import is_one_resource, resource_of, with_permission
from jupyter_azure_auth.ambient.models import AmbientTokenRequest

CASES = json.loads((Path(__file__).parents[1] / "scopes.json").read_text())


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
def test_what_identities_of_machines_are_asked_for(case: dict[str, str]) -> None:
    resource = case["resource"]
    expected = f"{resource}/.default" if resource else case["scope"]
    assert AmbientTokenRequest((case["scope"],)).default_scope == expected
