"""How a client is let in to a cluster: what travels encrypted, who the cluster proves to be, who the client is."""

import ssl
from errno import errorcode
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr

PREFIX = "AIGUILLAGE_KAFKA_"


def named(setting: str) -> str:
    """A setting as its operator writes it, in the environment."""
    return f"{PREFIX}{setting.upper()}"


class AccessFault(ValueError):  # noqa: N818 - the word of the rule files: something its operator can mend
    """A setting that lets nobody in: which, what is wrong with it, what to do. Never the secret itself."""

    def __init__(self, setting: str, found: str, remedy: str) -> None:
        super().__init__(f"{named(setting)} : {found} {remedy}")


class Access(BaseModel):
    """What the cluster's operator gave us; as it is made, a connection in clear text to whoever answers."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ca_file: Path | None = None
    """PEM certificates of the authorities whose word counts; unset means the system's."""
    certificate_file: Path | None = None
    """PEM certificate we show, those of its authorities after it."""
    key_file: Path | None = None
    """PEM key of that certificate, not encrypted."""
    sasl_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"] = "SCRAM-SHA-512"
    user: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    """A file with the password alone, instead of the password."""

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read or alter what is said."""
        return self.security_protocol.endswith("SSL")

    @property
    def is_by_password(self) -> bool:
        """Whether we say who we are by user and password."""
        return self.security_protocol.startswith("SASL_")

    def client(self) -> dict[str, Any]:
        """What aiokafka's clients are given beside the cluster's address; `AccessFault` when it will not do.

        Files are read now: a certificate or a password that changes is taken up at the next start.
        """
        self._check_combination()
        return {"security_protocol": self.security_protocol, **self._encryption(), **self._login()}

    def _check_combination(self) -> None:
        if not self.is_encrypted:
            self._check_absent("ca_file", "certificate_file", "key_file", remedy="SSL ou SASL_SSL")
        if not self.is_by_password:
            self._check_absent("user", "password", "password_file", remedy="SASL_SSL ou SASL_PLAINTEXT")
        elif not self.is_encrypted and self.sasl_mechanism == "PLAIN":
            raise AccessFault(
                "sasl_mechanism",
                f"PLAIN enverrait le mot de passe en clair avec {PREFIX}SECURITY_PROTOCOL=SASL_PLAINTEXT.",
                "Choisissez le protocole SASL_SSL, ou le mécanisme SCRAM-SHA-512.",
            )

    def _check_absent(self, *settings: str, remedy: str) -> None:
        for setting in settings:
            if getattr(self, setting) is not None:
                raise AccessFault(
                    setting,
                    f"sans effet avec {PREFIX}SECURITY_PROTOCOL={self.security_protocol}.",
                    f"Choisissez le protocole {remedy}, ou retirez ce réglage.",
                )

    def _encryption(self) -> dict[str, ssl.SSLContext]:
        if not self.is_encrypted:
            return {}
        # Slow to import, and only needed here.
        from chassis.settings.certificates import tls_context  # noqa: PLC0415

        return {"ssl_context": tls_context(self.ca_file, self.certificate_file, self.key_file)}

    def _login(self) -> dict[str, str]:
        if not self.is_by_password:
            return {}
        if not self.user:
            raise AccessFault("user", "manque.", f"{self.security_protocol} demande un utilisateur.")
        return {
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self._secret(),
        }

    def _secret(self) -> str:
        if self.password is not None and self.password_file is not None:
            raise AccessFault(
                "password_file", "le mot de passe est donné deux fois.", f"Retirez {PREFIX}PASSWORD."
            )
        if self.password_file is not None:
            secret = _text(self.password_file)
        else:
            secret = self.password.get_secret_value() if self.password is not None else ""
        if not secret:
            raise AccessFault(
                "password" if self.password_file is None else "password_file",
                "le mot de passe manque.",
                f"Donnez {PREFIX}PASSWORD_FILE, un fichier qui ne contient que lui, ou {PREFIX}PASSWORD.",
            )
        return secret


def _text(path: Path) -> str:
    try:
        return readable(path, "password_file").decode().rstrip("\r\n")
    except UnicodeDecodeError:
        fault = AccessFault("password_file", f"{path} n'est pas un texte.", "Écrivez-le en UTF-8.")
        raise fault from None  # the error would show a byte of it


def readable(path: Path, setting: str) -> bytes:
    """The bytes of a file a setting names; `AccessFault` when they cannot be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise AccessFault(
            setting,
            f"le fichier {path} est illisible ({_why(error)}).",
            "Corrigez le chemin, ou donnez au service le droit de le lire.",
        ) from error


def _why(error: OSError) -> str:
    """In the operator's language; the system's own code for what seldom happens."""
    words = {
        FileNotFoundError: "il n'existe pas",
        PermissionError: "lecture interdite",
        IsADirectoryError: "c'est un dossier",
        NotADirectoryError: "son chemin passe par un fichier",
    }
    return words.get(type(error)) or errorcode.get(error.errno or 0, "erreur inconnue")
