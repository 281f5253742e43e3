"""Write docs/decisions/README.md: the list of all decision records."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "decisions"


def main() -> None:
    records = sorted(FOLDER.glob("0*.md"))
    lines = [f"- [{path.read_text('utf-8').splitlines()[0].lstrip('# ')}]({path.name})" for path in records]
    text = "# Decisions\n\nWhat was decided, why, and what would change our mind.\n\n" + "\n".join(lines) + "\n"
    (FOLDER / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
