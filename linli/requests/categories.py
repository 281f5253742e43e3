"""The categories in use, and which of them a text suggests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from linli.lib.bigrams import plain
from linli.lib.text import Said
from linli.playbooks.library import shipped_names
from linli.playbooks.problems import as_line
from linli.requests.category_file import Category, read_categories

SHIPPED = Path(__file__).parent / "shipped" / "categories.yaml"
SUGGESTED = 3
STEP = Said("{wider}：{title}", "{wider}: {title}")


@cache
def categories() -> Mapping[str, Category]:
    """By code, in the order of the file."""
    found, problems = read_categories(SHIPPED.read_text("utf-8"), shipped_names())
    if problems:
        raise ValueError("\n".join(as_line(problem, "en", SHIPPED.name) for problem in problems))
    return MappingProxyType({one.code: one for one in found})


def suggest(text: str, among: Iterable[Category]) -> list[Category]:
    """Those whose keywords stand in the text, best first: by how much of the text they explain, then the finer one."""
    flat = plain(text)
    scored = [(sum(len(word) for word in one.keywords if plain(word) in flat), len(one.line), one) for one in among]
    best = sorted((each for each in scored if each[0]), key=lambda each: (-each[0], -each[1]))
    return [one for _, _, one in best[:SUGGESTED]]


def for_playbook(name: str) -> list[Category]:
    """Those that are handled by it, and those that say nothing of how they are handled."""
    return [one for one in categories().values() if one.playbook in ("", name)]


def title_of(code: str) -> Said | None:
    """`Water and heating: Leaks`; a code that is in the file no more has no title."""
    known = categories()
    if code not in known:
        return None
    titles = [known[each].title for each in known[code].line]
    said = titles[0]
    for title in titles[1:]:
        said = STEP.filled(wider=said, title=title)
    return said
