"""What a Voilà dashboard says of its identity, which is the same for every visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parent_server.discovery import VOILA_VARIABLE, NoParentServerError, find_parent_server

if TYPE_CHECKING:
    from collections.abc import Mapping


def dashboard_text(environ: Mapping[str, str]) -> str | None:
    """Return what visitors must know of the identity of a dashboard; None in any other kernel.

    Reads the connection file, and asks no server.

    :param environ: of this process.
    """
    if VOILA_VARIABLE not in environ:
        return None
    try:
        page = f"{find_parent_server(environ).address}azure-auth/"
    except NoParentServerError:
        return (
            "On Azure, this dashboard acts for every visitor as the machine that runs it, or as "
            "its Azure CLI's account. Visitors cannot sign in. To refuse that identity, use "
            "JupyterCredential(require_user=True)."
        )
    return (
        "On Azure, this dashboard acts for every visitor as the user of the Jupyter server that "
        f"runs it. To sign in or out, open {page} as that user."
    )
