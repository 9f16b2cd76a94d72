"""An ``az`` that a test controls, in place of the real one."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """#!/bin/sh
if [ "$2" = show ]; then exec cat {folder}/shown; fi
echo "$@" >> {folder}/asked
if [ -p {folder}/hold ]; then cat {folder}/hold > /dev/null 2>&1; fi
cat {folder}/errors >&2
sed "s/NUMBER/$(wc -l < {folder}/asked | tr -d ' ')/" {folder}/answer
exit "$(cat {folder}/status)"
"""

TENANT = "cccccccc-0000-4000-8000-000000000001"
USERNAME = "grace@contoso.com"


class Az:
    """An ``az`` on the PATH, with a separate configuration folder."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._held: int | None = None
        folder.mkdir()
        script = folder / "az"
        script.write_text(SCRIPT.format(folder=folder))
        script.chmod(0o755)
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("AZURE_CONFIG_DIR", str(folder))
        self.log_in(USERNAME)

    def log_in(self, username: str) -> None:
        self._account = {"user": {"name": username}, "tenantId": TENANT, "isDefault": True}
        profile = json.dumps({"subscriptions": [self._account]})
        (self._folder / "azureProfile.json").write_text(profile, encoding="utf-8-sig")
        self.set_cloud("AzureCloud")
        self.give()

    def log_out(self) -> None:
        (self._folder / "azureProfile.json").unlink()
        (self._folder / "shown").write_text("")
        self.say("", "ERROR: Please run 'az login' to setup account.", 1)

    def set_cloud(self, name: str) -> None:
        (self._folder / "config").write_text(f"[cloud]\nname = {name}\n")
        (self._folder / "shown").write_text(json.dumps({**self._account, "environmentName": name}))

    def give(self, lifetime: int = 3600) -> None:
        """Answer with a numbered token."""
        body = {
            "accessToken": "canary-az-NUMBER",
            "expiresOn": "2030-01-01 00:00:00.000000",
            "expires_on": int(time.time()) + lifetime,
            "tenant": TENANT,
            "tokenType": "Bearer",
        }
        self.say(json.dumps(body))

    def say(self, answer: str, errors: str = "", status: int = 0) -> None:
        for name, text in {"answer": answer, "errors": errors, "status": str(status)}.items():
            (self._folder / name).write_text(text)

    def hold(self) -> None:
        """Answer nothing before :meth:`let_go`."""
        pipe = self._folder / "hold"
        os.mkfifo(pipe)
        # A pipe that is open for both never blocks this process, whether an ``az`` reads it or not.
        self._held = os.open(pipe, os.O_RDWR)

    def let_go(self) -> None:
        """Let every held ``az`` answer, and hold no other; does nothing if none is held."""
        if self._held is None:
            return
        (self._folder / "hold").unlink()  # before the end, so that no ``az`` reads it afterwards
        os.close(self._held)
        self._held = None

    @property
    def asked(self) -> list[str]:
        """The arguments of each call for a token."""
        try:
            return (self._folder / "asked").read_text().splitlines()
        except FileNotFoundError:
            return []


def used(candidates: Any) -> dict[str, tuple[str, str | None]]:
    return {one["source"]: (one["outcome"], one["reason"]) for one in candidates}
