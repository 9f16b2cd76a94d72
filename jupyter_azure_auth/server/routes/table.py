"""Every route of the server extension, and the parts that it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join
from tornado.routing import Rule

from jupyter_azure_auth.server.identity_endpoint.route import IdentityEndpointRoute
from jupyter_azure_auth.server.identity_endpoint.terminal_route import (
    HubTerminalRoute,
    TerminalRoute,
)
from jupyter_azure_auth.server.page.route import page_rules
from jupyter_azure_auth.server.process_access.access_route import AccessRoute
from jupyter_azure_auth.server.process_access.activity_route import ActivityRoute
from jupyter_azure_auth.server.process_access.grants_route import GrantsRoute
from jupyter_azure_auth.server.process_access.page_clients import PageClients, PageClientsRoute
from jupyter_azure_auth.server.process_access.page_requests_routes import (
    ROUTES as PAGE_REQUEST_ROUTES,
)
from jupyter_azure_auth.server.process_access.rate_limiter import RateLimiter
from jupyter_azure_auth.server.process_access.session_routes import (
    ProcessSessionRoute,
    ProcessSignOutRoute,
)
from jupyter_azure_auth.server.process_access.token_route import KernelTokenRoute, KeyMatcher
from jupyter_azure_auth.server.sign_in.device_code.routes import ROUTES as DEVICE_CODE_ROUTES
from jupyter_azure_auth.server.sign_in.loopback.routes import ROUTES as LOOPBACK_ROUTES
from jupyter_azure_auth.server.tabs.routes import ROUTES as TAB_ROUTES

from .config import ConfigRoute
from .doctor import DoctorRoute
from .session import (
    PersistenceRoute,
    RestoreRoute,
    SessionRoute,
    SignOutRoute,
    SwitchAccountRoute,
)
from .token import TokenRoute

if TYPE_CHECKING:
    from jupyter_azure_auth.server.services import Services

    from .base import AuthenticatedJSONHandler

Routes = list[tuple[str, type["AuthenticatedJSONHandler"], dict[str, Any]]]
"""Path below ``<base>/azure-auth/``, handler, and the arguments of its ``initialize``."""


def all_rules(services: Services, base: str) -> list[Any]:
    """Return the rules for tornado, in the order in which they are tried.

    :param base: path of all of them.
    """
    routes = [
        (url_path_join(base, path), route, arguments)
        for path, route, arguments in _page_routes(services)
    ]
    return [*_process_rules(services, base), *routes, *page_rules(base)]


def _page_routes(services: Services) -> Routes:
    """Return the routes of pages, which a login authorizes."""
    session_manager, is_shared = services.session_manager, services.is_shared
    token_service, identity_endpoint = services.token_service, services.identity_endpoint
    loopback, device_code = services.methods
    sign_out = {"session_manager": session_manager, "methods": services.methods}
    of_requests = {
        "pages": services.pages,
        "is_shared": is_shared,
        "on_sign_out": services.publisher.raise_generation,
    }
    of_tabs = {
        "relay": services.relay,
        "is_shared": is_shared,
        "rate_limiter": RateLimiter(),
    }
    return [
        ("config", ConfigRoute, {"config": services.config}),
        ("session", SessionRoute, {"session_manager": session_manager}),
        ("switch-account", SwitchAccountRoute, {"session_manager": session_manager}),
        ("sign-out", SignOutRoute, sign_out),
        ("restore", RestoreRoute, {"session_manager": session_manager}),
        ("persist", PersistenceRoute, {"session_manager": session_manager}),
        ("token", TokenRoute, {"token_service": token_service}),
        ("grants", GrantsRoute, {"token_service": token_service}),
        ("activity", ActivityRoute, {"token_service": token_service}),
        ("access", AccessRoute, {"token_service": token_service}),
        ("page-clients", PageClientsRoute, {"page_clients": PageClients()}),
        ("identity-endpoint", IdentityEndpointRoute, {"identity_endpoint": identity_endpoint}),
        ("terminal", HubTerminalRoute, {"identity_endpoint": identity_endpoint}),
        ("doctor", DoctorRoute, {"is_shared": is_shared}),
        *((path, route, {"sign_in": loopback}) for path, route in LOOPBACK_ROUTES.items()),
        *((path, route, {"sign_in": device_code}) for path, route in DEVICE_CODE_ROUTES.items()),
        *((path, route, of_requests) for path, route in PAGE_REQUEST_ROUTES.items()),
        *((path, route, of_tabs) for path, route in TAB_ROUTES.items()),
    ]


def _process_rules(services: Services, base: str) -> list[Rule]:
    """Return the routes of processes, which the connection file's key authorizes."""
    by_key = {"token_service": services.token_service, "key": services.key}
    session = {**by_key, "session_manager": services.session_manager}
    routes: list[tuple[str, type, dict[str, Any]]] = [
        ("token", KernelTokenRoute, by_key),
        ("session", ProcessSessionRoute, session),
        ("sign-out", ProcessSignOutRoute, {**session, "methods": services.methods}),
        ("terminal", TerminalRoute, {**by_key, "identity_endpoint": services.identity_endpoint}),
    ]
    return [
        Rule(KeyMatcher(f"{url_path_join(base, path)}$"), route, arguments)
        for path, route, arguments in routes
    ]
