"""The environment variables with which programs that do not know this package find their server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jupyter_azure_auth.az_folder import with_az, without_az

if TYPE_CHECKING:
    from collections.abc import Mapping

PARENT_SERVER_PATH: Final = "/jupyter-azure-auth/token"
"""Path of the identity endpoint that the parent server has, which issues a user's tokens."""

ENDPOINT_VARIABLES: Final = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_MSI_ENDPOINT")
"""The variables; the last one is read by the Rust crate object_store (deltalake)."""

HOST_VARIABLES: Final = (
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_MSI_ENDPOINT",
)
"""Variables of a host that has an identity of its own."""

AZ_VARIABLE: Final = "JUPYTER_AZURE_AUTH_AZ"
"""The folder with our `az`."""


def environment(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with these variables, and without earlier ones of a parent server.

    :param variables: may be empty. A folder with our `az` is put at the end of the PATH.
    """
    known = dict(environ)
    # Those of a host with an identity of its own stay.
    if urlsplit(known.get("IDENTITY_ENDPOINT", "")).path == PARENT_SERVER_PATH:
        known = {name: value for name, value in known.items() if name not in ENDPOINT_VARIABLES}
    known.pop(AZ_VARIABLE, None)
    if (path := without_az(known)) is not None:
        known["PATH"] = path
    if AZ_VARIABLE in variables:
        known["PATH"] = with_az(known.get("PATH", os.defpath), variables[AZ_VARIABLE])
    return {**known, **variables}
