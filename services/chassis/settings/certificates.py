"""The TLS context of our clients, from files an operator gave; what is wrong with them is told before any broker is."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from chassis.settings.access import AccessFault, named, readable

RENEW = "Renouvelez-le, puis redémarrez le service."


def tls_context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """Trusts the authorities of `ca` (the system's when None) and shows `certificate`, if there is one.

    The broker's certificate must be valid and name the host we call. Raises `AccessFault`.
    """
    if ca is not None:
        _check_valid(ca, "ca_file")
    context = ssl.create_default_context(cafile=ca)
    if certificate is None and key is None:
        return context
    if certificate is None or key is None:
        missing, given = ("certificate_file", "key_file") if key else ("key_file", "certificate_file")
        raise AccessFault(
            missing, f"manque, alors que {named(given)} est donné.", "Le certificat et sa clé vont ensemble."
        )
    _check_valid(certificate, "certificate_file")
    _show(context, certificate, key)
    return context


def _show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    readable(key, "key_file")
    try:
        # Without an answer OpenSSL would ask for the password of an encrypted key on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            found, remedy = f"{key} n'est pas la clé de {certificate}.", "Donnez celle qui va avec lui."
        else:
            found = f"{key} n'est pas une clé lisible ({error.reason or 'format inconnu'})."
            remedy = "Il faut une clé PEM non chiffrée : « openssl pkey -in CLÉ -out CLÉ.pem »."
        raise AccessFault("key_file", found, remedy) from error


def _check_valid(path: Path, setting: str) -> None:
    """The first certificate of a file, or every one of the authorities', must be in its time."""
    content = readable(path, setting)
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise AccessFault(
            setting,
            f"{path} ne contient pas de certificat PEM.",
            "Il commence par « -----BEGIN CERTIFICATE----- » : convertissez-le avec openssl.",
        ) from error
    now = datetime.now(UTC)
    first = found[0]
    if setting == "ca_file" and any(now <= each.not_valid_after_utc for each in found):
        return
    if now > first.not_valid_after_utc:
        raise AccessFault(
            setting, f"le certificat {path} a expiré le {first.not_valid_after_utc:%d/%m/%Y}.", RENEW
        )
    if now < first.not_valid_before_utc:
        since = f"{first.not_valid_before_utc:%d/%m/%Y}"
        raise AccessFault(setting, f"le certificat {path} ne vaut qu'à partir du {since}.", RENEW)
