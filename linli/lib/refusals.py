"""The one family of refusals: every "no" is a sentence for a neighbour, in both languages."""

from __future__ import annotations

from linli.lib.text import Said


class Refused(Exception):
    """What was asked cannot be done; the sentence says why and what to do instead. `status` is what a web face answers."""

    status = 422

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


class Conflict(Refused):
    """The thing is no longer as the reader saw it: somebody was faster, or the move is not open."""

    status = 409


class NotYours(Refused):
    """It may be seen but not done by this person."""

    status = 403
