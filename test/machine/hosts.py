"""The hosts of ``test/azure/machine`` in a separate process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from jupyter_azure_auth.machine.granted import Granted, Wish
from jupyter_azure_auth.machine.host import WIRES, detect
from jupyter_azure_auth.machine.managed import ManagedIdentity
from jupyter_azure_auth.machine.reasons import NotUsed, NotUsedError

SERVE = Path(__file__).parent.parent / "azure/machine/serve.mjs"
STORAGE = Wish(("https://storage.azure.com/.default",))
NAMES = (*(name for _, needs in WIRES for name in needs), "AZURE_CLIENT_ID", "REQUESTS_CA_BUNDLE")


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
        self.told: dict[str, Any] = json.loads(self._process.stdout.readline())

    def set(self, **settings: object) -> None:
        """Clear the recorded requests and set the behavior."""
        body = json.dumps(settings).encode()
        with urlopen(Request(f"{self.told['origin']}/_local", body, method="POST")):  # noqa: S310
            pass

    def seen(self) -> Any:
        with urlopen(f"{self.told['origin']}/_local") as answer:  # noqa: S310
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


class Stand:
    """A machine: the variables of one host, also set in this process for azure-identity."""

    def __init__(self, hosts: Hosts, patch: pytest.MonkeyPatch) -> None:
        self.hosts = hosts
        self._patch = patch
        self.environ: dict[str, str] = {}
        self.pauses: list[float] = []

    def be(self, place: str, **changed: str | None) -> None:
        """Set the variables of a machine; None unsets a variable."""
        found = {**self.hosts.told["environments"][place], **changed}
        self.environ = {name: value for name, value in found.items() if value is not None}
        for name in NAMES:
            self._patch.delenv(name, raising=False)
        for name, value in self.environ.items():
            self._patch.setenv(name, value)

    @property
    def source(self) -> ManagedIdentity:
        host = detect(self.environ, Path("/nowhere"))
        return ManagedIdentity(host.source, host, self.environ, pause=self.pauses.append)

    def ask(self, wish: Wish = STORAGE) -> Granted:
        return self.source.token(wish)

    def refusal(self, wish: Wish = STORAGE) -> NotUsed:
        with pytest.raises(NotUsedError) as caught:
            self.source.token(wish)
        return caught.value.not_used
