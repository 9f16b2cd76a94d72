"""The rules that the extension has added to a server, from the server's router."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyter_server.serverapp import ServerApp

from jupyter_azure_auth.server.identity_endpoint.terminal_route import TerminalRoute
from jupyter_azure_auth.server.page.route import PageRoute
from jupyter_azure_auth.server.process_access.session_routes import (
    ProcessSessionRoute,
    ProcessSignOutRoute,
)
from jupyter_azure_auth.server.process_access.token_route import KernelTokenRoute
from jupyter_azure_auth.server.sign_in.loopback.redirect_handlers import (
    RedirectHandler,
    UnsolicitedRedirectHandler,
)

UNGATED = [
    KernelTokenRoute,
    ProcessSessionRoute,
    ProcessSignOutRoute,
    TerminalRoute,
    PageRoute,
    PageRoute,
    RedirectHandler,
    UnsolicitedRedirectHandler,
]
"""The handlers with checks of their own; see the tests of each."""


def our_rules(app: ServerApp) -> Iterator[Any]:
    for group in app.web_app.default_router.rules:
        for rule in getattr(group.target, "rules", []):
            target = rule.target
            if isinstance(target, type) and target.__module__.startswith("jupyter_azure_auth"):
                yield rule


def gated_rules(app: ServerApp) -> list[Any]:
    return [rule for rule in our_rules(app) if rule.target not in UNGATED]


def path_of(rule: Any) -> str:
    return str(rule.matcher.regex.pattern.rstrip("$"))


def gated_rule(app: ServerApp, end: str) -> Any:
    """Return the one rule whose path ends like this."""
    [rule] = [rule for rule in gated_rules(app) if path_of(rule).endswith(end)]
    return rule
