"""A rulebook as one message on the compacted topic `rulebooks`, and back."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from chassis.bus import Message
from chassis.rulebook.book import Rulebook
from chassis.rulebook.directory import LARGEST_TOTAL_BYTES
from chassis.rulebook.durable import EngineError
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulebook.loading import recheck
from chassis.rulesource.bundle_limits import QUOTED, above_limits
from chassis.rulesource.collector import collector_paused
from chassis.rulesource.offer import Offer
from chassis.rulesource.signatures import Claim, Signature, Signed, SigningKey, TrustedKeys
from contracts import canonical
from contracts.envelope import derived_id, emit, open_emitted
from contracts.events.rulebooks import RulebookPublished
from contracts.rejected import Rejected

TOPIC = "rulebooks"
PUBLISHED = "rulebook.published"
SOURCE = "/aiguillage/rules"
LARGEST_VALUE_BYTES = 512 * 1024
"""A message of the house; a rulebook above it is refused before it is published."""
LARGEST_BUNDLE_BYTES = QUOTED * LARGEST_TOTAL_BYTES
"""What a published bundle may expand to; a reader stops there."""


class TooLargeError(ValueError):
    """The rulebook does not fit in one message."""


def message_of(
    book: Rulebook,
    author: str,
    message: str,
    at: datetime,
    key: SigningKey | None = None,
    *,
    forced: bool = False,
    examples: int | None = None,
) -> Message:
    """The message that publishes a rulebook; its key is its digest, so compaction keeps each one for ever.

    It is signed when a key is given. `forced` says that it may edit values in force, `examples` how many examples were
    tried and held, None when they were not. Raises `TooLargeError` above 512 kB.
    """
    signature = None if key is None else key.sign(Claim(book.digest, author, message, at, forced=forced))
    data: dict[str, str | int | bool] = {
        "digest": book.digest,
        "author": author,
        "message": message,
        "bundle": base64.b64encode(zlib.compress(book.bundle(), 9)).decode(),
    }
    if signature is not None:
        data |= {"key_id": signature.key_id, "signature": signature.value}
    if forced:
        data["forced"] = True
    if examples is not None:
        data["examples"] = examples
    value = emit(
        type=PUBLISHED,
        id=derived_id(book.digest, author, message, at.isoformat()),
        source=SOURCE,
        time=at,
        subject=book.digest,
        data=canonical.encode(data),
    )
    if len(value) > LARGEST_VALUE_BYTES:
        raise TooLargeError(
            f"Le recueil fait {len(value) // 1024} ko une fois comprimé, {LARGEST_VALUE_BYTES // 1024} ko au plus : "
            "allégez les listes de referentiels."
        )
    return Message(TOPIC, book.digest.encode(), value)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a message of the topic claims to publish; nothing of it is checked yet."""

    digest: str
    author: str
    message: str
    at: datetime
    packed: str
    signature: Signature | None = None
    forced: bool = False
    examples: int | None = None

    @property
    def claim(self) -> Claim:
        """What a signature of it vouches for."""
        return Claim(self.digest, self.author, self.message, self.at, forced=self.forced)

    def offer(self, keys: TrustedKeys | None = None) -> Offer:
        """What it offers: read, validated and tried out as if nobody had before. Takes as long as loading.

        With keys, one that none of them signed offers a fault: its rulebook is not even unpacked.
        """
        refused = None if keys is None else keys.why_refused(self.claim, self.signature)
        if refused is not None:
            remedy = "Publiez-la par « aiguillage rules publish --sign-with », avec une clé de confiance."
            fault = Fault(TOPIC, 1, refused, remedy=remedy)
            return Offer(TOPIC, None, (fault,), self.digest, self.author, self.message)
        try:
            book, faults = _validated(_expanded(self.packed), self.digest), tuple[Fault, ...]()
        except RuleFileErrors as errors:
            book, faults = None, errors.faults
        signed = None if self.signature is None else Signed(self.claim, self.signature)
        return Offer(
            TOPIC,
            book,
            faults,
            self.digest,
            self.author,
            self.message,
            published_at=self.at,
            signed=signed,
            forced=self.forced,
        )


def publication_in(value: bytes | None) -> Publication:
    """The publication a message of the topic holds; raises `RuleFileErrors` when it holds none."""
    try:
        said = open_emitted(value or b"")
        data = RulebookPublished.model_validate(said.data)
    except Rejected as error:
        raise RuleFileErrors([_fault("Ce message ne publie pas de règles.", str(error))]) from error
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc']))} : {first['msg']}"
        raise RuleFileErrors([_fault("Ce message ne publie pas de règles.", found)]) from error
    if said.type != PUBLISHED:
        raise RuleFileErrors([_fault("Ce message ne publie pas de règles.", said.type)])
    is_signed = data.key_id is not None and data.signature is not None
    signature = Signature(data.key_id or "", data.signature or "") if is_signed else None
    return Publication(
        data.digest,
        data.author,
        data.message,
        said.time,
        data.bundle,
        signature,
        forced=bool(data.forced),
        examples=data.examples,
    )


def offer_of(value: bytes | None, keys: TrustedKeys | None = None) -> Offer:
    """What a message of the topic offers: validated from its first byte, whoever wrote it."""
    try:
        with collector_paused():
            return publication_in(value).offer(keys)
    except RuleFileErrors as errors:
        return Offer(TOPIC, faults=errors.faults)


def _validated(bundle: bytes, digest: str) -> Rulebook:
    try:
        beyond = above_limits(bundle, TOPIC)
        if beyond:
            raise RuleFileErrors(beyond)
        book = Rulebook.from_bundle(bundle)
        faults = recheck(book)
    except (ValueError, KeyError, TypeError, AttributeError, EngineError) as error:
        raise RuleFileErrors([_fault("Le recueil publié ne se lit pas.", str(error))]) from error
    if book.digest != digest:
        message = "L'empreinte annoncée n'est pas celle du recueil."
        faults.append(Fault(TOPIC, 1, message, digest, book.digest, "Publiez-le de nouveau."))
    if faults:
        raise RuleFileErrors(faults)
    return book


def _expanded(text: str) -> bytes:
    try:
        reader = zlib.decompressobj()
        bundle = reader.decompress(base64.b64decode(text, validate=True), LARGEST_BUNDLE_BYTES)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise RuleFileErrors([_fault("Le recueil publié est abîmé.", str(error))]) from error
    if not reader.eof:
        raise RuleFileErrors([_fault("Le recueil publié est abîmé ou trop grand.", "")])
    return bundle


def _fault(message: str, found: str) -> Fault:
    return Fault(
        TOPIC, 1, message, found[:200], remedy="Publiez un recueil par « aiguillage rules publish »."
    )
