"""Parts of the sentences that all checks speak."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from linli.lib.text import Said
from linli.playbooks.model import Duty, Mark, Playbook, Problem

DID_YOU_MEAN = Said("是不是想写“{name}”？", "Did you mean “{name}”?")
ONE_OF = Said("可以写：{names}。", "It may be: {names}.")
NONE_YET = Said("目前一个也没有。", "There is none so far.")
LONGEST_LIST = 16
RAISER = Said("提出人", "the raiser")
SUPERVISOR = Said("督办人", "the supervisor")


def problem(check: str, mark: Mark, sentence: Said, **values: object) -> Problem:
    return Problem(check, mark, sentence.filled(**values))


def closest(name: str, names: Iterable[str]) -> str:
    """The name that was probably meant, or nothing."""
    return next(iter(get_close_matches(name[:60], tuple(names), n=1, cutoff=0.6)), "")


def hint(name: str, names: Iterable[str]) -> Said:
    """What may be written instead of a name that does not exist."""
    names = tuple(dict.fromkeys(names))
    if meant := closest(name, names):
        return DID_YOU_MEAN.filled(name=meant)
    if not names:
        return NONE_YET
    more = "…" if len(names) > LONGEST_LIST else ""
    return Said(
        ONE_OF.zh.format(names="、".join(names[:LONGEST_LIST]) + more),
        ONE_OF.en.format(names=", ".join(names[:LONGEST_LIST]) + more),
    )


def titled(title: Said, name: str) -> Said:
    """A title, or the bare name where a language has none yet."""
    return Said(title.zh or name, title.en or name)


def place(book: Playbook, name: str) -> Said:
    """The title of a stage or an end; its bare name when it has none or does not exist."""
    known = name in book.stages or name in book.ends
    return titled(book.title_of(name), name) if known else Said(name, name)


def holder(duty: Duty) -> Said:
    """`raiser` and `supervisor` in words; everything else as it stands in the file."""
    return {"raiser": RAISER, "supervisor": SUPERVISOR}.get(duty.person, Said(str(duty), str(duty)))


def listed(words: Iterable[Said]) -> Said:
    words = tuple(words)
    return Said("、".join(word.zh for word in words), ", ".join(word.en for word in words))
