from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from msal import managed_identity

from test.ambient.host_environments import HostEnvironment, Hosts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    found = Hosts(tmp_path_factory.mktemp("hosts"))
    yield found
    found.stop()


@pytest.fixture
def host_environment(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> HostEnvironment:
    hosts.set()
    # Its folder is fixed and not writable for tests; the browser tests use it unchanged.
    folders = managed_identity._supported_arc_platforms_and_their_prefixes
    monkeypatch.setitem(folders, sys.platform, str(hosts.folder / "arc"))
    return HostEnvironment(hosts, monkeypatch)
