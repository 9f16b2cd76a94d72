"""Tokens of the user who signed in to Azure in JupyterLab."""

from __future__ import annotations


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-azure-auth"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyter_azure_auth.server", "name": "jupyter_azure_auth"}]
