"""Whether this server has several users, decided in one place.

It applies to pages, process access and ambient identities alike.
"""

from __future__ import annotations

import os
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.distinct_users import has_distinct_users

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_server.serverapp import ServerApp
    from tornado.web import RequestHandler

COLLABORATION_EXTENSIONS: Final = frozenset(
    {
        "jupyter_server_ydoc",
        "jupyter_collaboration",
        "jupyter_server_documents",
        "jupyter_rtc_core",
    }
)
"""Server extensions that provide collaboration: those of all versions of jupyter-collaboration, and
its replacements."""

ROOMS_PATH: Final = "api/collaboration/"
"""Part of the path of collaborative documents in all of them, regardless of the installed name."""

_SETTING: Final = "jupyter_azure_auth.sharing"


class Sharing:
    """Decides whether users other than this server's owner can run code in its kernels."""

    def __init__(self, app: ServerApp, *, configured: bool | None) -> None:
        """Start recording the users of a server that JupyterHub has started.

        JupyterHub starts a server for one user, but admits others with the scope
        ``access:servers``. Only the Hub knows them, so every admitted user is recorded.

        :param configured: the administrator's setting; None: decide.
        """
        self._app = app
        self._configured = configured
        self._on_hub = "JUPYTERHUB_API_TOKEN" in os.environ
        owner = os.environ.get("JUPYTERHUB_USER")
        self._users = set() if owner is None else {owner}
        if self._on_hub and has_distinct_users(app.identity_provider):
            self._note_users()
        app.web_app.settings[_SETTING] = self

    def is_shared(self) -> bool:
        """Whether this server has several users.

        Must be called at each request, because other extensions load later and users come later.
        """
        if self._configured is not None:
            return self._configured
        one_owner = not has_distinct_users(self._app.identity_provider) or (
            self._on_hub and len(self._users) <= 1
        )
        return not one_owner or self._brings_collaboration()

    def is_ambient_shared(self) -> bool:
        """Whether several users may share the ambient identities.

        On JupyterHub, all users with a server on the machine share them.
        """
        apart = has_distinct_users(self._app.identity_provider)
        return self.is_shared() or (self._configured is None and apart)

    def _note_users(self) -> None:
        provider = self._app.identity_provider
        get_user = provider.get_user

        async def get_and_note(handler: RequestHandler) -> Any:
            user = get_user(handler)
            if isawaitable(user):
                user = await user
            if user is not None:
                self._users.add(user.username)
            return user

        # The one function that admits users, including to a kernel's websocket.
        provider.get_user = get_and_note  # type: ignore[method-assign]

    def _brings_collaboration(self) -> bool:
        found = self._app.extension_manager.extensions
        by_name = any(name in found and found[name].enabled for name in COLLABORATION_EXTENSIONS)
        return by_name or any(
            ROOMS_PATH in getattr(getattr(rule.matcher, "regex", None), "pattern", "")
            for group in self._app.web_app.default_router.rules
            for rule in getattr(group.target, "rules", ())
        )


def sharing_of(settings: Mapping[str, Any]) -> Sharing:
    """Return the object from the settings of the server's web application."""
    sharing: Sharing = settings[_SETTING]
    return sharing
