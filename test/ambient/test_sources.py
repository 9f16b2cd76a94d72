from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_azure_auth._models import AMBIENT_SOURCES, TokenRequest
from jupyter_azure_auth.ambient.sources import ambient_sources

STORAGE = TokenRequest(("https://storage.azure.com/.default",))
NO_IDENTITY = {"PATH": "/nowhere"}


def test_the_sources_are_in_order_of_precedence(tmp_path: Path) -> None:
    names = [source.name for source in ambient_sources({}, tmp_path, allowed=None)]
    assert tuple(names) == AMBIENT_SOURCES


def test_uses_only_allowed_sources(tmp_path: Path) -> None:
    (source,) = ambient_sources({}, tmp_path, allowed=["azure-cli", "popup"])
    assert source.name == "azure-cli"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, [None, "MSI_ENDPOINT is not set."]),
        ({"MSI_ENDPOINT": "x"}, ["MSI_SECRET is not set.", None]),
        (
            {"MSI_ENDPOINT": "x", "MSI_SECRET": "x"},
            [None, "IDENTITY_ENDPOINT or MSI_SECRET is set as well: see managed-identity."],
        ),
        ({"IDENTITY_ENDPOINT": "x"}, ["IDENTITY_HEADER is not set.", "MSI_ENDPOINT is not set."]),
    ],
)
def test_each_source_says_why_it_is_not_used(
    environ: dict[str, str], expected: list[str | None], tmp_path: Path
) -> None:
    sources = ambient_sources({**NO_IDENTITY, **environ}, tmp_path, allowed=None)
    reasons = [source.why_unavailable(STORAGE) for source in sources]
    said = [reason and reason.sentence for reason in reasons]
    assert said == [*expected, "`az` is not on the PATH of this process."]
