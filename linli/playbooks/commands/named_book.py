"""Which playbook a command is about: the name of a shipped one, or a file, which must be free of problems."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from linli.lib.text import Said
from linli.playbooks.commands.check import examine_all, read_source
from linli.playbooks.library import shipped, shipped_names
from linli.playbooks.model import Playbook
from linli.playbooks.problems import as_line

NO_SUCH_BOOK = Said(
    "没有叫“{name}”的办事流程，也没有这个文件。{hint}自带的有：{known}。",
    "There is no playbook and no file called “{name}”. {hint}The shipped ones are: {known}.",
)
MEANT = Said("是不是想写“{name}”？", "Did you mean “{name}”? ")


def named_book(name: str, language: str, out: TextIO) -> Playbook | None:
    """The playbook; None once it has been written to `out` why there is none."""
    if name in shipped_names():
        return shipped()[name]
    if name != "-" and not Path(name).exists():
        out.write(f"{_unknown(name).in_(language)}\n")
        return None
    (done,) = examine_all([read_source(name)])
    out.writelines(f"{as_line(problem, language, name)}\n" for problem in done.problems)
    return None if done.problems else done.book


def _unknown(name: str) -> Said:
    near = get_close_matches(name, shipped_names(), n=1)
    hint = MEANT.filled(name=near[0]) if near else Said("", "")
    return NO_SUCH_BOOK.filled(name=name, hint=hint, known=", ".join(shipped_names()))
