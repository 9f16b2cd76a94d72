"""``InteractiveLoginAuthentication`` of Azure ML's SDK v1, with tokens of JupyterLab's sign-in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from azure.core.exceptions import AzureError

from jupyter_azure_auth._tenants import one_tenant
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.settings import check_tenant
from jupyter_azure_auth.machine.azure_cli import configured_cloud

from .clouds import choose_cloud
from .decide import Wanted
from .exceptions import OWN, Exceptions
from .hidden import HiddenText
from .page import PageCredential
from .sdk_methods import SdkMethods
from .sign_in import sign_in, where
from .terminal import TerminalCredential

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests
    from azure.core.credentials import TokenRequestOptions
    from typing_extensions import Self

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

    from .sign_in import Tokens

Result = TypeVar("Result")


class InteractiveLoginAuthentication(SdkMethods):
    """Tokens for Azure ML's SDK v1, in place of its class of this name.

    Uses who is there: the user that signed in in JupyterLab, the machine's identity, or the Azure
    CLI's sign-in. Where nobody is, it has the user sign in, from the Azure panel, or in a terminal
    without any Jupyter as :class:`azure.identity.InteractiveBrowserCredential` does. With
    azureml-core installed it is a subclass of the original.

    :param force: have the user sign in even so.
    :param tenant_id: directory, a GUID or a domain; that of whoever is there if None.
    :param cloud: ``AzureCloud``, ``AzureChinaCloud`` or ``AzureUSGovernment``. None: that of
        ``AZUREML_CURRENT_CLOUD``, else that of the Azure CLI, else ``AzureCloud``.
    :raises AuthenticationException: nobody is there and nobody can be asked, or the sign-in was
        refused, cancelled or not done in time. It is azureml's, and azure-core's
        ``ClientAuthenticationError``.
    :raises UserErrorException: an argument can not be used; the text says what can.
    """

    _exceptions: Exceptions = OWN

    def __init__(
        self,
        force: bool = False,  # noqa: FBT001, FBT002 (the signature of the original)
        tenant_id: str | None = None,
        cloud: str | None = None,
    ) -> None:
        try:
            check_tenant(tenant_id)
            configured = configured_cloud(os.environ, "")
            choice = choose_cloud(cloud, os.environ, configured, self._known_clouds())
        except ValueError as error:
            raise self._exceptions.wrong_argument(str(error)) from None
        self._tenant_id = tenant_id
        self._cloud_type = self._cloud(choice.name)
        self._wanted = Wanted(bool(force), one_tenant(tenant_id), choice.wanted)
        self._tokens: Tokens | None = None
        self._tenant_of_user: str | None = None
        self._safely(self._signed_in)

    def get_authentication_header(self) -> dict[str, str]:
        """Make the header for Azure Resource Manager, a new dictionary each time.

        Its value is a text whose ``repr`` hides the token; ``requests``, ``httpx`` and ``str`` get
        it whole.
        """
        return {"Authorization": HiddenText(f"Bearer {self.get_token().token}")}

    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Get a token for these scopes; without any, for Azure Resource Manager.

        :param options: ``claims``, ``tenant_id``, ``enable_cae``.
        :returns: unpacks to the token and its end in seconds since the epoch, and prints neither.
        """
        asked = scopes or (self._arm_scope,)
        return self._safely(lambda: self._signed_in().get_token(*asked, **options))

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Do the same, with what azure-core's pipelines like to know."""
        asked = scopes or (self._arm_scope,)
        return self._safely(lambda: self._signed_in().get_token_info(*asked, options=options))

    def signed_session(self, session: requests.Session | None = None) -> requests.Session:
        """Put the header of this moment into a session, as the original does.

        :param session: a new one if None.
        """
        from requests import Session  # noqa: PLC0415 (90 ms)

        session = session or Session()
        session.headers.update(self.get_authentication_header())
        return session

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        return self._safely(super()._get_all_subscription_ids)

    def _whose(self) -> tuple[object, str | None]:
        return self._signed_in().account, self._tenant_of_user

    def _signed_in(self) -> Tokens:
        """Do what the constructor does, once; in a copy from another process, at first use."""
        if self._tokens is None:
            wanted = self._wanted
            page = PageCredential(tenant_id=wanted.tenant_id, cloud=wanted.cloud)
            terminal = TerminalCredential(wanted.tenant_id, self._cloud_type)
            place = where(os.environ, kernel=process_broker.kernel is not None)
            outcome = sign_in(wanted, self._arm_scope, place, page, terminal)
            if not isinstance(outcome, tuple):
                raise self._exceptions.of(outcome)
            self._tokens, found = outcome
            self._tenant_of_user = found.tenant_id
        return self._tokens

    def _safely(self, get: Callable[[], Result]) -> Result:
        """Raise what azureml's users catch."""
        try:
            return get()
        except (AzureError, ValueError) as error:
            failure = self._exceptions.convert(error)
        raise failure

    def __repr__(self) -> str:
        cloud = self._cloud_type.name
        return f"{type(self).__name__}(tenant_id={self._tenant_id!r}, cloud={cloud!r})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        # azureml-core copies its contexts deeply, and this with them: it is the same sign-in.
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Keep the arguments, whose sign-in it is, and no token.

        Whoever unpickles it is not asked before it is used.
        """
        wanted = self._wanted
        return {
            "session": self._tokens if isinstance(self._tokens, PageCredential) else None,
            "tenant_of_user": self._tenant_of_user,
            "tenant_id": wanted.tenant_id,
            "cloud": self._cloud_type.name,
            "named": wanted.cloud,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._wanted = Wanted(tenant_id=one_tenant(state["tenant_id"]), cloud=state["named"])
        self._tenant_id = state["tenant_id"]
        self._cloud_type = self._cloud(state["cloud"])
        self._tokens, self._tenant_of_user = state["session"], state["tenant_of_user"]
