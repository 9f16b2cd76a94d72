"""Whether a token may be sent on this kernel's control channel."""

from __future__ import annotations

import ipaddress
import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOW_PLAIN_TRANSPORT: Final = "JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT"
"""Variable that an administrator sets to 1 if the network to the kernels is protected."""


def transport_problem(kernel: Any, environ: Mapping[str, str]) -> str | None:
    """Return why tokens may not be sent. Call for each request: a cell can turn on the debug log.

    :param environ: environment variables of the kernel, usually ``os.environ``.
    :returns: a key of :data:`jupyter_azure_auth.errors.ERRORS`, or None if tokens may be sent.
    """
    # ipykernel logs control messages at DEBUG, and jupyter_client prints them without using a log.
    if _writes_debug(kernel.log) or kernel.session.debug:
        return "debug_log"
    if not kernel.session.key:
        return "unsigned_messages"
    if _is_protected(kernel.parent) or environ.get(ALLOW_PLAIN_TRANSPORT) == "1":
        return None
    return "plain_transport"


def _is_protected(app: Any) -> bool:
    """Whether messages cannot be read on a network.

    :param app: the application that bound the sockets. An embedded kernel has none; ipykernel's
        default is loopback then.
    """
    return (
        _local(getattr(app, "ip", "127.0.0.1"))
        or getattr(app, "transport", "tcp") != "tcp"
        or getattr(app, "curve_secretkey", None) is not None  # ipykernel >= 7.3
    )


def _writes_debug(log: logging.Logger) -> bool:
    """Whether a debug record is written anywhere.

    :meth:`~logging.Logger.isEnabledFor` is not enough: traitlets 5.2 and later always leave the
    logger at DEBUG, and set the level of its handlers.
    """
    logger: logging.Logger | None = log if log.isEnabledFor(logging.DEBUG) else None
    while logger is not None:
        for handler in logger.handlers:
            if handler.level <= logging.DEBUG and not isinstance(handler, logging.NullHandler):
                return True
        logger = logger.parent if logger.propagate else None
    return False


@cache
def _local(ip: str) -> bool:
    if ip == "localhost":
        return True
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:  # "*", or the name of an interface or host
        return False
