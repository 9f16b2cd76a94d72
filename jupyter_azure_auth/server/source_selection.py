"""Decides which identity is used, from sign-ins, configuration and ambient identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_azure_auth._models import AMBIENT_SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_azure_auth.server.config import AzureAuthConfig


@dataclass(frozen=True)
class SelectionContext:
    """The inputs of the decision."""

    allowed: Sequence[str] | None = None
    """``c.AzureAuth.sources``; None: not set."""
    multi_user: bool = False
    """Whether the server has distinct users, or collaboration."""
    prefer_machine: bool = False
    """``c.AzureAuth.prefer_machine``."""
    interactive_source: str | None = None
    """The source of the interactive sign-in; None: no user is signed in."""
    sign_in_ended: bool = False
    """Whether an interactive sign-in was ended by a refusal, and the user has not acted since."""
    may_be_restored: bool = False
    """Whether an interactive sign-in may be stored in a keychain that has not answered yet."""


def why_skipped(source: str, context: SelectionContext) -> str | None:
    """Return why an ambient source must not be asked at all.

    :returns: a code of :data:`.._error_catalog.AMBIENT`; None if it may be asked.
    """
    if context.may_be_restored and not context.prefer_machine:
        return "keychain"
    if context.allowed is None:
        # All users share the machine, so its identity belongs to none of them in particular.
        return "shared" if context.multi_user else None
    return None if source in context.allowed else "not_allowed"


def may_use_ambient(context: SelectionContext) -> bool:
    """Whether the ambient identity may be used.

    It must not after an interactive sign-in, even one that was refused or may still be restored,
    because the identity must never change without the user's consent.
    """
    has_user = (
        context.interactive_source is not None or context.sign_in_ended or context.may_be_restored
    )
    return context.prefer_machine or not has_user


def select_sources(ambient: Sequence[str], context: SelectionContext) -> list[str]:
    """Return the names of the usable sources, best first; the first that has an identity is used.

    :param ambient: the ambient sources that have an identity, in their order.
    """
    interactive = [] if context.interactive_source is None else [context.interactive_source]
    if not may_use_ambient(context):
        return interactive
    return [name for name in ambient if why_skipped(name, context) is None] + interactive


def offered_sources(config: AzureAuthConfig, *, multi_user: bool) -> list[str]:
    """Return the names of the sources that the administrator allows on this kind of server."""
    context = SelectionContext(config.sources, multi_user)
    offered = config.offered
    return [
        name
        for name in offered
        if name not in AMBIENT_SOURCES or why_skipped(name, context) is None
    ]
