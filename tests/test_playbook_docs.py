"""docs/playbook-language.md: every example does what the page says of it, and nothing of the language is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from linli.lib.text import Said
from linli.people.roles import ROLES
from linli.places.levels import LEVELS
from linli.playbooks import library
from linli.playbooks.checks import CHECKS
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.examine import examine
from linli.playbooks.facts import PUBLIC_FACTS, STANDARD_FACTS, URGENCIES
from linli.playbooks.fields import FIELD_KINDS
from linli.playbooks.grammar import FORMS, MISTAKES
from linli.playbooks.kinds import STAGE_KINDS
from linli.playbooks.management.commands.playbook import WORDS as COMMANDS
from linli.playbooks.problems import as_line
from linli.playbooks.statutes import STATUTES
from linli.playbooks.subjects import SUBJECTS
from linli.playbooks.words import END_WORDS, FIELD_WORDS, MOVE_WORDS, STAGE_WORDS

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "playbook-language.md").read_text(encoding="utf-8")
KEY = re.compile(r"""["']?(\w+)["']?\s*[:：]""")
NEVER_SHOWN = frozenset({"G00"})  # no text of a file can show that the file cannot be read


@dataclass(frozen=True)
class Block:
    """`into`: a path in the base, `.` for its top; empty for a whole file. `refused`: the id that must be told."""

    line: int
    text: str
    into: str
    refused: str

    def file(self) -> str:
        return put(BASE, self.into, self.text) if self.into else self.text


def blocks() -> Iterable[Block]:
    for found in re.finditer(r"^```yaml(?: (?P<words>[^\n]+))?\n(?P<text>.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        words = (found["words"] or "").split()
        line = PAGE.count("\n", 0, found.start()) + 1
        refused = words[words.index("refused") + 1] if "refused" in words else ""
        yield Block(line, found["text"], words[words.index("into") + 1] if "into" in words else "", refused)


def put(base: str, path: str, fragment: str) -> str:
    """The base with the fragment in the group at `path`: where the first entry of a same name was, else at the end."""
    lines = base.splitlines()
    start, end, indent = 0, len(lines), ""
    for step in path.split(".") if path != "." else ():
        start, end = entry(lines, start, end, indent, step)
        start, indent = start + 1, indent + "  "
    places = []
    for key in dict.fromkeys(KEY.match(line)[1] for line in fragment.splitlines() if KEY.match(line)):  # type: ignore[index]
        there = entry(lines, start, end, indent, key)
        places += [there[0]] if there[1] > there[0] else []
        end -= there[1] - there[0]
        del lines[there[0] : there[1]]
    place = min(places, default=end)
    lines[place:place] = [f"{indent}{line}" for line in fragment.splitlines()]
    return "\n".join(lines) + "\n"


def entry(lines: list[str], start: int, end: int, indent: str, key: str) -> tuple[int, int]:
    """The lines of one entry of a group; nothing, at the end of the group, when it has no such entry."""
    for first in range(start, end):
        if lines[first].startswith(f"{indent}{key}:"):
            inner = (last for last in range(first + 1, end) if not lines[last].startswith(f"{indent} "))
            return first, next(inner, end)
    return end, end


BLOCKS = tuple(blocks())
BASE = next(block.text for block in BLOCKS if block.text.startswith("playbook: repair\n"))
ACCEPTED = [block for block in BLOCKS if not block.refused]
REFUSED = [block for block in BLOCKS if block.refused]


def section(name: str) -> str:
    """What stands under the heading that ends with the form's name."""
    found = re.search(rf"^## [^\n]*`{name}`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section of {name}"
    return found[1]


@pytest.mark.parametrize("block", ACCEPTED, ids=lambda block: f"line {block.line}")
def test_an_example_is_accepted(block: Block) -> None:
    assert [as_line(each, "en") for each in examine(block.file(), library.shipped_names()).problems] == []


@pytest.mark.parametrize("block", REFUSED, ids=lambda block: f"line {block.line} {block.refused}")
def test_an_example_of_a_mistake_is_refused_for_its_reason(block: Block) -> None:
    assert block.refused in {each.check for each in examine(block.file(), library.shipped_names()).problems}


@pytest.mark.parametrize("form", FORMS)
def test_every_key_of_a_form_stands_in_the_table_of_its_section(form: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (yes|) ?\|", section(form), re.MULTILINE)
    must = {key.name: "yes" if key.required else "" for key in FORMS[form].keys}
    if form in ("stage", "titled"):  # asked for by a check of its own, so that one sentence tells what is missing
        must |= {name: "yes" for name in ("duty", "limit", "zh", "en") if name in must}
    assert {name: given for name, given in rows if name in must} == must


def test_every_key_is_used_in_an_example_that_is_accepted() -> None:
    used: set[str] = set()
    for block in ACCEPTED:
        book = examine(block.file()).book
        assert book is not None
        used.update(path.rpartition(".")[2] for path in book.marks)
    assert {key.name for form in FORMS.values() for key in form.keys} - used == set()


def test_every_kind_of_field_and_stage_is_used_in_an_example_that_is_accepted() -> None:
    text = "".join(block.text for block in ACCEPTED)
    assert {kind for kind in (*FIELD_KINDS, *STAGE_KINDS) if f"kind: {kind}" not in text} == set()


def test_every_check_is_shown_refusing_something() -> None:
    assert {*MISTAKES, *CHECKS} - {block.refused for block in REFUSED} == NEVER_SHOWN


def titled(registry: Mapping[str, object]) -> dict[str, Said]:
    """Each entry with its title, wherever the registry keeps it."""
    return {name: _title(value) for name, value in registry.items()}


def _title(value: object) -> Said:
    found = value[1] if isinstance(value, tuple) else getattr(value, "title", value)
    assert isinstance(found, Said)
    return found


REGISTRIES: Mapping[str, Mapping[str, object]] = {
    "kinds of field": FIELD_KINDS,
    "kinds of stage": STAGE_KINDS,
    "outcomes": OUTCOMES,
    "facts": STANDARD_FACTS,
    "urgencies": URGENCIES,
    "public facts": PUBLIC_FACTS,
    "subjects": SUBJECTS,
    "roles": ROLES,
    "levels": LEVELS,
    "mistakes": MISTAKES,
    "checks": CHECKS,
    "fields": FIELD_WORDS,
    "moves": MOVE_WORDS,
    "stages": STAGE_WORDS,
    "ends": END_WORDS,
    **{name: statute.steps for name, statute in STATUTES.items()},
}


@pytest.mark.parametrize("registry", REGISTRIES)
def test_everything_that_can_be_named_stands_in_a_table_with_both_titles(registry: str) -> None:
    rows = [f"| `{name}` | {title.zh} | {title.en} |" for name, title in titled(REGISTRIES[registry]).items()]
    assert [row for row in rows if row not in PAGE] == []


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_the_settings_of_a_kind_of_field_are_told(kind: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` | {FIELD_KINDS[kind].title.zh} "))
    assert re.findall(r"`(\w+)`", row) == [kind, *FIELD_KINDS[kind].settings]
    assert row.endswith("| yes |" if FIELD_KINDS[kind].publishable else "| no |")


def test_the_how_to_names_only_commands_that_exist() -> None:
    named = set(
        re.findall(r"linli playbook (\w+)", (DOCS / "how-to" / "add-a-playbook.md").read_text(encoding="utf-8"))
    )
    assert named
    assert named <= set(COMMANDS)
