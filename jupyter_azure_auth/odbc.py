"""A token in the form that Microsoft's ODBC drivers for SQL Server take."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from ._redacted import RedactedBytes
from .token_provider import bearer_token_provider

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.credential import JupyterCredential

SQL_COPT_SS_ACCESS_TOKEN: Final = 1256
"""Attribute of a connection, set before it is opened (``msodbcsql.h``)."""


def odbc_attributes(
    *, credential: JupyterCredential | None = None, cloud: str | None = None
) -> dict[int, bytes]:
    """Return ``attrs_before`` for ``pyodbc.connect``, with a token for Azure SQL or Fabric.

    A token is checked only when a connection is opened, so call this for each new one.

    :param credential: whose token to return; None for a new :class:`JupyterCredential`.
    :param cloud: the cloud of the database, as for :func:`bearer_token_provider`.
    """
    token = bearer_token_provider("sql", credential=credential, cloud=cloud)()
    encoded = token.encode("utf-16-le")
    return {SQL_COPT_SS_ACCESS_TOKEN: RedactedBytes(struct.pack("<I", len(encoded)) + encoded)}
