from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "translations.py"
needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="gettext is not installed here (apt: gettext)"
)


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "translations.py"), "check"]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)


@pytest.fixture
def a_copy(tmp_path: Path) -> Path:
    """A project of one page with its catalogue, to be spoiled."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    page(tmp_path, "Sign in")
    catalogue(tmp_path, polib.POEntry(msgid="Sign in", msgstr="登录"))
    return tmp_path


def page(root: Path, sentence: str, beside: str = "") -> None:
    folder = root / "linli" / "portal" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.html").write_text(f'{{% load i18n %}}<p>{{% translate "{sentence}" %}}</p>{beside}', "utf-8")


def catalogue(root: Path, *entries: polib.POEntry) -> None:
    path = root / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = polib.POFile()
    book.extend(entries)
    book.save(str(path))


@needs_gettext
def test_every_sentence_of_the_interface_has_its_chinese() -> None:
    found = check(ROOT)
    assert found.returncode == 0, f"{found.stdout}{found.stderr}\nRun: make translations"


@needs_gettext
def test_a_sound_catalogue_passes(a_copy: Path) -> None:
    assert check(a_copy).returncode == 0


@needs_gettext
@pytest.mark.parametrize(
    ("sentence", "entry", "complaint"),
    [
        ("Sign out", polib.POEntry(msgid="Sign in", msgstr="登录"), "not collected: 'Sign out'"),
        ("Sign out", polib.POEntry(msgid="Sign in", msgstr="登录"), "said by no page any more: 'Sign in'"),
        ("Sign in", polib.POEntry(msgid="Sign in"), "no Chinese for 'Sign in'"),
        ("Sign in", polib.POEntry(msgid="Sign in", msgstr="登录", flags=["fuzzy"]), "marked as doubtful: 'Sign in'"),
        ("No. %(n)s", polib.POEntry(msgid="No. %(n)s", msgstr="编号"), "other values are filled in"),
    ],
)
def test_a_spoiled_catalogue_is_refused(a_copy: Path, sentence: str, entry: polib.POEntry, complaint: str) -> None:
    page(a_copy, sentence)
    catalogue(a_copy, entry)
    found = check(a_copy)
    assert found.returncode == 1
    assert complaint in found.stdout


@needs_gettext
def test_chinese_written_into_a_template_is_refused(a_copy: Path) -> None:
    page(a_copy, "Sign in", beside="<p>请登录</p>")
    found = check(a_copy)
    assert found.returncode == 1
    assert "Chinese in linli/portal/templates/a.html" in found.stdout


@needs_gettext
def test_chinese_in_a_comment_of_a_template_is_nobodys_business(a_copy: Path) -> None:
    page(a_copy, "Sign in", beside="{# 登录 #}")
    assert check(a_copy).returncode == 0


def test_collecting_keeps_what_is_translated() -> None:
    """The catalogue as it stands is in the order and shape that collecting gives it, so that a diff shows what changed."""
    book = polib.pofile(str(ROOT / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    assert not book.obsolete_entries()
    assert [entry.occurrences for entry in book] == sorted(entry.occurrences for entry in book)
