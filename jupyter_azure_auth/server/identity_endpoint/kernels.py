"""Gives the identity endpoint's variables to the kernels that start from now on."""

from __future__ import annotations

import logging
import os
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final

from jupyter_client.provisioning.factory import KernelProvisionerFactory

from jupyter_azure_auth.endpoint_variables import environment

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

log = logging.getLogger(__name__)

LOCAL_PROVISIONER: Final = "local-provisioner"
"""The only provisioner whose kernels are certain to run on this host."""


class _Environment(dict[str, str]):
    """An environment whose ``repr`` shows no value: Jupyter Server before 2.14.2 logs it.

    Outdated when 2.14.2 is the oldest that is accepted.
    """

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"


def add_variables(
    manager: MappingKernelManager,
    variables: Callable[[str], Awaitable[Mapping[str, str]]],
    on_removed: Callable[[str], None],
    on_restart: Callable[[str], None],
) -> None:
    """Wrap the methods of a server's kernel manager through which every kernel passes.

    :param variables: a coroutine function that returns the variables of a kernel, by its id.
    :param on_removed: called with the id of a kernel that is gone.
    :param on_restart: called with the id of a kernel that is about to be restarted.
    """
    start_kernel, remove_kernel = manager.start_kernel, manager.remove_kernel
    restart_kernel: Any = manager.restart_kernel

    async def start_kernel_with_variables(*args: Any, **kwargs: Any) -> Any:
        kernel_id = kwargs.get("kernel_id")
        name = kwargs.get("kernel_name") or next(iter(args), None) or manager.default_kernel_name
        if (kernel_id is None or kernel_id not in manager) and is_local(manager, name):
            kernel_id = kernel_id or manager.new_kernel_id(**kwargs)
            if added := await _added(variables, kernel_id):
                kwargs |= {
                    "kernel_id": kernel_id,
                    "env": _Environment(environment(kwargs.get("env") or os.environ, added)),
                }
        return await start_kernel(*args, **kwargs)

    async def restart_kernel_with_variables(kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        kernel: Any = manager.get_kernel(kernel_id)
        on_restart(kernel_id)
        if is_local(manager, kernel.kernel_name):
            added = await _added(variables, kernel_id)
            if added is not None:
                update_launch(kernel, added)
        return await restart_kernel(kernel_id, *args, **kwargs)

    def remove_kernel_and_secret(kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        on_removed(kernel_id)
        return remove_kernel(kernel_id, *args, **kwargs)

    manager.start_kernel = start_kernel_with_variables  # type: ignore[method-assign]
    manager.restart_kernel = restart_kernel_with_variables  # type: ignore[method-assign]
    manager.remove_kernel = remove_kernel_and_secret  # type: ignore[method-assign]


async def _added(
    variables: Callable[[str], Awaitable[Mapping[str, str]]], kernel_id: str
) -> Mapping[str, str] | None:
    """Return the variables of a kernel; None if there is a problem, despite which it starts."""
    try:
        return await variables(kernel_id)
    except Exception as problem:  # noqa: BLE001 (such as a limit of threads, whatever it is)
        log.warning("A kernel starts without the endpoint's variables: %s", type(problem).__name__)
        return None


def update_launch(kernel: Any, variables: Mapping[str, str]) -> None:
    """Set the variables of a kernel for the next time that it is started again."""
    # jupyter_client passes these arguments again, and offers no other way to change them.
    launch = kernel._launch_args  # noqa: SLF001
    if launch is not None:
        launch["env"] = _Environment(environment(launch.get("env") or os.environ, variables))


def is_local(manager: Any, name: str) -> bool:
    """Return whether kernels of this name are certain to run on this host; a gateway's are not."""
    specs = manager.kernel_spec_manager
    if iscoroutinefunction(specs.get_kernel_spec):
        return False  # a gateway's
    try:
        metadata = specs.get_kernel_spec(name).metadata
    except KeyError:  # NoSuchKernel, which the start itself reports
        return False
    provisioner = (metadata.get("kernel_provisioner") or {}).get("provisioner_name")
    factory = KernelProvisionerFactory.instance(parent=manager.parent)
    return bool((provisioner or factory.default_provisioner_name) == LOCAL_PROVISIONER)
