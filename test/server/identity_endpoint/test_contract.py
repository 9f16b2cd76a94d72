"""Requests and responses of the contract, without a server."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from jupyter_azure_auth._models import Account
from jupyter_azure_auth.server.identity_endpoint.contract import (
    EndpointError,
    EndpointRequest,
    parse_request,
    token_to_wire,
)
from jupyter_azure_auth.server.models import IssuedToken

HOST = "127.0.0.1:5555"
HEADERS = {"Host": HOST, "X-Identity-Header": "s"}
QUERY = "api-version=2019-08-01&resource=https://storage.azure.com"


def parse(query: str = QUERY, **headers: str) -> EndpointRequest:
    all_headers = HTTPHeaders({**HEADERS, **{n.replace("_", "-"): v for n, v in headers.items()}})
    return parse_request(request(query, all_headers), HOST)


def request(query: str, headers: HTTPHeaders) -> HTTPServerRequest:
    start_line = RequestStartLine("GET", f"/?{query}", "HTTP/1.1")
    return HTTPServerRequest(
        headers=headers,
        start_line=start_line,
        connection=cast("Any", SimpleNamespace(context=None)),
    )


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        ("https://storage.azure.com", "https://storage.azure.com/.default"),
        # Entra's own rule: a resource that ends in a slash needs two.
        ("https://database.windows.net/", "https://database.windows.net//.default"),
        ("499b84ac-1321-427f-aa17-267ca6975798", "499b84ac-1321-427f-aa17-267ca6975798/.default"),
        ("https://vault.azure.net/.default", "https://vault.azure.net/.default"),
    ],
)
def test_a_resource_becomes_a_scope(resource: str, scope: str) -> None:
    assert parse(f"api-version=2019-08-01&resource={resource}") == EndpointRequest(scope, "s")


def test_the_secret_is_not_in_the_repr() -> None:
    assert "'s'" not in repr(parse())


@pytest.mark.parametrize(
    "name", ["client_id", "clientid", "object_id", "principal_id", "mi_res_id", "msi_res_id"]
)
def test_a_named_identity_is_never_the_user(name: str) -> None:
    with pytest.raises(EndpointError, match="names a managed identity"):
        parse(f"{QUERY}&{name}=x")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "resource=https://storage.azure.com",
        "api-version=2019-08-01",
        "api-version=2019-08-01&resource=",
        "api-version=1&resource=https://storage.azure.com",
        f"{QUERY}&resource=https://vault.azure.net",
        f"{QUERY}&api-version=2019-08-01",
    ],
)
def test_a_malformed_query_is_refused(query: str) -> None:
    with pytest.raises(EndpointError, match="The parameter"):
        parse(query)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test:5555"},
        {"Host": "localhost:5555"},
        {"Host": "127.0.0.1:80"},
        {"Origin": "http://127.0.0.1:5555"},
        {"Sec_Fetch_Site": "none"},
        {"Forwarded": "for=10.0.0.1"},
        {"X_Forwarded_For": "10.0.0.1"},
        {"X_Forwarded_Host": HOST},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
def test_browsers_and_proxies_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(EndpointError, match="Only programs on this host"):
        parse(**headers)


def test_a_missing_or_second_secret_is_refused() -> None:
    headers = HTTPHeaders({"Host": HOST})
    for secrets in ([], ["s", "s"]):
        for secret in secrets:
            headers.add("X-IDENTITY-HEADER", secret)
        with pytest.raises(EndpointError, match="X-IDENTITY-HEADER is missing"):
            parse_request(request(QUERY, headers), HOST)


@pytest.mark.parametrize(("expires_on", "reported"), [(10_300, "10300"), (13_600, "10600")])
def test_at_most_ten_minutes_are_reported(expires_on: int, reported: str) -> None:
    account = Account("o.t", "Ada", "ada@contoso.com", "t")
    issued = IssuedToken("t0", "Bearer", expires_on, None, account)
    assert token_to_wire(issued, "https://storage.azure.com/.default", lambda: 10_000) == {
        "access_token": "t0",
        "expires_on": reported,
        "resource": "https://storage.azure.com",
        "token_type": "Bearer",
    }
