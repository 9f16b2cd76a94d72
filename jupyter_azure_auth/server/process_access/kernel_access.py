"""Whether a process gets a token: by the user's setting, and by what the user has revoked."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tornado.web import HTTPError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

PLUGIN: Final = "jupyter-azure-auth:session"

CHOICES: Final = ("allow", "ask", "deny")

READ_INTERVAL_S: Final = 1.0
"""Seconds for which a value is used without reading the files again."""


def find_refusal(setting: str, *, is_revoked: bool) -> str | None:
    """Return the code with which a process is refused a token; None if it gets one.

    The page decides the same for kernels that ask it (``src/kernels/kernel-access.ts``); both are
    tested with ``test/cases/kernel-access.json``. The page alone can ask the user, so ``ask`` does
    not refuse a process that no page has answered.
    """
    if setting == "deny":
        return "kernel_access_denied"
    return "access_revoked" if is_revoked else None


class KernelAccessSetting:
    """The user setting ``kernelAccess`` in the files in which JupyterLab keeps it."""

    def __init__(self, serverapp: ServerApp) -> None:
        self._serverapp = serverapp
        self._value = "allow"
        self._read_again_at = float("-inf")
        self._begun = 0
        """Number of reads of the files that have begun."""
        self._newest = 0
        """Number of the read that the value is from."""

    async def read(self, *, refresh: bool = False) -> str:
        """Return the current value.

        :param refresh: whether to read the files even if they were read just now.
        """
        if refresh or time.monotonic() >= self._read_again_at:
            self._begun = number = self._begun + 1
            value = await asyncio.to_thread(_read, self._serverapp)
            if number > self._newest:  # a later one can end first, and has the newer value
                # A value that is not one of the choices, such as "DENY", was not meant to allow
                # anything.
                self._value, self._newest = value if value in CHOICES else "deny", number
                self._read_again_at = time.monotonic() + READ_INTERVAL_S
        return self._value


def _read(serverapp: ServerApp) -> str:
    """Return the value; ``allow`` if no front end with settings is installed."""
    apps = serverapp.extension_manager.extension_apps.values()
    lab: Any = next(
        (app for some in apps for app in some if hasattr(app, "user_settings_dir")), None
    )
    if lab is None:
        return "allow"
    # Its package is not a dependency of this one.
    from jupyterlab_server.settings_utils import get_settings  # noqa: PLC0415

    try:
        found, _ = get_settings(
            lab.app_settings_dir,
            lab.schemas_dir,
            lab.user_settings_dir,
            PLUGIN,
            labextensions_path=[*lab.extra_labextensions_path, *lab.labextensions_path],
        )
        default = found["schema"]["properties"]["kernelAccess"]["default"]
        return str(_own_value(lab.user_settings_dir, default))
    except HTTPError as error:
        # Without this package's front end there is no such setting.
        return "allow" if error.status_code == HTTPStatus.NOT_FOUND else "deny"
    except (OSError, ValueError, TypeError, AttributeError):
        return "deny"  # a file that cannot be read, or is not an object, may forbid it


def _own_value(folder: str, default: object) -> object:
    """Return what the user has set, even if JupyterLab ignores the file for a mistake in it."""
    import json5  # noqa: PLC0415 (of the same package)

    name, _, plugin = PLUGIN.partition(":")
    file = Path(folder, name, f"{plugin}.jupyterlab-settings")
    text = file.read_text("utf-8") if file.exists() else ""
    return json5.loads(text or "{}").get("kernelAccess", default)
