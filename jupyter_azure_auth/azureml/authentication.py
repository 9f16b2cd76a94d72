"""``InteractiveLoginAuthentication`` for Azure ML's SDK v1, with tokens from JupyterLab."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from azure.core.exceptions import AzureError

from jupyter_azure_auth._redacted import RedactedText
from jupyter_azure_auth._validation import one_tenant
from jupyter_azure_auth.ambient.azure_cli import configured_cloud
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.settings import check_tenant

from .clouds import CLOUDS, choose_cloud
from .exceptions import FALLBACK_EXCEPTIONS, Exceptions
from .sign_in import SignInRequest, prompt_target, sign_in
from .sign_in_methods import JupyterSignInCredential, TerminalCredential

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import requests
    from azure.core.credentials import TokenCredential, TokenRequestOptions
    from typing_extensions import Self

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

    from .sign_in import TokenSource

Result = TypeVar("Result")

SUBSCRIPTIONS_TTL_S: Final = 300.0
"""Seconds for which a list of subscriptions is cached: a workspace requests it many times."""

API_VERSION: Final = "2022-12-01"

PAGES_LIMIT: Final = 100
"""Maximum pages of the list that are read; a page has hundreds of entries."""


class Subscription(NamedTuple):
    """A subscription. azureml-core accepts any such pair; neither field is None."""

    subscription_name: str
    subscription_id: str


class InteractiveLoginAuthentication:
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
    _ambient_auth: object = None
    """Read by other packages. The original stores an identity of the machine in it."""
    _subscriptions: tuple[object, float, list[Subscription]] | None = None

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

    # Private methods that azureml-core and related packages call besides the public ones.

    def _get_arm_token(self) -> str:
        return RedactedText(self.get_token().token)

    def _get_graph_token(self) -> str:
        return self._get_resource_token(
            self._cloud_type.endpoints.active_directory_graph_resource_id
        )

    def _get_azureml_client_token(self) -> str:
        return self._get_resource_token(self._azureml_resource())

    def _get_azureml_client_authentication_header(self) -> dict[str, str]:
        return {"Authorization": RedactedText(f"Bearer {self._get_azureml_client_token()}")}

    def _get_resource_token(self, resource: str) -> str:
        # A trailing slash is part of the resource id and kept.
        return RedactedText(self.get_token(f"{resource}/.default").token)

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        found = self._safely(self._current_subscriptions)
        return list(found), self._tenant_of_user or "the"

    def _current_subscriptions(self) -> list[Subscription]:
        account = self._get_token_source().account
        cached = self._subscriptions
        if cached is None or cached[0] != account or cached[1] < monotonic():
            found = list_subscriptions(self, self._get_arm_end_point(), self._arm_scope)
            cached = self._subscriptions = (account, monotonic() + SUBSCRIPTIONS_TTL_S, found)
        return cached[2]

    def _get_workspace(
        self,
        subscription_id: str,  # noqa: ARG002 (named as the original has them)
        resource_group: str,  # noqa: ARG002
        name: str,  # noqa: ARG002
    ) -> Any:
        return None  # the caller then asks Azure Resource Manager

    def _get_ambient(self, cloud: str | None = None) -> Any:  # noqa: ARG002
        return None  # the original's search for identities is not used

    def _get_cloud_type(self) -> Any:
        return self._cloud_type

    def _get_arm_end_point(self) -> str:
        return str(self._cloud_type.endpoints.resource_manager)

    @property
    def _arm_scope(self) -> str:
        return f"{self._cloud_type.endpoints.active_directory_resource_id}/.default"

    # Overridden with azureml-core's data if it is installed.

    def _known_clouds(self) -> Collection[str]:
        return tuple(CLOUDS)

    def _cloud(self, name: str) -> Any:
        return CLOUDS[name]

    def _azureml_resource(self) -> str:
        return CLOUDS[self._cloud_type.name].endpoints.azureml_resource_id

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


def list_subscriptions(
    credential: TokenCredential, resource_manager: str, scope: str
) -> list[Subscription]:
    """Return the subscriptions from Azure Resource Manager. Uses https and answers challenges.

    :param resource_manager: address; further pages are read from this origin only.
    :param scope: scope of Azure Resource Manager.
    :raises ~azure.core.exceptions.AzureError: the request was refused or failed.
    """
    return [
        Subscription(str(one.get("displayName") or ""), str(one["subscriptionId"]))
        for one in _entries(credential, resource_manager.rstrip("/"), scope)
    ]


def _entries(credential: TokenCredential, origin: str, scope: str) -> Iterator[dict[str, Any]]:
    from azure.core import PipelineClient  # noqa: PLC0415 (loads requests)
    from azure.core.pipeline.policies import (  # noqa: PLC0415
        BearerTokenCredentialPolicy,
        RetryPolicy,
    )
    from azure.core.rest import HttpRequest  # noqa: PLC0415

    policies = [RetryPolicy(), BearerTokenCredentialPolicy(credential, scope)]
    address: str | None = f"{origin}/subscriptions?api-version={API_VERSION}"
    client: PipelineClient[Any, Any] = PipelineClient(origin, policies=policies)
    with client:
        for _ in range(PAGES_LIMIT):
            if address is None or not address.startswith(f"{origin}/"):
                return
            response = client.send_request(HttpRequest("GET", address))
            response.raise_for_status()
            page = response.json()
            yield from page.get("value", [])
            address = page.get("nextLink")
