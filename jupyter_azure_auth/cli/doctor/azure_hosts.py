"""Asks hosts of Azure as MSAL does: with requests, its proxies and its CA bundle."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth.cli.time_limit import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth._clouds import Cloud

    from .context import Config

_PROXY_VARIABLES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")

CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

_METADATA_PATH: Final = "/v2.0/.well-known/openid-configuration"


@dataclass(frozen=True)
class HostAnswer:
    """What a host answered."""

    host: str
    outcome: Literal["answered", "untrusted", "unreachable"]
    status: int = 0
    is_json: bool = False
    skew_s: float | None = None
    """Seconds by which this computer's clock is ahead of the host's; None if it is not known."""
    proxy: str | None = None
    """Name of the environment variable with the proxy that is used."""
    ca_variable: str | None = None
    """Name of the environment variable with the CA file that is used."""


def authority_of(config: Config) -> str:
    """Return the address of a document of the authority.

    For an authority with its own metadata, that is its token endpoint, which answers any request.
    """
    metadata = config.authority_metadata or {}
    if config.authority is not None and metadata:
        return str(metadata.get("token_endpoint", config.authority))
    default = f"https://{_cloud(config).login_host}/{config.tenant_id or 'organizations'}"
    return f"{(config.authority or default).rstrip('/')}{_METADATA_PATH}"


def manager_host_of(config: Config) -> str:
    """Return the host of the cloud's resource manager."""
    return urlsplit(_cloud(config).resource_manager).netloc


def _cloud(config: Config) -> Cloud:
    return CLOUDS.get(config.cloud, CLOUDS[DEFAULT_CLOUD])


def probe(address: str, environ: Mapping[str, str], timeout: float) -> HostAnswer:
    """Return what a host answers in time. Sends nothing but the address.

    :param environ: environment variables of this process, which requests also reads.
    :param timeout: seconds.
    """
    import requests  # noqa: PLC0415, F401 (slow to import, which is not the host's fault)

    host = urlsplit(address).netloc
    proxy, ca_variable = _proxy_variable(host, environ), _first_set(CA_VARIABLES, environ)
    named = partial(HostAnswer, host, proxy=proxy, ca_variable=ca_variable)
    try:
        status, is_json, skew_s = within(timeout, lambda: _get(address, timeout))
    except OSError as error:  # those of requests are OSErrors, and so is a timeout
        return named("untrusted" if _is_about_certificates(error) else "unreachable")
    return named("answered", status, is_json, skew_s)


def _get(address: str, timeout: float) -> tuple[int, bool, float | None]:
    import requests  # noqa: PLC0415 (slow to import)

    before = time.time()
    answer = requests.get(address, timeout=timeout, allow_redirects=False)
    here = (before + time.time()) / 2
    is_json = "json" in answer.headers.get("Content-Type", "")
    return answer.status_code, is_json, _skew(here, answer.headers.get("Date"))


def _skew(here: float, date: str | None) -> float | None:
    try:
        return here - parsedate_to_datetime(date or "").timestamp()
    except (TypeError, ValueError):
        return None


def _proxy_variable(host: str, environ: Mapping[str, str]) -> str | None:
    from requests.utils import should_bypass_proxies  # noqa: PLC0415 (slow to import)

    name = _first_set(_PROXY_VARIABLES, environ)
    bypassed = name is not None and should_bypass_proxies(f"https://{host}", no_proxy=None)
    return None if bypassed else name


def _first_set(names: tuple[str, ...], environ: Mapping[str, str]) -> str | None:
    return next((name for name in names if environ.get(name)), None)


def _is_about_certificates(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error) or "CA certificate bundle" in str(error)
