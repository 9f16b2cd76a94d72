"""The HTTP connection to a Jupyter server on this host, without proxies and redirects."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class OtherCertificateError(OSError):
    """The server presented a certificate other than its own; nothing was sent."""


@contextmanager
def server_connection(
    host: str, port: int, timeout: float, *, secure: bool, certificate: str | None
) -> Iterator[http.client.HTTPConnection]:
    """Return an open connection, which is closed afterwards.

    :param timeout: seconds to connect, and for each read.
    :param secure: whether the server speaks TLS.
    :param certificate: SHA-256 of the certificate that it must present; None if it is not known.
    :raises OtherCertificateError: it presents another one.
    :raises OSError: it does not answer.
    """
    with closing(_connection(host, port, timeout, secure=secure)) as connection:
        connection.connect()
        if certificate is not None:
            _check_certificate(connection, certificate)
        yield connection


def _connection(
    host: str, port: int, timeout: float, *, secure: bool
) -> http.client.HTTPConnection:
    if not secure:
        return http.client.HTTPConnection(host, port, timeout=timeout)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The certificate is issued for the server's public name, perhaps by a CA that this host does
    # not trust. The address is one at which a process of this user listens on this host, and the
    # certificate's hash, which is stronger than a chain of issuers, is compared if it is known.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def _check_certificate(connection: http.client.HTTPConnection, expected: str) -> None:
    shown = connection.sock.getpeercert(binary_form=True) or b""  # type: ignore[union-attr]
    if not hmac.compare_digest(hashlib.sha256(shown).hexdigest(), expected):
        raise OtherCertificateError
