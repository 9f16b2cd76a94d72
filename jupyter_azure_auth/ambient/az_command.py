"""Runs `az` and parses its output: a JSON object, or the reason why there is none."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jupyter_azure_auth.az_folder import without_az

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOT_FOUND: Final = 127
"""Exit status of a shell for a missing program."""

_AADSTS: Final = re.compile(r"AADSTS\d{4,8}")

_SIGNED_OUT: Final = re.compile(r"az login|az account set")
"""azure-identity's pattern, used if there is no AADSTS number."""

_FIXED_TENANT: Final = "Tenant shouldn't be specified"
"""Printed by an `az` that is signed in as a managed identity or runs in Cloud Shell."""

_UNTRUSTED: Final = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLError")

_MAX_BRACES: Final = 200
"""Maximum number of braces in an output at which an answer is searched for."""


class AzFailure(NamedTuple):
    """Why there is no answer. Contains no part of the output except an AADSTS number."""

    code: str
    """One of :data:`.._error_catalog.AMBIENT`, or ``fixed_tenant``."""
    aadsts: str = ""


def az_path(environ: Mapping[str, str]) -> str | None:
    """Return the path of `az` as azure-identity finds it, or None. Never that of our own `az`."""
    names = ("az.cmd", "az") if sys.platform == "win32" else ("az",)
    path = without_az(environ)
    found = (shutil.which(name, path=path) for name in names)
    return next(filter(None, found), None)


def run_az(
    arguments: Sequence[str], wanted: str, environ: Mapping[str, str], deadline: float
) -> dict[str, Any] | AzFailure:
    """Run `az` and return the JSON object that it prints. Blocks.

    :param arguments: validated by the caller.
    :param wanted: a field of that object.
    :param deadline: when to give up, in seconds of :func:`time.monotonic`.
    """
    path = az_path(environ)
    if path is None:
        return AzFailure("az_missing")
    try:
        done = subprocess.run(  # noqa: S603 (the caller validates the arguments)
            [path, *arguments, "--output", "json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            # As in azure-identity: a folder that notebooks cannot write to.
            cwd=environ.get("SYSTEMROOT") if sys.platform == "win32" else "/bin",
            timeout=max(0.0, deadline - time.monotonic()),
            env={**environ, "AZURE_CORE_NO_COLOR": "true"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return AzFailure("az_slow")
    except (OSError, ValueError):
        return AzFailure("az_failed")
    if done.returncode == 0:
        return _find(done.stdout.decode(errors="replace"), wanted) or AzFailure("az_invalid_output")
    return _failure(done.returncode, done.stderr.decode(errors="replace"))


def _find(text: str, wanted: str) -> dict[str, Any] | None:
    """Return the answer among the output of wrappers, shell profiles and extensions."""
    decoder = json.JSONDecoder()
    for position in [found.start() for found in re.finditer("{", text)][:_MAX_BRACES]:
        try:
            value, _ = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and wanted in value:
            return value
    return None


def _failure(status: int, stderr: str) -> AzFailure:
    if status == NOT_FOUND or stderr.startswith("'az' is not recognized"):
        return AzFailure("az_missing")
    if _FIXED_TENANT in stderr:
        return AzFailure("fixed_tenant")
    if number := _AADSTS.search(stderr):
        return AzFailure("az_refused", number[0])
    if _UNTRUSTED.search(stderr):
        return AzFailure("az_untrusted")
    return AzFailure("az_signed_out" if _SIGNED_OUT.search(stderr) else "az_failed")
