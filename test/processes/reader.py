"""What every program below the server does: read a blob as its user."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from azure.core.exceptions import ClientAuthenticationError
from azure.storage.blob import BlobClient

from jupyter_azure_auth import JupyterCredential, aio

__all__ = ["SCOPE", "JupyterCredential", "aio", "hold", "read"]

SCOPE = "https://storage.azure.com/.default"
HOLD_LIMIT_S = 300


def read(credential: Any = None) -> str:
    """Return the blob's text and the name of the user whose token has opened it."""
    credential = credential or JupyterCredential()
    payload = credential.get_token(SCOPE).token.split(".")[1]
    user = json.loads(base64.urlsafe_b64decode(f"{payload}=="))["upn"]
    url = os.environ["STORAGE_ACCOUNT_URL"]
    with BlobClient(url, "of-the-user", "greeting", credential=credential) as blob:
        return f"{blob.download_blob().readall().decode()} {user}"


def read_or_refusal() -> str:
    """Return the same, or the error's text after "refused: "."""
    try:
        return read()
    except ClientAuthenticationError as error:
        return f"refused: {error}"


def hold(name: str, credential: Any = None) -> None:
    """Read the blob, then ask for its token until that is refused. Leave a file for each."""
    credential = credential or JupyterCredential()
    _leave(f"{name}.held", read(credential))
    end = time.monotonic() + HOLD_LIMIT_S
    while time.monotonic() < end:
        try:
            credential.get_token(SCOPE)
        except ClientAuthenticationError as error:
            _leave(f"{name}.refused", str(error))
            return
        threading.Event().wait(0.02)
    raise TimeoutError(name)


def _leave(name: str, text: str) -> None:
    file = Path(os.environ["JUPYTER_CONFIG_DIR"]).parent / name
    part = file.with_suffix(".part")
    part.write_text(text)
    part.rename(file)
