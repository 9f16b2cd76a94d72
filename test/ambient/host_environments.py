"""The hosts of ``test/azure/machine`` in a separate process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from jupyter_azure_auth._models import AccessToken, TokenRequest
from jupyter_azure_auth.ambient.hosts import ENDPOINT_PROTOCOLS, detect_host
from jupyter_azure_auth.ambient.managed_identity import ManagedIdentity
from jupyter_azure_auth.ambient.reasons import Unavailable, UnavailableError

SERVE = Path(__file__).parent.parent / "azure/machine/serve.mjs"
STORAGE = TokenRequest(("https://storage.azure.com/.default",))
NAMES = (
    *(name for _, needs in ENDPOINT_PROTOCOLS for name in needs),
    "AZURE_CLIENT_ID",
    "REQUESTS_CA_BUNDLE",
)


class Hosts:
    """The running hosts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["node", str(SERVE), str(folder)],  # noqa: S607 (as npm finds it)
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.info: dict[str, Any] = json.loads(self._process.stdout.readline())

    def set(self, **settings: object) -> None:
        """Clear the recorded requests and set the behavior."""
        body = json.dumps(settings).encode()
        with urlopen(Request(f"{self.info['origin']}/_local", body, method="POST")):  # noqa: S310
            pass

    def seen(self) -> Any:
        with urlopen(f"{self.info['origin']}/_local") as answer:  # noqa: S310
            return json.load(answer)

    @property
    def answers(self) -> list[str]:
        return [entry["answer"] for entry in self.seen()["log"]]

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class HostEnvironment:
    """A machine: the variables of one host, also set in this process for azure-identity."""

    def __init__(self, hosts: Hosts, patch: pytest.MonkeyPatch) -> None:
        self.hosts = hosts
        self._patch = patch
        self.environ: dict[str, str] = {}
        self.pauses: list[float] = []

    def enter(self, environment: str, **changed: str | None) -> None:
        """Set the variables of a machine; None unsets a variable."""
        found = {**self.hosts.info["environments"][environment], **changed}
        self.environ = {name: value for name, value in found.items() if value is not None}
        for name in NAMES:
            self._patch.delenv(name, raising=False)
        for name, value in self.environ.items():
            self._patch.setenv(name, value)

    @property
    def source(self) -> ManagedIdentity:
        host = detect_host(self.environ, Path("/nowhere"))
        return ManagedIdentity(host.source, host, self.environ, pause=self.pauses.append)

    def ask(self, token_request: TokenRequest = STORAGE) -> AccessToken:
        return self.source.token(token_request)

    def refusal(self, token_request: TokenRequest = STORAGE) -> Unavailable:
        with pytest.raises(UnavailableError) as caught:
            self.source.token(token_request)
        return caught.value.unavailable
