"""The categories in use here, and which of them a text suggests.

A neighbourhood that changed nothing has the shipped tree; otherwise the newest of its own. Matters keep their code: what a
code was called stays known, also when a later tree has it no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from django.db import connection

from linli.districts.schema import present_schema
from linli.lib.bigrams import plain
from linli.lib.text import Said
from linli.playbooks.library import shipped, shipped_names
from linli.playbooks.model import Mark, Playbook, Problem
from linli.playbooks.models import Version
from linli.playbooks.problems import as_line, ordered
from linli.playbooks.versions import book_of
from linli.requests.category_file import Category, read_categories
from linli.requests.models import CategoryTree
from linli.requests.own_limits import limit_problems

SHIPPED = Path(__file__).parent / "shipped" / "categories.yaml"
SUGGESTED = 3
CLEAR = 2  # the first explains at least this many characters, and twice as many as the second
STEP = Said("{wider}：{title}", "{wider}: {title}")
NEWEST = "SELECT id FROM requests_categorytree ORDER BY number DESC LIMIT 1"
Standing = Mapping[str, Category]
_asked: ContextVar[dict[str, Standing] | None] = ContextVar("categories of this request", default=None)


def categories() -> Standing:
    """All that stand, hidden ones too, by code, in the order of the tree. Asked for once in a request."""
    memo = _asked.get()
    if memo is None:
        return _standing()
    schema = present_schema()
    if schema not in memo:
        memo[schema] = _standing()
    return memo[schema]


@contextmanager
def asked_once() -> Iterator[None]:
    """Within one request the tree is looked up once, however many rows are named by it."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def changed_now() -> None:
    """The tree was changed in this very request."""
    if (memo := _asked.get()) is not None:
        memo.clear()


def _standing() -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        found = cursor.fetchone()
    return _tree(present_schema(), found[0]) if found else shipped_categories()


@lru_cache(maxsize=256)
def _tree(schema: str, tree: uuid.UUID) -> Standing:
    """The text of a tree never changes. It was checked when it was adopted, and is read, not checked again."""
    found, _ = read_categories(CategoryTree.objects.get(pk=tree).source, playbook_names())
    return MappingProxyType({one.code: one for one in found})


@cache
def shipped_categories() -> Standing:
    found, problems = checked(shipped_source(), shipped())
    if problems:
        raise ValueError("\n".join(as_line(problem, "en", SHIPPED.name) for problem in problems))
    return MappingProxyType({one.code: one for one in found})


def shipped_source() -> str:
    return SHIPPED.read_text("utf-8")


def standing_source() -> str:
    newest = CategoryTree.objects.order_by("-number").first()
    return newest.source if newest else shipped_source()


def playbook_names() -> frozenset[str]:
    return frozenset(shipped_names()) | frozenset(Version.objects.values_list("name", flat=True))


def playbooks_here() -> dict[str, Playbook]:
    """The playbooks in use; what is not adopted stands as it is shipped."""
    here = {version.name: book_of(version.pk) for version in Version.objects.filter(current=True)}
    return {**shipped(), **here}


def checked(text: str, books: Mapping[str, Playbook]) -> tuple[tuple[Category, ...], tuple[Problem, ...]]:
    """The categories of a text with everything that is wrong with it, their own limits among it."""
    found, problems = read_categories(text, books)
    seen: dict[tuple[str, Mark], Problem] = {}
    for one in found:
        for check, mark, sentence in limit_problems(one.limits, books.get(one.playbook)):
            seen.setdefault((check, mark), Problem(check, mark, sentence))
    return found, ordered([*problems, *seen.values()])


def offered(among: Iterable[Category]) -> list[Category]:
    return [one for one in among if not one.hidden]


def suggest(text: str, among: Iterable[Category]) -> list[Category]:
    """Those whose keywords stand in the text, best first: by how much of the text they explain, then the finer one."""
    return [one for _, one in _scored(text, among)[:SUGGESTED]]


def clear_choice(text: str, among: Iterable[Category]) -> Category | None:
    """The one that may be chosen beforehand: it explains a good deal more than any that is not wider or finer."""
    scored = _scored(text, among)
    if not scored or scored[0][0] < CLEAR:
        return None
    score, best = scored[0]
    rivals = [other for other, one in scored[1:] if one.code not in best.line and best.code not in one.line]
    return best if not rivals or score >= 2 * rivals[0] else None


def _scored(text: str, among: Iterable[Category]) -> list[tuple[int, Category]]:
    flat = plain(text)
    scored = [(sum(len(word) for word in one.keywords if plain(word) in flat), one) for one in among]
    return sorted((each for each in scored if each[0]), key=lambda each: (-each[0], -len(each[1].line)))


def for_playbook(name: str) -> list[Category]:
    """Those that are handled by it, and those that say nothing of how they are handled."""
    return [one for one in offered(categories().values()) if one.playbook in ("", name)]


def title_of(code: str) -> Said | None:
    """`Water and heating: Leaks`; a code that no tree ever had has no title."""
    known = categories()
    if code not in known:
        known = shipped_categories() if code in shipped_categories() else _former(present_schema(), code)
    if code not in known:
        return None
    titles = [known[each].title for each in known[code].line]
    said = titles[0]
    for title in titles[1:]:
        said = STEP.filled(wider=said, title=title)
    return said


def _former(schema: str, code: str) -> Standing:
    """The latest tree of this neighbourhood that had the code."""
    for pk in CategoryTree.objects.filter(source__contains=f"{code}:").order_by("-number").values_list("pk", flat=True):
        if code in (tree := _tree(schema, pk)):
            return tree
    return MappingProxyType({})
