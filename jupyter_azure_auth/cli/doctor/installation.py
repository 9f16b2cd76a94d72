"""Checks of this Python environment."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from .finding import Finding, found

if TYPE_CHECKING:
    from .context import Context

_NAME: Final = "jupyter-azure-auth"


def check_package(_context: Context) -> Finding:
    """Name the versions."""
    return found("package_ok", version=package_version(), python=platform.python_version())


def check_page_part(_context: Context) -> Finding:
    """Check that JupyterLab finds its extension, enabled and of the same version."""
    try:
        from jupyter_core.paths import jupyter_path  # noqa: PLC0415 (only if JupyterLab is here)
        from jupyterlab_server.config import (  # noqa: PLC0415
            get_federated_extensions,
            get_page_config,
        )
    except ImportError:
        return found("no_jupyterlab")
    folders = jupyter_path("labextensions")
    data: dict[str, Any] | None = get_federated_extensions(folders).get(_NAME)
    if data is None:
        return found("page_part_missing")
    disabled = get_page_config(folders).get("disabledExtensions", [])
    ours = sorted(name for name in disabled if name.partition(":")[0] == _NAME)
    if ours:
        return found("page_part_disabled", name=ours[0])
    if str(data["version"]) != package_version():
        return found("page_part_other_version", version=data["version"], package=package_version())
    return found("page_part_ok", version=data["version"])


def check_server_part(context: Context) -> Finding | None:
    """Check that the server extension is enabled; a server that has loaded it reports this."""
    if context.is_answered:
        return None
    try:
        from jupyter_core.paths import jupyter_config_path  # noqa: PLC0415
        from jupyter_server.extension.config import ExtensionConfigManager  # noqa: PLC0415
    except ImportError:
        return found("no_jupyter_server")
    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.enabled("jupyter_azure_auth", include_root=False)  # type: ignore[no-untyped-call]
    return found("server_part_ok" if enabled else "server_part_disabled")


def package_version() -> str:
    """Return the version of this package."""
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "of a source folder"
