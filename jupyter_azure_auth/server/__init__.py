"""The server extension: its configuration, and the sign-ins that the server holds."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join
from tornado.routing import Rule

from jupyter_azure_auth.server.configuration import load_environment
from jupyter_azure_auth.server.device_code.routes import ROUTES as DEVICE_CODE_ROUTES
from jupyter_azure_auth.server.device_code.sign_in import DeviceCodeSignIn
from jupyter_azure_auth.server.door.announce import announce
from jupyter_azure_auth.server.door.door import Door
from jupyter_azure_auth.server.door.grants_route import GrantsRoute
from jupyter_azure_auth.server.door.route import DoorRoute, KeyMatcher
from jupyter_azure_auth.server.environment_route import EnvironmentRoute
from jupyter_azure_auth.server.identities import Identities
from jupyter_azure_auth.server.kept.places import store_of
from jupyter_azure_auth.server.loopback.root_rule import add_root_rules
from jupyter_azure_auth.server.loopback.routes import ROUTES as LOOPBACK_ROUTES
from jupyter_azure_auth.server.loopback.sign_in import LoopbackSignIn
from jupyter_azure_auth.server.session_routes import (
    KeepRoute,
    RestoreRoute,
    SessionRoute,
    SignOutRoute,
)
from jupyter_azure_auth.server.shared import Sharing
from jupyter_azure_auth.server.token_route import TokenRoute

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.gate import GatedHandler


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Read the configuration once and add the routes, all but one below ``<base>/azure-auth/``.

    :param serverapp: the server that starts. An invalid configuration does not stop it; the log
        says so once, and so does the panel.
    """
    environment = load_environment(serverapp.config)
    if environment.problem is not None:
        serverapp.log.error("jupyter-azure-auth has an invalid setting: %s", environment.problem)
    sharing = Sharing(serverapp, configured=environment.shared)
    store = store_of(environment, serverapp)
    identities = Identities(environment, store, sharing.is_machine_shared)
    loopback = LoopbackSignIn(environment, identities.people)
    device_code = DeviceCodeSignIn(environment, identities.people)
    door = Door(identities, sharing.is_shared, _kernels_of(serverapp), serverapp.log)
    key = secrets.token_urlsafe(32)
    base = url_path_join(serverapp.base_url, "azure-auth")
    routes = [
        (url_path_join(base, path), route, shared)
        for path, route, shared in _routes(environment, identities, loopback, device_code, door)
    ]
    opened = KeyMatcher(f"{url_path_join(base, 'token')}$")
    by_key = Rule(opened, DoorRoute, {"door": door, "key": key})
    serverapp.web_app.add_handlers(".*$", [by_key, *routes])  # type: ignore[no-untyped-call]
    add_root_rules(serverapp.web_app, loopback, url_path_join(base, "loopback", "finish"))
    announce(serverapp, key)


def _kernels_of(serverapp: ServerApp) -> Callable[[str], bool]:
    return lambda kernel_id: kernel_id in serverapp.kernel_manager


def _routes(
    environment: Environment,
    identities: Identities,
    loopback: LoopbackSignIn,
    device_code: DeviceCodeSignIn,
    door: Door,
) -> list[tuple[str, type[GatedHandler], dict[str, Any]]]:
    return [
        ("environment", EnvironmentRoute, {"environment": environment}),
        ("session", SessionRoute, {"identities": identities}),
        ("sign-out", SignOutRoute, {"identities": identities, "ways": [loopback, device_code]}),
        ("restore", RestoreRoute, {"identities": identities}),
        ("keep", KeepRoute, {"identities": identities}),
        ("token", TokenRoute, {"door": door}),
        ("grants", GrantsRoute, {"door": door}),
        *((path, route, {"sign_in": loopback}) for path, route in LOOPBACK_ROUTES.items()),
        *((path, route, {"sign_in": device_code}) for path, route in DEVICE_CODE_ROUTES.items()),
    ]
