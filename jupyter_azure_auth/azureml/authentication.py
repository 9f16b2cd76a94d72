"""``InteractiveLoginAuthentication`` for Azure ML's SDK v1, with tokens from JupyterLab."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from azure.core.exceptions import AzureError

from jupyter_azure_auth._redacted import RedactedText
from jupyter_azure_auth._validation import one_tenant
from jupyter_azure_auth.ambient.azure_cli import configured_cloud
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.settings import check_tenant

from .clouds import choose_cloud
from .exceptions import FALLBACK_EXCEPTIONS, Exceptions
from .jupyter_sign_in import JupyterSignInCredential
from .sdk_methods import SdkMethods
from .sign_in import SignInRequest, prompt_target, sign_in
from .terminal import TerminalCredential

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests
    from azure.core.credentials import TokenRequestOptions
    from typing_extensions import Self

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

    from .sign_in import TokenSource

Result = TypeVar("Result")


class InteractiveLoginAuthentication(SdkMethods):
    """A drop-in replacement for the class of the same name in Azure ML's SDK v1.

    It uses an existing identity: the user who is signed in in JupyterLab, the machine's identity,
    or the Azure CLI's account. Otherwise it has the user sign in: from the Azure panel, or in a
    terminal without Jupyter as :class:`azure.identity.InteractiveBrowserCredential` does. If
    azureml-core is installed, it is a subclass of the original.

    :param force: True to have the user sign in even if an identity exists.
    :param tenant_id: directory, a GUID or a domain; None for the directory of the identity.
    :param cloud: ``AzureCloud``, ``AzureChinaCloud`` or ``AzureUSGovernment``. None for the value
        of ``AZUREML_CURRENT_CLOUD``, otherwise the Azure CLI's cloud, otherwise ``AzureCloud``.
    :raises AuthenticationException: there is no identity and no user to prompt, or the sign-in was
        refused, cancelled or not completed in time. It is a subclass of azureml's class and of
        azure-core's ``ClientAuthenticationError``.
    :raises UserErrorException: an argument is invalid; the text says what is valid.
    """

    _exceptions: Exceptions = FALLBACK_EXCEPTIONS

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
        self._sign_in_request = SignInRequest(bool(force), one_tenant(tenant_id), choice.required)
        self._token_source: TokenSource | None = None
        self._tenant_of_user: str | None = None
        self._safely(self._get_token_source)

    def get_authentication_header(self) -> dict[str, str]:
        """Return the header for Azure Resource Manager, as a new dictionary each time.

        Its value is a string with a ``repr`` that hides the token; ``requests``, ``httpx`` and
        ``str`` get the token.
        """
        return {"Authorization": RedactedText(f"Bearer {self.get_token().token}")}

    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Return a token for these scopes, or without any for Azure Resource Manager.

        :param scopes: all of one resource.
        :param options: ``claims``, ``tenant_id``, ``enable_cae``.
        :returns: a tuple of the token and its expiry in seconds since the epoch; its ``repr`` omits
            the token.
        :raises AuthenticationException: there is no token.
        """
        asked = scopes or (self._arm_scope,)
        return self._safely(lambda: self._get_token_source().get_token(*asked, **options))

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Return a token with the details that azure-core's pipelines use.

        :param scopes: as for :meth:`get_token`.
        :param options: ``claims``, ``tenant_id``, ``enable_cae``.
        :returns: ``expires_on`` and ``refresh_on`` are in seconds since the epoch.
        :raises AuthenticationException: there is no token.
        """
        asked = scopes or (self._arm_scope,)
        return self._safely(
            lambda: self._get_token_source().get_token_info(*asked, options=options)
        )

    def signed_session(self, session: requests.Session | None = None) -> requests.Session:
        """Return a session with the current authorization header, as the original does.

        :param session: the session to update; None to create one.
        """
        from requests import Session  # noqa: PLC0415 (90 ms)

        session = session or Session()
        session.headers.update(self.get_authentication_header())
        return session

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        return self._safely(super()._get_all_subscription_ids)

    def _accountand_tenant(self) -> tuple[object, str | None]:
        return self._get_token_source().account, self._tenant_of_user

    def _get_token_source(self) -> TokenSource:
        """Return the credential. Signs in once: in the constructor, or a copy's first use."""
        if self._token_source is None:
            request = self._sign_in_request
            page = JupyterSignInCredential(tenant_id=request.tenant_id, cloud=request.cloud)
            terminal = TerminalCredential(request.tenant_id, self._cloud_type)
            target = prompt_target(os.environ, kernel=process_broker.kernel is not None)
            outcome = sign_in(request, self._arm_scope, target, page, terminal)
            if not isinstance(outcome, tuple):
                raise self._exceptions.of(outcome)
            self._token_source, existing = outcome
            self._tenant_of_user = existing.tenant_id
        return self._token_source

    def _safely(self, get: Callable[[], Result]) -> Result:
        """Return the result, or raise the exceptions that azureml's users catch."""
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
        # azureml-core makes deep copies of its contexts; the sign-in in them stays the same.
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return the arguments and the account, without a token.

        A copy prompts its user only when it is used.
        """
        request = self._sign_in_request
        return {
            "session": self._token_source
            if isinstance(self._token_source, JupyterSignInCredential)
            else None,
            "tenant_of_user": self._tenant_of_user,
            "tenant_id": request.tenant_id,
            "cloud": self._cloud_type.name,
            "named": request.cloud,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._sign_in_request = SignInRequest(
            tenant_id=one_tenant(state["tenant_id"]), cloud=state["named"]
        )
        self._tenant_id = state["tenant_id"]
        self._cloud_type = self._cloud(state["cloud"])
        self._token_source, self._tenant_of_user = state["session"], state["tenant_of_user"]


# Pickles refer to the class by its public name.
InteractiveLoginAuthentication.__module__ = "jupyter_azure_auth"
