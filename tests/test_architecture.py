"""The shape of the house, held by tests: what a stranger may rely on when looking for something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for path in (ROOT / "linli").rglob("*.py") if "migrations" not in path.parts)
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "misc", "common", "services", "managers"}
WRITES = {"save", "delete", "update", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Where data may change: actions, the one writer of matters, the record, versions of playbooks, and what loads the demonstration.
DOORS = (
    "actions.py",
    "actions/",
    "matters/keeping.py",
    "playbooks/versions.py",
    "portal/demonstration.py",
    "migrations/",
)


# A picture is packed by a method called `save` as well, but into memory.
PACKS = ("lib/pictures.py", "portal/demonstration_pictures.py")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _inner_imports(tree: ast.AST) -> Iterator[int]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def _writes(tree: ast.AST) -> Iterator[int]:
    """Calls of a writing method on a queryset or an instance; `dict.update(...)` and `hash.update(...)` are none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            owner = ast.unparse(node.func.value)
            if ".objects" in owner or node.func.attr in {"save", "delete"}:
                yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_named_for_its_subject_and_imports_at_its_top(path: Path) -> None:
    assert path.stem not in NAMES_THAT_SAY_NOTHING
    assert len(path.read_text("utf-8").splitlines()) <= 400
    assert list(_inner_imports(_tree(path))) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_data_change_in_actions_alone(path: Path) -> None:
    where = path.relative_to(ROOT / "linli").as_posix()
    if not any(door in where for door in DOORS + PACKS):
        assert list(_writes(_tree(path))) == []


def test_the_rule_about_writing_sees_a_write_and_passes_a_dictionary() -> None:
    assert list(_writes(ast.parse("Matter.objects.filter(pk=1).update(stage='x')"))) == [1]
    assert list(_writes(ast.parse("matter.save()"))) == [1]
    assert list(_writes(ast.parse("known.update({'a': 1})"))) == []


def test_every_model_is_a_word_of_the_field() -> None:
    words = (ROOT / "docs/words.md").read_text("utf-8").lower()
    ours = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
    names = {re.sub(r"(?<!^)([A-Z])", r" \1", model.__name__).lower() for model in ours}
    missing = {name for name in names if not re.search(rf"^\| [^|]*\b{name}\b", words, re.MULTILINE)}
    assert missing == set()


def test_the_index_of_decisions_lists_each_with_its_title() -> None:
    folder = ROOT / "docs/decisions"
    titles = {path.name: path.read_text("utf-8").splitlines()[0].lstrip("# ") for path in folder.glob("0*.md")}
    index = (folder / "README.md").read_text("utf-8")
    lines = [line for line in index.splitlines() if line.startswith("- ")]
    assert lines == [f"- [{title}]({name})" for name, title in sorted(titles.items())]


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in MODULES)
    read = set(re.findall(r'"(LINLI_[A-Z_]+|DATABASE_URL)"', sources))
    told = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8"), re.MULTILINE))
    assert read == told


def test_every_command_is_in_the_reference() -> None:
    commands = {path.stem for path in (ROOT / "linli").glob("*/management/commands/*.py")} - {"__init__"}
    told = set(re.findall(r"^\| `linli (\w+)", (ROOT / "docs/reference/commands.md").read_text("utf-8"), re.MULTILINE))
    assert commands == told


def test_no_registry_address_stands_in_the_requirements() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "http" not in path.read_text("utf-8")
