"""What a Voilà dashboard says about its identity, which is the same for every visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parent_server.discovery import VOILA_VARIABLE, NoParentServerError, find_parent_server

if TYPE_CHECKING:
    from collections.abc import Mapping


def dashboard_text(environ: Mapping[str, str]) -> str | None:
    """Return what visitors must know about a dashboard's identity; None in any other kernel.

    Reads the connection file, and sends nothing to a server.

    :param environ: of this process.
    """
    if VOILA_VARIABLE not in environ:
        return None
    try:
        page = f"{find_parent_server(environ).address}azure-auth/"
    except NoParentServerError:
        return (
            "For every visitor, this dashboard acts on Azure as the machine that runs it, or as "
            "the machine's Azure CLI account. Visitors cannot sign in. To refuse that identity, "
            "use JupyterCredential(require_user=True)."
        )
    return (
        "For every visitor, this dashboard acts on Azure as the user of the Jupyter server that "
        f"runs it. To sign in or out, open {page} as that user."
    )
