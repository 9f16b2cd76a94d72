"""Checks of Azure from this computer: reachable, trusted, and with an equal clock."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .finding import Finding, found

if TYPE_CHECKING:
    from .azure_hosts import HostAnswer
    from .context import Context

MAX_SKEW_S: Final = 120
"""Azure accepts five minutes, and tokens are renewed five minutes before they expire."""

_MINUTE_S: Final = 60


def check_authority(context: Context) -> Finding:
    """Check that the authority of sign-ins answers."""
    probe = context.authority
    if (failure := _failure(probe)) is not None:
        return failure
    if context.config.authority_metadata is None:
        if probe.status == HTTPStatus.BAD_REQUEST and probe.is_json:
            return found("authority_unknown_tenant", host=probe.host)
        if probe.status != HTTPStatus.OK or not probe.is_json:
            return found(
                "authority_odd", host=probe.host, by=_by(probe), status=f"HTTP {probe.status}"
            )
    return found("authority_ok", host=probe.host, by=_by(probe))


def check_manager(context: Context) -> Finding:
    """Check that the cloud's resource manager answers, no matter what."""
    if context.authority.outcome != "answered":
        return found("azure_skipped")
    probe = context.manager
    return _failure(probe) or found("authority_ok", host=probe.host, by=_by(probe))


def check_clock(context: Context) -> Finding:
    """Compare this computer's clock with that of the authority."""
    skew_s = context.authority.skew_s
    if skew_s is None:
        return found("azure_skipped")
    if abs(skew_s) <= MAX_SKEW_S:
        return found("clock_ok")
    return found(
        "clock_wrong",
        difference=f"{round(abs(skew_s) / _MINUTE_S)} minutes",
        direction="ahead of" if skew_s > 0 else "behind",
    )


def _failure(probe: HostAnswer) -> Finding | None:
    host, by = probe.host, _by(probe)
    if probe.outcome == "untrusted":
        ca = f" ({probe.ca_variable} is set, to other issuers)" if probe.ca_variable else ""
        return found("authority_untrusted", host=host, by=by, ca=ca)
    if probe.outcome == "unreachable":
        return found("authority_unreachable", host=host, by=by)
    busy = probe.status == HTTPStatus.TOO_MANY_REQUESTS or (
        probe.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return found("authority_busy", host=host, by=by, status=str(probe.status)) if busy else None


def _by(probe: HostAnswer) -> str:
    return "" if probe.proxy is None else f" through the proxy in {probe.proxy}"
