"""Parts of the sentences that all checks speak."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from itertools import islice

from linli.lib.text import Said
from linli.playbooks.model import Duty, Mark, Playbook, Problem

DID_YOU_MEAN = Said("是不是想写“{name}”？", "Did you mean “{name}”?")
ONE_OF = Said("可以写：{names}。", "It may be: {names}.")
NONE = Said("这里没有可写的名称，请删去。", "No name can stand here; delete it.")
LONGEST_LIST = 16
MOST_LIKELY = 100
RAISER = Said("提出人", "the raiser")
SUPERVISOR = Said("督办人", "the supervisor")


def problem(check: str, mark: Mark, sentence: Said, **values: object) -> Problem:
    return Problem(check, mark, sentence.filled(**values))


def closest(name: str, names: Collection[str]) -> str:
    """The name that was probably meant, or nothing. Among very many names no likeness is looked for: it takes long."""
    likely = names if len(names) <= MOST_LIKELY else ()
    return next(iter(get_close_matches(name[:60], likely, n=1, cutoff=0.6)), "")


def hint(name: str, names: Collection[str]) -> Said:
    """What may be written instead of a name that does not exist."""
    if meant := closest(name, names):
        return DID_YOU_MEAN.filled(name=meant)
    if not names:
        return NONE
    shown = [*islice(names, LONGEST_LIST), *(["…"] if len(names) > LONGEST_LIST else [])]
    return ONE_OF.filled(names=Said("、".join(shown), ", ".join(shown)))


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
