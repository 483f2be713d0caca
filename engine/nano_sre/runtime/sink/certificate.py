"""The certificate with which the sink speaks for vendors: one key per process, which only our browsers trust."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ssl
import tempfile
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "nano-sre.invalid"
DAYS = 3650  # an agent may run for a long time; nobody but our own browsers ever sees it


@dataclass(frozen=True, slots=True)
class Certificate:
    """`spki` is the base64 SHA-256 that Chromium's `--ignore-certificate-errors-spki-list` takes."""

    spki: str
    server: ssl.SSLContext


@cache
def certificate() -> Certificate:
    """Made when first asked for; the key is never kept on disk."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile(prefix="nano-sre-", suffix=".pem") as file:  # `ssl` reads files only
        file.write(private + made.public_bytes(serialization.Encoding.PEM))
        file.flush()
        server.load_cert_chain(file.name)
    return Certificate(spki=base64.b64encode(hashlib.sha256(public).digest()).decode(), server=server)
