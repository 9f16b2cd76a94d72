"""The loopback address of this server, and the fingerprint of its certificate."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_azure_auth.connection_file import UnreachableReason


class LoopbackAddress(NamedTuple):
    """Host and port on loopback, as in a URL, and the SHA-256 of the certificate (None: no TLS)."""

    netloc: str
    certificate: str | None


def find_loopback_address(
    names: Iterable[Any], ssl_options: Any
) -> LoopbackAddress | UnreachableReason:
    """Return the address at which kernels can reach this server.

    :param names: the result of ``getsockname`` for each socket that the server listens on.
    :param ssl_options: of its HTTP server; None without TLS.
    :returns: the address, IPv4 preferred; or the reason why there is none.
    """
    tcp = [name for name in names if isinstance(name, tuple)]
    if not tcp:
        return "unix_socket"
    netlocs = [netloc for netloc in map(_loopback, tcp) if netloc is not None]
    if not netlocs:
        return "not_on_loopback"
    netloc = min(netlocs, key=lambda netloc: netloc.startswith("["))
    if ssl_options is None:
        return LoopbackAddress(netloc, None)
    # An SSLContext does not expose its certificate, nor whether it requires client certificates.
    if not isinstance(ssl_options, dict):
        return "unknown_certificate"
    if ssl_options.get("cert_reqs") not in (None, ssl.CERT_NONE):
        return "client_certificate"
    certificate = _fingerprint(ssl_options.get("certfile"))
    return "unknown_certificate" if certificate is None else LoopbackAddress(netloc, certificate)


def _loopback(name: tuple[Any, ...]) -> str | None:
    ip, port = ipaddress.ip_address(str(name[0]).partition("%")[0]), name[1]
    if ip.is_unspecified:
        ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")  # noqa: PLR2004
    if not ip.is_loopback:
        return None
    return f"{ip}:{port}" if ip.version == 4 else f"[{ip}]:{port}"  # noqa: PLR2004


def _fingerprint(certfile: object) -> str | None:
    try:
        text = Path(str(certfile)).read_text("ascii", "replace")
    except OSError:
        return None
    # The first certificate is the server's; the chain follows it, the key may precede it.
    begin, end = text.find(ssl.PEM_HEADER), text.find(ssl.PEM_FOOTER)
    if not 0 <= begin < end:
        return None
    try:
        der = ssl.PEM_cert_to_DER_cert(text[begin : end + len(ssl.PEM_FOOTER)])
    except ValueError:
        return None
    return hashlib.sha256(der).hexdigest()
