"""The server extension: its configuration, and the sign-ins that the server holds."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join
from tornado.routing import Rule

from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
from jupyter_azure_auth.server.identity_endpoint.kernels import add_variables
from jupyter_azure_auth.server.identity_endpoint.route import IdentityEndpointRoute
from jupyter_azure_auth.server.identity_endpoint.running_kernels import RunningKernels
from jupyter_azure_auth.server.identity_endpoint.switch import Switch
from jupyter_azure_auth.server.identity_endpoint.terminal_route import (
    HubTerminalRoute,
    TerminalRoute,
)
from jupyter_azure_auth.server.page.route import page_rules
from jupyter_azure_auth.server.persistence.select_backend import store_of
from jupyter_azure_auth.server.process_access.access_route import AccessRoute
from jupyter_azure_auth.server.process_access.activity import ActivityLog
from jupyter_azure_auth.server.process_access.activity_route import ActivityRoute
from jupyter_azure_auth.server.process_access.grants_route import GrantsRoute
from jupyter_azure_auth.server.process_access.in_process import owner_key, serve_own_process
from jupyter_azure_auth.server.process_access.kernel_access import KernelAccessSetting
from jupyter_azure_auth.server.process_access.open_pages import OpenPages
from jupyter_azure_auth.server.process_access.page_clients import PageClients, PageClientsRoute
from jupyter_azure_auth.server.process_access.page_events import TAB_REQUEST, PageEvents
from jupyter_azure_auth.server.process_access.page_requests_routes import (
    ROUTES as PAGE_REQUEST_ROUTES,
)
from jupyter_azure_auth.server.process_access.permissions import ProcessPermissions
from jupyter_azure_auth.server.process_access.publisher import ConnectionPublisher, publisher_of
from jupyter_azure_auth.server.process_access.rate_limiter import RateLimiter
from jupyter_azure_auth.server.process_access.route import KernelTokenRoute, KeyMatcher
from jupyter_azure_auth.server.process_access.session_routes import (
    ProcessSessionRoute,
    ProcessSignOutRoute,
)
from jupyter_azure_auth.server.process_access.token_service import KernelTokenService
from jupyter_azure_auth.server.routes.config import ConfigRoute
from jupyter_azure_auth.server.routes.doctor import DoctorRoute
from jupyter_azure_auth.server.routes.session import (
    PersistenceRoute,
    RestoreRoute,
    SessionRoute,
    SignOutRoute,
    SwitchAccountRoute,
)
from jupyter_azure_auth.server.routes.token import TokenRoute
from jupyter_azure_auth.server.session_manager import SessionManager
from jupyter_azure_auth.server.sharing import Sharing
from jupyter_azure_auth.server.sign_in.device_code.routes import ROUTES as DEVICE_CODE_ROUTES
from jupyter_azure_auth.server.sign_in.device_code.sign_in import DeviceCodeSignIn
from jupyter_azure_auth.server.sign_in.loopback.redirect_handlers import add_root_rules
from jupyter_azure_auth.server.sign_in.loopback.routes import ROUTES as LOOPBACK_ROUTES
from jupyter_azure_auth.server.sign_in.loopback.sign_in import LoopbackSignIn
from jupyter_azure_auth.server.tabs.relay import TabRelay
from jupyter_azure_auth.server.tabs.routes import ROUTES as TAB_ROUTES
from jupyter_azure_auth.server.traits import load_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler
    from jupyter_azure_auth.server.user_key import UserKey


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Read the configuration once and add the routes, all but one below ``<base>/azure-auth/``.

    :param serverapp: the server that starts. An invalid configuration does not stop it; the log
        says so once, and so does the panel.
    """
    config = load_config(serverapp.config)
    if config.problem is not None:
        serverapp.log.error("jupyter-azure-auth has an invalid setting: %s", config.problem)
    key = secrets.token_urlsafe(32)
    sharing = Sharing(serverapp, configured=config.shared)
    publisher = ConnectionPublisher(serverapp, key, sharing.is_shared)
    store = store_of(config, serverapp)
    session_manager = SessionManager(config, store, sharing.is_ambient_shared)
    loopback = LoopbackSignIn(config, session_manager.user_sessions)
    device_code = DeviceCodeSignIn(config, session_manager.user_sessions)
    pages = OpenPages(serverapp.event_logger)
    permissions = ProcessPermissions(KernelAccessSetting(serverapp), _kernels_of(serverapp))
    token_service = KernelTokenService(
        session_manager=session_manager,
        is_shared=sharing.is_shared,
        permissions=permissions,
        pages=pages,
        activity=ActivityLog(serverapp.event_logger, sharing.is_shared, serverapp.log),
        log=serverapp.log,
    )
    identity_endpoint = IdentityEndpoint(
        token_service,
        sharing.is_shared,
        config,
        Switch(store.notes, store.server),
        lambda: publisher.private_folder,
    )
    _serve_kernels(serverapp.kernel_manager, identity_endpoint)
    of_pages = {
        "pages": pages,
        "is_shared": sharing.is_shared,
        "on_sign_out": publisher.raise_generation,
    }
    of_tabs = {
        "relay": TabRelay(PageEvents(serverapp.event_logger, TAB_REQUEST).tell),
        "is_shared": sharing.is_shared,
        "rate_limiter": RateLimiter(),
    }
    base = url_path_join(serverapp.base_url, "azure-auth")
    routes = [
        (url_path_join(base, path), route, shared)
        for path, route, shared in [
            *_routes(config, session_manager, loopback, device_code, token_service),
            ("identity-endpoint", IdentityEndpointRoute, {"identity_endpoint": identity_endpoint}),
            ("terminal", HubTerminalRoute, {"identity_endpoint": identity_endpoint}),
            ("doctor", DoctorRoute, {"is_shared": sharing.is_shared}),
            *((path, route, of_pages) for path, route in PAGE_REQUEST_ROUTES.items()),
            *((path, route, of_tabs) for path, route in TAB_ROUTES.items()),
        ]
    ]
    by_key = {"token_service": token_service, "key": key}
    session = {**by_key, "session_manager": session_manager}
    sign_out = {**session, "methods": [loopback, device_code]}
    terminal = {**by_key, "identity_endpoint": identity_endpoint}
    key_rules = [
        Rule(KeyMatcher(f"{url_path_join(base, 'token')}$"), KernelTokenRoute, by_key),
        Rule(KeyMatcher(f"{url_path_join(base, 'session')}$"), ProcessSessionRoute, session),
        Rule(KeyMatcher(f"{url_path_join(base, 'sign-out')}$"), ProcessSignOutRoute, sign_out),
        Rule(KeyMatcher(f"{url_path_join(base, 'terminal')}$"), TerminalRoute, terminal),
    ]
    serverapp.web_app.add_handlers(".*$", [*key_rules, *routes, *page_rules(base)])  # type: ignore[no-untyped-call]
    add_root_rules(serverapp.web_app, loopback, url_path_join(base, "loopback", "finish"))
    provider = serverapp.identity_provider

    identity_endpoint.owner = lambda: owner_key(provider)

    def on_sign_out(user_key: UserKey) -> None:
        if user_key == owner_key(provider):
            publisher.raise_generation()
            identity_endpoint.revoke_terminals()

    def on_withdrawn(user_key: UserKey) -> None:
        if user_key == owner_key(provider):
            publisher.raise_generation()

    permissions.on_withdrawn = on_withdrawn
    session_manager.user_sessions.on_sign_out = on_sign_out
    session_manager.user_sessions.on_forget = on_withdrawn

    def on_publish() -> Callable[[], None]:
        end = serve_own_process(provider, token_service)

        def on_withdraw() -> None:
            end()
            identity_endpoint.close()

        return on_withdraw

    publisher.on_publish = on_publish
    if not hasattr(serverapp, "_post_start"):  # an older server does not call the next function
        serverapp.io_loop.add_callback(publisher.publish_when_listening)


async def _start_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Write the connection file. Jupyter calls this when the server is up."""
    await publisher_of(serverapp.web_app.settings).publish_when_listening()


def _serve_kernels(manager: MappingKernelManager, endpoint: IdentityEndpoint) -> None:
    """Give kernels the endpoint's variables when they start, and when it is turned on or off."""
    running = RunningKernels(manager, endpoint.variables)
    endpoint.on_change = running.update

    def on_removed(kernel_id: str) -> None:
        running.forget(kernel_id)
        endpoint.revoke(kernel_id)

    add_variables(manager, endpoint.variables, on_removed)


def _kernels_of(serverapp: ServerApp) -> Callable[[str], bool]:
    return lambda kernel_id: kernel_id in serverapp.kernel_manager


def _routes(
    config: AzureAuthConfig,
    session_manager: SessionManager,
    loopback: LoopbackSignIn,
    device_code: DeviceCodeSignIn,
    token_service: KernelTokenService,
) -> list[tuple[str, type[AuthenticatedJSONHandler], dict[str, Any]]]:
    return [
        ("config", ConfigRoute, {"config": config}),
        ("session", SessionRoute, {"session_manager": session_manager}),
        ("switch-account", SwitchAccountRoute, {"session_manager": session_manager}),
        (
            "sign-out",
            SignOutRoute,
            {"session_manager": session_manager, "methods": [loopback, device_code]},
        ),
        ("restore", RestoreRoute, {"session_manager": session_manager}),
        ("persist", PersistenceRoute, {"session_manager": session_manager}),
        ("token", TokenRoute, {"token_service": token_service}),
        ("grants", GrantsRoute, {"token_service": token_service}),
        ("activity", ActivityRoute, {"token_service": token_service}),
        ("access", AccessRoute, {"token_service": token_service}),
        ("page-clients", PageClientsRoute, {"page_clients": PageClients()}),
        *((path, route, {"sign_in": loopback}) for path, route in LOOPBACK_ROUTES.items()),
        *((path, route, {"sign_in": device_code}) for path, route in DEVICE_CODE_ROUTES.items()),
    ]
