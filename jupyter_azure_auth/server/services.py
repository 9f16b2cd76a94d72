"""The parts of the server extension, and how they are connected."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
from jupyter_azure_auth.server.identity_endpoint.kernels import add_variables
from jupyter_azure_auth.server.identity_endpoint.running_kernels import RunningKernels
from jupyter_azure_auth.server.identity_endpoint.switch import Switch
from jupyter_azure_auth.server.persistence.select_backend import store_of
from jupyter_azure_auth.server.process_access.activity import ActivityLog
from jupyter_azure_auth.server.process_access.in_process import owner_key, serve_own_process
from jupyter_azure_auth.server.process_access.kernel_access import KernelAccessSetting
from jupyter_azure_auth.server.process_access.open_pages import OpenPages
from jupyter_azure_auth.server.process_access.page_events import TAB_REQUEST, PageEvents
from jupyter_azure_auth.server.process_access.permissions import ProcessPermissions
from jupyter_azure_auth.server.process_access.publisher import ConnectionPublisher
from jupyter_azure_auth.server.process_access.token_service import KernelTokenService
from jupyter_azure_auth.server.session_manager import SessionManager
from jupyter_azure_auth.server.sharing import Sharing
from jupyter_azure_auth.server.sign_in.methods import SignInMethods
from jupyter_azure_auth.server.tabs.relay import TabRelay

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.user_key import UserKey


@dataclass(frozen=True)
class Services:
    """What the routes need. Its ``repr`` omits the key."""

    config: AzureAuthConfig
    key: str = field(repr=False)
    """Authorizes the processes below the server, which read it from the connection file."""
    is_shared: Callable[[], bool]
    session_manager: SessionManager
    methods: SignInMethods
    token_service: KernelTokenService
    identity_endpoint: IdentityEndpoint
    publisher: ConnectionPublisher
    pages: OpenPages
    relay: TabRelay


def create_services(serverapp: ServerApp, config: AzureAuthConfig) -> Services:
    """Return the parts, connected with each other and with Jupyter's server."""
    key = secrets.token_urlsafe(32)
    sharing = Sharing(serverapp, configured=config.shared)
    publisher = ConnectionPublisher(serverapp, key, sharing.is_shared)
    store = store_of(config, serverapp)
    session_manager = SessionManager(config, store, sharing.is_ambient_shared)
    pages = OpenPages(serverapp.event_logger)
    permissions = ProcessPermissions(
        KernelAccessSetting(serverapp), lambda kernel_id: kernel_id in serverapp.kernel_manager
    )
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
        Switch(store.marker_folder, store.server),
        lambda: publisher.private_folder,
    )
    services = Services(
        config=config,
        key=key,
        is_shared=sharing.is_shared,
        session_manager=session_manager,
        methods=SignInMethods.create(config, session_manager.user_sessions),
        token_service=token_service,
        identity_endpoint=identity_endpoint,
        publisher=publisher,
        pages=pages,
        relay=TabRelay(PageEvents(serverapp.event_logger, TAB_REQUEST).tell),
    )
    _serve_kernels(serverapp.kernel_manager, identity_endpoint)
    _end_with_sign_in(serverapp, services, permissions)
    _serve_own_process(serverapp, services)
    return services


def _serve_kernels(manager: MappingKernelManager, endpoint: IdentityEndpoint) -> None:
    """Give kernels the endpoint's variables when they start, and when it is turned on or off."""
    running = RunningKernels(manager, endpoint.variables)
    endpoint.on_change = running.update

    def on_removed(kernel_id: str) -> None:
        running.forget(kernel_id)
        endpoint.revoke(kernel_id)

    # A kernel that is restarted never replies to what it was sent before.
    add_variables(manager, endpoint.variables, on_removed, on_restart=running.forget)


def _end_with_sign_in(
    serverapp: ServerApp, services: Services, permissions: ProcessPermissions
) -> None:
    """Have processes drop their tokens when the server's owner signs out or withdraws them."""
    provider, publisher = serverapp.identity_provider, services.publisher

    def on_sign_out(user_key: UserKey) -> None:
        if user_key == owner_key(provider):
            publisher.raise_generation()
            services.identity_endpoint.revoke_terminals()

    def on_withdrawn(user_key: UserKey) -> None:
        if user_key == owner_key(provider):
            publisher.raise_generation()

    permissions.on_withdrawn = on_withdrawn
    services.session_manager.user_sessions.on_sign_out = on_sign_out
    services.session_manager.user_sessions.on_forget = on_withdrawn


def _serve_own_process(serverapp: ServerApp, services: Services) -> None:
    """Issue tokens to the server's own extensions, from when it listens to when it stops."""
    provider, identity_endpoint = serverapp.identity_provider, services.identity_endpoint
    identity_endpoint.owner = lambda: owner_key(provider)

    def on_publish() -> Callable[[], None]:
        end = serve_own_process(provider, services.token_service)

        def on_withdraw() -> None:
            end()
            identity_endpoint.close()

        return on_withdraw

    services.publisher.on_publish = on_publish
