"""An ``az`` that a test controls, in place of the real one."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """#!/bin/sh
if [ "$2" = show ]; then exec cat {folder}/shown; fi
echo "$@" >> {folder}/asked
if [ -p {folder}/hold ]; then cat {folder}/hold > /dev/null; fi
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
        os.mkfifo(self._folder / "hold")

    def let_go(self) -> None:
        """Let a held ``az`` answer; waits until there is one."""
        (self._folder / "hold").rename(self._folder / "held")
        (self._folder / "held").write_text("")

    def end(self) -> None:
        """Let go of an ``az`` that is still held, after its caller has given up."""
        with contextlib.suppress(OSError):  # no process reads the pipe
            os.close(os.open(self._folder / "hold", os.O_WRONLY | os.O_NONBLOCK))

    @property
    def asked(self) -> list[str]:
        """The arguments of each call for a token."""
        try:
            return (self._folder / "asked").read_text().splitlines()
        except FileNotFoundError:
            return []


def used(candidates: Any) -> dict[str, tuple[str, str | None]]:
    return {one["source"]: (one["outcome"], one["reason"]) for one in candidates}
