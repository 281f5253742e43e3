"""What was chosen, as it lies sealed: only counting opens it, and whoever must settle a paper ballot or a dispute."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from linli.ballots.casting import Ballot as Marked
from linli.ballots.models import VoteCast
from linli.record.sealer import sealer


def seal(plain: Mapping[str, Any]) -> bytes:
    return sealer().seal(json.dumps(plain, sort_keys=True))


def unseal(cipher: bytes | memoryview) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sealer().open(cipher))
    return found


def seal_cast(marked: Marked) -> bytes:
    return seal({"choices": dict(marked.choices), "secret": marked.secret.hex()})


def unseal_cast(cast: VoteCast, tag: str) -> Marked:
    return unseal_marked(cast.cipher, tag)


def unseal_marked(cipher: bytes | memoryview, tag: str) -> Marked:
    plain = unseal(cipher)
    return Marked(tag, plain["choices"], bytes.fromhex(plain["secret"]))
