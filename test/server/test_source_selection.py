"""Which identity is used, by host, configuration, preference and interactive sign-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth._models import AMBIENT_SOURCES
from jupyter_azure_auth.server.ambient_requests import ambient_candidates
from jupyter_azure_auth.server.config import AzureAuthConfig
from jupyter_azure_auth.server.source_selection import (
    SelectionContext,
    may_use_ambient,
    offered_sources,
    select_sources,
)

APP_SERVICE = {"IDENTITY_ENDPOINT": "http://127.0.0.1:9", "IDENTITY_HEADER": "x"}
NOTEBOOKS = {"MSI_ENDPOINT": "http://127.0.0.1:9", "AZURE_NOTEBOOKS_HOST": "x"}
HALF = {"IDENTITY_ENDPOINT": "http://127.0.0.1:9"}
CHINA = {**APP_SERVICE, "AZUREML_CURRENT_CLOUD": "AzureChinaCloud"}
PLAIN: dict[str, str] = {}

MANAGED, CONNECT, CLI = AMBIENT_SOURCES
ALL = [MANAGED, CONNECT, CLI]
NOT_SET: dict[str, Any] = {}


def fits(environ: dict[str, str], config: AzureAuthConfig) -> list[str]:
    """Return the sources of such a machine, as far as variables and files show."""
    found = ambient_candidates(environ, Path("/nowhere"), config)
    return [
        source.name
        for source, token_request in found
        if source.why_unavailable(token_request) is None
    ]


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
    assert fits(environ, AzureAuthConfig(**configuration)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        # No interactive sign-in.
        ({}, ALL),
        ({"allowed": ["azure-cli"]}, [CLI]),
        ({"allowed": ["popup", "loopback"]}, []),
        ({"allowed": []}, []),
        ({"prefer_machine": True}, ALL),
        # An interactive sign-in is used.
        ({"interactive_source": "loopback"}, ["loopback"]),
        ({"interactive_source": "device-code"}, ["device-code"]),
        ({"interactive_source": "loopback", "allowed": [*ALL, "loopback"]}, ["loopback"]),
        ({"interactive_source": "loopback", "prefer_machine": True}, [*ALL, "loopback"]),
        (
            {
                "interactive_source": "loopback",
                "prefer_machine": True,
                "allowed": [CLI, "loopback"],
            },
            [CLI, "loopback"],
        ),
        # Azure has ended the sign-in: no other identity replaces it without consent.
        ({"sign_in_ended": True}, []),
        ({"sign_in_ended": True, "prefer_machine": True}, ALL),
        # A sign-in may be stored in a keychain that has not answered.
        ({"may_be_restored": True}, []),
        ({"may_be_restored": True, "allowed": [CLI]}, []),
        ({"may_be_restored": True, "prefer_machine": True}, ALL),
        # Several users: ambient identities only if they are listed.
        ({"multi_user": True}, []),
        ({"multi_user": True, "prefer_machine": True}, []),
        ({"multi_user": True, "allowed": [MANAGED]}, [MANAGED]),
        ({"multi_user": True, "allowed": [CLI], "interactive_source": "loopback"}, ["loopback"]),
    ],
    ids=str,
)
def test_which_sources_are_selected(context: dict[str, Any], expected: list[str]) -> None:
    assert select_sources(ALL, SelectionContext(**context)) == expected
    interactive = context.get("interactive_source")
    assert select_sources([], SelectionContext(**context)) == (
        [] if interactive is None else [interactive]
    )


@pytest.mark.parametrize(
    ("context", "asks"),
    [
        ({}, True),
        ({"interactive_source": "loopback"}, False),
        ({"sign_in_ended": True}, False),
        ({"may_be_restored": True}, False),
        ({"interactive_source": "loopback", "prefer_machine": True}, True),
    ],
    ids=str,
)
def test_the_machine_is_asked_only_if_its_token_would_be_used(
    context: dict[str, Any], *, asks: bool
) -> None:
    assert may_use_ambient(SelectionContext(**context)) is asks


@pytest.mark.parametrize(
    ("config", "several", "expected"),
    [
        (AzureAuthConfig(), False, [*ALL, "popup", "loopback", "device-code"]),
        (AzureAuthConfig(), True, ["popup", "loopback", "device-code"]),
        (AzureAuthConfig(sources=["popup", CLI]), True, [CLI, "popup"]),
        (AzureAuthConfig(problem="wrong"), False, []),
    ],
    ids=str,
)
def test_what_is_offered(config: AzureAuthConfig, expected: list[str], *, several: bool) -> None:
    assert offered_sources(config, multi_user=several) == expected
