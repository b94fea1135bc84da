"""Signatures of published rulebooks: Ed25519, over what is published, by which office, why and when.

A publication says which key signed it; services are given the public keys they trust, several at once so that one can
follow another. The time is signed too: who may write to the topic but has no key can put nothing older back in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from chassis.settings import SettingFault
from contracts import canonical

KEY_ID_DIGITS = 16
_END = b"-----END PUBLIC KEY-----"
_PURPOSE = "aiguillage rulebook.published 1"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a publication claims, and a signature vouches for."""

    digest: str
    author: str
    message: str
    at: datetime
    forced: bool = False
    """Whether values in force may be edited by it."""

    def signed_bytes(self) -> bytes:
        """The bytes that are signed: these words, for this purpose and no other."""
        return canonical.encode(
            {
                "at": self.at.astimezone(UTC).isoformat(),
                "author": self.author,
                "digest": self.digest,
                "message": self.message,
                "purpose": _PURPOSE,
                **({"forced": True} if self.forced else {}),
            }
        )


@dataclass(frozen=True, slots=True)
class Signature:
    """Which key signed, and what it wrote; both in hexadecimal digits."""

    key_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A claim and the signature that came with it: kept with the rulebook, so that it can be proved again."""

    claim: Claim
    signature: Signature

    def encoded(self) -> bytes:
        """As the journal keeps it."""
        claim, signature = self.claim, self.signature
        return canonical.encode(
            {
                "at": claim.at.astimezone(UTC).isoformat(),
                "author": claim.author,
                "digest": claim.digest,
                "key_id": signature.key_id,
                "message": claim.message,
                "signature": signature.value,
                **({"forced": True} if claim.forced else {}),
            }
        )

    @classmethod
    def decoded(cls, kept: bytes) -> Self:
        """What the journal kept."""
        said = orjson.loads(kept)
        at, forced = datetime.fromisoformat(said["at"]), bool(said.get("forced"))
        claim = Claim(said["digest"], said["author"], said["message"], at, forced=forced)
        return cls(claim, Signature(said["key_id"], said["signature"]))


class SigningKey:
    """The private key of an office that publishes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.id = _id_of(key.public_key())

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key of a PEM file, not encrypted; `SettingFault` when it holds none."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingFault(
                f"{path} ne contient pas de clé privée Ed25519 en clair, au format PEM. "
                "Faites-en une : openssl genpkey -algorithm ed25519 -out cle.pem"
            )
        return cls(key)

    def sign(self, claim: Claim) -> Signature:
        """The signature of a claim."""
        return Signature(self.id, self._key.sign(claim.signed_bytes()).hex())


class TrustedKeys:
    """The public keys whose signatures count, by their id."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = dict(keys)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The keys of a PEM file, one after the other; `SettingFault` when it holds none, or something else."""
        blocks = [block + _END for block in path.read_bytes().split(_END)[:-1]]
        keys = [_public(block) for block in blocks]
        if not keys or any(key is None for key in keys):
            raise SettingFault(
                f"AIGUILLAGE_RULES_KEYS : {path} doit contenir des clés publiques Ed25519 au format PEM, "
                "l'une après l'autre. Tirez-les des clés privées : openssl pkey -in cle.pem -pubout"
            )
        return cls({_id_of(key): key for key in keys if key is not None})

    def why_refused(self, claim: Claim, signature: Signature | None) -> str | None:
        """Why a publication is not to be trusted, in French; None when it is."""
        if signature is None:
            return "Cette publication n'est pas signée."
        key = self._keys.get(signature.key_id)
        if key is None:
            return (
                f"Cette publication est signée par la clé {signature.key_id}, qui n'est pas de confiance ici."
            )
        try:
            key.verify(bytes.fromhex(signature.value), claim.signed_bytes())
        except (InvalidSignature, ValueError):
            return f"La signature de la clé {signature.key_id} n'est pas celle de cette publication."
        return None


def _public(block: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(block.strip())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _id_of(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:KEY_ID_DIGITS]
