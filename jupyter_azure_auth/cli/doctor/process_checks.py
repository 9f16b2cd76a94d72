"""Checks of this process: how it reaches the server, and variables that affect azure-identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.cli.parent_server import reach

from .finding import Finding, found

if TYPE_CHECKING:
    from .context import Context

_FAULTS: Final = frozenset(
    {"file_of_others", "file_open_to_others", "file_malformed", "wrong_certificate", "forbidden"}
)
"""Reasons that the user should fix; the others are properties of the environment."""

STEERING: Final = (
    *("AZURE_AUTHORITY_HOST", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PATH"),
    *("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_PASSWORD"),
    *("AZURE_POD_IDENTITY_AUTHORITY_HOST", "AZURE_REGIONAL_AUTHORITY_NAME", "AZURE_TENANT_ID"),
    *("AZURE_TOKEN_CREDENTIALS", "AZURE_USERNAME", "IDENTITY_ENDPOINT", "IDENTITY_HEADER"),
    *("IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET"),
)
"""Variables that change which identity azure-identity uses, and where it asks."""


def check_process_access(context: Context) -> Finding:
    """Check that this process can ask the server that started it."""
    unreachable = reach(context.environ)
    if unreachable is None:
        return found("process_access_ok")
    code = "process_access_wrong" if unreachable.code in _FAULTS else "process_access_none"
    return found(code, reason=unreachable.sentence, code=unreachable.code)


def check_variables(context: Context) -> Finding:
    """Name the variables, never their values."""
    names = [name for name in STEERING if context.environ.get(name)]
    return found("variables_set", names=", ".join(names)) if names else found("variables_none")
