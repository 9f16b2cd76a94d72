"""Gives the identity endpoint's variables to the kernels that start from now on."""

from __future__ import annotations

import os
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final

from jupyter_client.provisioning.factory import KernelProvisionerFactory

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

LOCAL_PROVISIONER: Final = "local-provisioner"
"""The only provisioner whose kernels surely run on this host."""


def add_variables(
    manager: MappingKernelManager,
    variables: Callable[[str], Awaitable[Mapping[str, str]]],
    on_removed: Callable[[str], None],
) -> None:
    """Wrap the two methods of a server's kernel manager through which every kernel passes.

    A restart reuses the environment of the first start, so a kernel keeps its variables until the
    manager removes it.

    :param variables: a coroutine function that returns the variables of a kernel, by its id.
    :param on_removed: called with the id of a kernel that is gone.
    """
    start_kernel, remove_kernel = manager.start_kernel, manager.remove_kernel

    async def start_kernel_with_variables(*args: Any, **kwargs: Any) -> Any:
        kernel_id = kwargs.get("kernel_id")
        if (kernel_id is None or kernel_id not in manager) and _is_local(manager, args, kwargs):
            kernel_id = kernel_id or manager.new_kernel_id(**kwargs)
            if added := await variables(kernel_id):
                environ: Mapping[str, str] = kwargs.get("env") or os.environ
                kwargs |= {"kernel_id": kernel_id, "env": {**environ, **added}}
        return await start_kernel(*args, **kwargs)

    def remove_kernel_and_secret(kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        on_removed(kernel_id)
        return remove_kernel(kernel_id, *args, **kwargs)

    manager.start_kernel = start_kernel_with_variables  # type: ignore[method-assign]
    manager.remove_kernel = remove_kernel_and_secret  # type: ignore[method-assign]


def _is_local(manager: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether the kernel will surely run on this host, which a gateway's kernels do not."""
    specs = manager.kernel_spec_manager
    if iscoroutinefunction(specs.get_kernel_spec):
        return False  # a gateway's
    name = kwargs.get("kernel_name") or next(iter(args), None) or manager.default_kernel_name
    try:
        metadata = specs.get_kernel_spec(name).metadata
    except KeyError:  # NoSuchKernel, which the start itself reports
        return False
    provisioner = (metadata.get("kernel_provisioner") or {}).get("provisioner_name")
    factory = KernelProvisionerFactory.instance(parent=manager.parent)
    return bool((provisioner or factory.default_provisioner_name) == LOCAL_PROVISIONER)
