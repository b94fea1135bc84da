"""A certificate authority of our own: what a cluster's operator would hand out, as PEM files in a folder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

BEGAN = datetime.now(UTC) - timedelta(hours=1)
LONG = timedelta(days=2)
HOST = ip_address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Authority:
    """`NAME.pem` is its certificate; those it issues are for 127.0.0.1 and stand beside it."""

    folder: Path
    certificate: x509.Certificate
    _key: ec.EllipticCurvePrivateKey

    @classmethod
    def named(cls, name: str, folder: Path, since: datetime = BEGAN, until: datetime | None = None) -> Self:
        """A new one; its certificate is written."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _draft(name, name, key, since, until)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        return cls(folder, certificate, key)

    def issue(self, name: str, since: datetime = BEGAN, until: datetime | None = None) -> Path:
        """`NAME.pem`, `NAME.key`, and `NAME.encrypted.key` whose password is `secret`; the certificate's path."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        certificate = (
            _draft(name, str(issuer), key, since, until)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(HOST)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self.folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(_written(key, NoEncryption()))
        (self.folder / f"{name}.encrypted.key").write_bytes(_written(key, BestAvailableEncryption(b"secret")))
        return path


def _draft(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, since: datetime, until: datetime | None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until or since + LONG)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _written(key: ec.EllipticCurvePrivateKey, encryption: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
