"""Signed notes, checkpoints and cosignatures of the public log, in the forms of c2sp.org: signed-note, tlog-checkpoint,
tlog-cosignature (`cosignature/v1`). Ed25519 alone.

A note is text, an empty line, and a line for each signature. Whoever opens one names the keys that are trusted; lines of other
keys are passed over, and one wrong signature of a trusted key refuses the whole note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 1
COSIGNATURE = 4
KINDS = (ED25519, COSIGNATURE)
MOST_SIGNATURES = 64
MOST_CHARACTERS = 64_000
DASH = "\u2014 "
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """What is wrong with a note, a key or a checkpoint; the sentence is for whoever runs a log or a witness."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name that it signs under, for one kind of signature."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise BadNote("The name of a key holds no space and no plus sign and is not empty.")
        if len(self.public) != 32 or self.kind not in KINDS:
            raise BadNote("This is no Ed25519 key of a log or a witness.")

    @property
    def id(self) -> bytes:
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as it is handed round: name, id, and the key with its kind, between plus signs."""
        return f"{self.name}+{self.id.hex()}+{_text_of(bytes([self.kind]) + self.public)}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over this text."""
        if self.kind == ED25519:
            return _holds(self.public, signature, text.encode())
        return len(signature) == 72 and _holds(
            self.public, signature[8:], cosigned_text(text, int.from_bytes(signature[:8], "big"))
        )


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name that it signs under."""

    name: str
    private: bytes
    kind: int = ED25519

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return Verifier(self.name, public, self.kind)

    def line(self, text: str, seconds: int = 0) -> str:
        """The signature line over a text. A witness says the second at which it saw the checkpoint."""
        key = Ed25519PrivateKey.from_private_bytes(self.private)
        if self.kind == ED25519:
            signature = key.sign(text.encode())
        else:
            signature = seconds.to_bytes(8, "big") + key.sign(cosigned_text(text, seconds))
        verifier = self.verifier
        return f"{DASH}{verifier.name} {_text_of(verifier.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note. `seconds` is when a witness saw it (since 1970), nothing in a plain signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def seconds(self) -> int | None:
        return int.from_bytes(self.signature[:8], "big") if len(self.signature) == 72 else None

    @property
    def line(self) -> str:
        return f"{DASH}{self.name} {_text_of(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A note that at least one trusted key signed; `by` pairs each such key with its line."""

    text: str
    by: tuple[tuple[Verifier, Signature], ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large the log was and what its root was."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_text_of(self.root)}\n"


def new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def read_verifier(text: str) -> Verifier:
    """A key in the form of `Verifier.text`; one whose id does not fit its name and key is refused."""
    name, _, rest = text.strip().partition("+")
    told, _, encoded = rest.partition("+")
    material = _bytes_of(encoded)
    if not material:
        raise BadNote("A key reads name+id+key.")
    found = Verifier(name, material[1:], material[0])
    if found.id.hex() != told:
        raise BadNote("The id of this key does not fit its name and key: part of it was mistyped.")
    return found


def read_checkpoint(text: str) -> Checkpoint:
    """The first three lines of a note's text. Lines behind them are allowed and mean nothing here."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise BadNote("A checkpoint is at least three lines, none of them empty.")
    origin, size, encoded = lines[:3]
    if NUMBER.fullmatch(size) is None:
        raise BadNote("The second line of a checkpoint is a number without leading zeros.")
    root = _bytes_of(encoded)
    if len(root) != 32:
        raise BadNote("The third line of a checkpoint is a SHA-256 hash in base64.")
    return Checkpoint(origin, int(size), root)


def sign_note(text: str, *signers: Signer) -> str:
    if not text.endswith("\n") or CONTROL.search(text):
        raise BadNote("The text of a note ends with a line break and holds no other control character.")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def cosign(note: str, witness: Signer, seconds: int) -> str:
    """The line by which a witness says that it saw this checkpoint, after all that it saw before, at this second."""
    text, _ = split_note(note)
    read_checkpoint(text)
    return witness.line(text, seconds)


def cosigned_text(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def open_note(note: str, verifiers: Iterable[Verifier]) -> Opened:
    """The text of a note that a trusted key signed; raises `BadNote` otherwise."""
    text, signatures = split_note(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    by: dict[Verifier, Signature] = {}
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or verifier in by:
            continue
        if not verifier.holds(text, signature.signature):
            raise BadNote(f"The signature of {verifier.name} does not hold for this text.")
        by[verifier] = signature
    if not by:
        raise BadNote("No key that is trusted here signed this note.")
    return Opened(text, tuple(by.items()))


def split_note(note: str) -> tuple[str, list[Signature]]:
    """Text and signature lines, nothing of them verified yet."""
    if len(note) > MOST_CHARACTERS or CONTROL.search(note):
        raise BadNote("This is too long for a note, or holds control characters.")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("A note is text, an empty line, and lines of signatures.")
    found = list(read_signatures(lines))
    if not 0 < len(found) <= MOST_SIGNATURES:
        raise BadNote(f"A note holds 1 to {MOST_SIGNATURES} signatures.")
    return text + "\n", found


def read_signatures(lines: str) -> Iterator[Signature]:
    """Each line as name, key id and signature; `lines` ends with a line break."""
    for line in lines.removesuffix("\n").split("\n"):
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        raw = _bytes_of(encoded)
        if not line.startswith(DASH) or not _is_name(name) or len(raw) < 5:
            raise BadNote("A signature line reads: dash, space, name, space, base64.")
        yield Signature(name, raw[:4], raw[4:])


def _holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and len(name.split()) == 1 and name.strip() == name


def _text_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes_of(encoded: str) -> bytes:
    """The bytes of base64; none at all for what is not the one way to write them."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if _text_of(raw) == encoded else b""
