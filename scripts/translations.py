"""The interface's words: collect them into the Chinese catalogue, check that none is missing or stale, compile them.

    python scripts/translations.py collect | check | compile

Templates and views speak English; `linli/locale/zh_Hans` holds the Chinese. Collecting keeps what is translated, adds what is
new with an empty Chinese text, and drops what no page says any more. It needs the gettext tools, compiling does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HEAD = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
PLACE = re.compile(r"%\((\w+)\)s")
Key = tuple[str, str]


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def spoken() -> polib.POFile:
    """Every message that templates and views say now, extracted from a copy so that nothing here is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "linli"
        shutil.copytree(
            ROOT / "linli", copy, ignore=shutil.ignore_patterns("locale", "__pycache__", "static", "*.yaml")
        )
        (copy / "locale").mkdir()
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "zh_Hans",
            "--add-location",
            "file",
            "--no-wrap",
        ]
        without_settings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, cwd=copy, env=without_settings, check=True, capture_output=True)
        return polib.pofile(str(copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"), wrapwidth=0)


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=0) if CATALOGUE.exists() else polib.POFile(wrapwidth=0)


def collect() -> None:
    known = {key_of(entry): entry for entry in catalogue()}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = HEAD
    for entry in sorted(spoken(), key=lambda one: (one.occurrences, one.msgid)):
        old = known.get(key_of(entry))
        fresh.append(_merged(entry, old))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))


def _merged(entry: polib.POEntry, old: polib.POEntry | None) -> polib.POEntry:
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = None
    if entry.msgid_plural:
        entry.msgstr_plural = {0: old.msgstr_plural.get(0, "") if old else ""}
    else:
        entry.msgstr = old.msgstr if old else ""
    return entry


def complaints() -> list[str]:
    """Why the catalogue cannot be relied on; empty when it can."""
    said, known = {key_of(entry): entry for entry in spoken()}, {key_of(entry): entry for entry in catalogue()}
    found = [f"not collected: {key[1]!r}" for key in said.keys() - known.keys()]
    found += [f"said by no page any more: {key[1]!r}" for key in known.keys() - said.keys()]
    return sorted(
        found + [line for entry in known.values() for line in _wrong_in(entry)] + list(chinese_in_templates())
    )


def _wrong_in(entry: polib.POEntry) -> Iterator[str]:
    chinese = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
    if entry.obsolete or entry.fuzzy:
        yield f"marked as doubtful: {entry.msgid!r}"
    if not chinese.strip():
        yield f"no Chinese for {entry.msgid!r}"
    elif set(PLACE.findall(chinese)) != set(PLACE.findall(entry.msgid_plural or entry.msgid)):
        yield f"other values are filled in in Chinese: {entry.msgid!r}"


def chinese_in_templates() -> Iterator[str]:
    """A template speaks English and is translated; Chinese written into it would meet an English reader."""
    for path in sorted((ROOT / "linli").rglob("templates/**/*")):
        if path.is_file() and (hit := CHINESE.search(COMMENT.sub("", path.read_text("utf-8")))):
            yield f"Chinese in {path.relative_to(ROOT)}: {hit.group()}"


def compiled() -> Path:
    target = CATALOGUE.with_suffix(".mo")
    catalogue().save_as_mofile(str(target))
    return target


def main(words: list[str]) -> int:
    match words:
        case ["collect"]:
            collect()
        case ["compile"]:
            compiled()
        case ["check"]:
            found = complaints()
            print("\n".join(found) or "Every sentence of the interface has its Chinese.")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
