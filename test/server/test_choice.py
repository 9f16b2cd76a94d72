"""Which identity is used, by host, configuration, preference and interactive sign-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.machine.sources import ORDER
from jupyter_azure_auth.server.choice import Facts, asks_machine, choose, offered_here
from jupyter_azure_auth.server.environment import Environment
from jupyter_azure_auth.server.machine_wishes import candidates

APP_SERVICE = {"IDENTITY_ENDPOINT": "http://127.0.0.1:9", "IDENTITY_HEADER": "x"}
NOTEBOOKS = {"MSI_ENDPOINT": "http://127.0.0.1:9", "AZURE_NOTEBOOKS_HOST": "x"}
HALF = {"IDENTITY_ENDPOINT": "http://127.0.0.1:9"}
CHINA = {**APP_SERVICE, "AZUREML_CURRENT_CLOUD": "AzureChinaCloud"}
PLAIN: dict[str, str] = {}

MANAGED, CONNECT, CLI = ORDER
ALL = [MANAGED, CONNECT, CLI]
NOT_SET: dict[str, Any] = {}


def fits(environ: dict[str, str], environment: Environment) -> list[str]:
    """Return the sources of such a machine, as far as variables and files show."""
    found = candidates(environ, Path("/nowhere"), environment)
    return [source.name for source, wish in found if source.unfit(wish) is None]


@pytest.fixture
def az(tmp_path: Path) -> dict[str, str]:
    """An environment in which a user has run `az login`."""
    (tmp_path / "az").touch(0o755)
    profile = '{"subscriptions": [{"user": {"name": "a"}, "tenantId": "t"}]}'
    (tmp_path / "azureProfile.json").write_text(profile)
    return {"PATH": str(tmp_path), "AZURE_CONFIG_DIR": str(tmp_path)}


@pytest.mark.parametrize(
    ("host", "signed_in_to_cli", "configuration", "expected"),
    [
        # A virtual machine shows its identity only in answer to a request.
        (PLAIN, False, NOT_SET, [MANAGED]),
        (PLAIN, True, NOT_SET, [MANAGED, CLI]),
        (APP_SERVICE, True, NOT_SET, [MANAGED, CLI]),
        (NOTEBOOKS, True, NOT_SET, [CONNECT, CLI]),
        (HALF, True, NOT_SET, [CLI]),
        # A tenant for users does not apply to the machine, but to the CLI.
        (APP_SERVICE, True, {"tenant_id": "contoso.com"}, [MANAGED, CLI]),
        # A configured cloud must match.
        (APP_SERVICE, True, {"cloud": "AzureChinaCloud"}, [MANAGED]),
        (
            CHINA,
            True,
            NOT_SET,
            [MANAGED, CLI],
        ),
        (
            CHINA,
            True,
            {"cloud": "AzureUSGovernment"},
            [],
        ),
    ],
)
def test_what_a_host_has(
    az: dict[str, str],
    host: dict[str, str],
    configuration: dict[str, str],
    expected: list[str],
    *,
    signed_in_to_cli: bool,
) -> None:
    environ = {**host, **(az if signed_in_to_cli else {"PATH": "", "AZURE_CONFIG_DIR": "/nowhere"})}
    assert fits(environ, Environment(**configuration)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # No interactive sign-in.
        ({}, ALL),
        ({"allowed": ["azure-cli"]}, [CLI]),
        ({"allowed": ["popup", "loopback"]}, []),
        ({"allowed": []}, []),
        ({"prefer_machine": True}, ALL),
        # An interactive sign-in is used.
        ({"by_hand": "loopback"}, ["loopback"]),
        ({"by_hand": "device-code"}, ["device-code"]),
        ({"by_hand": "loopback", "allowed": [*ALL, "loopback"]}, ["loopback"]),
        ({"by_hand": "loopback", "prefer_machine": True}, [*ALL, "loopback"]),
        (
            {"by_hand": "loopback", "prefer_machine": True, "allowed": [CLI, "loopback"]},
            [CLI, "loopback"],
        ),
        # Azure has ended the sign-in: no other identity replaces it without consent.
        ({"refused": True}, []),
        ({"refused": True, "prefer_machine": True}, ALL),
        # A sign-in may be stored in a keychain that has not answered.
        ({"may_return": True}, []),
        ({"may_return": True, "allowed": [CLI]}, []),
        ({"may_return": True, "prefer_machine": True}, ALL),
        # Several users: ambient identities only if they are listed.
        ({"several_people": True}, []),
        ({"several_people": True, "prefer_machine": True}, []),
        ({"several_people": True, "allowed": [MANAGED]}, [MANAGED]),
        ({"several_people": True, "allowed": [CLI], "by_hand": "loopback"}, ["loopback"]),
    ],
    ids=str,
)
def test_who_counts(facts: dict[str, Any], expected: list[str]) -> None:
    assert choose(ALL, Facts(**facts)) == expected
    by_hand = facts.get("by_hand")
    assert choose([], Facts(**facts)) == ([] if by_hand is None else [by_hand])


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        ({}, True),
        ({"by_hand": "loopback"}, False),
        ({"refused": True}, False),
        ({"may_return": True}, False),
        ({"by_hand": "loopback", "prefer_machine": True}, True),
    ],
    ids=str,
)
def test_the_machine_is_asked_only_if_it_can_count(facts: dict[str, Any], *, asks: bool) -> None:
    assert asks_machine(Facts(**facts)) is asks


@pytest.mark.parametrize(
    ("environment", "several", "expected"),
    [
        (Environment(), False, [*ALL, "popup", "loopback", "device-code"]),
        (Environment(), True, ["popup", "loopback", "device-code"]),
        (Environment(sources=["popup", CLI]), True, [CLI, "popup"]),
        (Environment(problem="wrong"), False, []),
    ],
    ids=str,
)
def test_what_is_offered(environment: Environment, expected: list[str], *, several: bool) -> None:
    assert offered_here(environment, several_people=several) == expected
