"""What the user allows the processes below the server to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.process_access.kernel_access import find_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.process_access.kernel_access import KernelAccessSetting
    from jupyter_azure_auth.server.user_key import UserKey

PROGRAMS: Final = ""
"""Stands for all programs, which the server cannot tell apart. No kernel has this id."""


class ProcessPermissions:
    """What the user has set and revoked, for the rule in :mod:`.kernel_access`."""

    def __init__(self, setting: KernelAccessSetting, runs_here: Callable[[str], bool]) -> None:
        """Create an object that refuses nothing to any process.

        :param setting: the user's setting for kernels and programs.
        :param runs_here: returns whether this server has a kernel with this id.
        """
        self._setting = setting
        self.runs_here = runs_here
        self._revoked: dict[UserKey, frozenset[str]] = {}
        self._denied = False
        self.on_withdrawn: Callable[[UserKey], None] = lambda _: None
        """Called when all processes must drop their tokens, because some may not keep them."""

    async def check(self, user_key: UserKey, process: str, *, refresh: bool = False) -> None:
        """Check that a process may have tokens.

        :param process: id of a kernel, or :data:`PROGRAMS`.
        :param refresh: whether the user's setting has changed just now.
        :raises AuthError: if it may not.
        """
        setting = await self._setting.read(refresh=refresh)
        was_denied, self._denied = self._denied, setting == "deny"
        if self._denied and not was_denied:
            self.on_withdrawn(user_key)
        code = find_refusal(setting, is_revoked=process in self._revoked_of(user_key))
        if code is not None:
            raise AuthError(code)

    async def read_setting(self) -> str:
        """Return the user setting ``kernelAccess``."""
        return await self._setting.read()

    def revoke(self, user_key: UserKey, process: str) -> None:
        """Refuse a process any token from now on, and withdraw those that it has."""
        self._revoked[user_key] = self._revoked_of(user_key) | {process}
        # Processes that may have a token get a new one.
        self.on_withdrawn(user_key)

    def restore(self, user_key: UserKey, process: str) -> None:
        """Undo :meth:`revoke`."""
        self._revoked[user_key] = self._revoked_of(user_key) - {process}

    def list_revoked(self, user_key: UserKey) -> Mapping[str, Any]:
        """Return which kernels are refused, and whether programs are."""
        revoked = self._revoked_of(user_key)
        return {"kernels": sorted(revoked - {PROGRAMS}), "programs": PROGRAMS in revoked}

    def _revoked_of(self, user_key: UserKey) -> frozenset[str]:
        """Return the ids that still mean something: a kernel has its id as long as it runs."""
        known = self._revoked.get(user_key, frozenset())
        return frozenset(one for one in known if one == PROGRAMS or self.runs_here(one))
