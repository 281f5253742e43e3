"""The few signs that the pages use, drawn on a field of 24 by 24."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from linli.playbooks.model import Playbook

ICONS = MappingProxyType(
    {
        "alert": "M12 3 2.5 20h19zM12 10v4M12 17v.01",
        "back": "M19 12H5M11 6l-6 6 6 6",
        "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4",
        "book": "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
        "building": "M5 21V5l8-2v18M13 9l6 2v10M3 21h18M8 8h2M8 12h2M8 16h2",
        "camera": "M4 8h3l2-3h6l2 3h3v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8",
        "clock": "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M12 7v5l3 3",
        "desk": "M4 13h4l2 3h4l2-3h4M4 13 6.5 5h11L20 13v6H4z",
        "forward": "M5 12h14M13 6l6 6-6 6",
        "home": "M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5",
        "map": "M9 4 3 6v14l6-2 6 2 6-2V4l-6 2zM9 4v14M15 6v14",
        "list": "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
        "lock": "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
        "order": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
        "patrol": "M12 21s7-6 7-11a7 7 0 0 0-14 0c0 5 7 11 7 11M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
        "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-7 13-7 13 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14c2.5 1 3.5 3 3.5 6",
        "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-8 16-8 16 0",
        "question": "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 17v.01",
        "raise": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
        "repair": "M14 6a4 4 0 0 1 5.5-1.5L17 7l.5 2 2 .5L22 7a4 4 0 0 1-6 5L8 20a2 2 0 0 1-4-4l8-8a4 4 0 0 1 2-2",
        "speech": "M4 5h16v11H10l-5 4v-4H4z",
        "tick": "M4 12.5 9.5 18 20 6.5",
        "whistle": "M4 10v4h3l8 4V6l-8 4zM7 14v5h2v-4M18.5 9.5a4 4 0 0 1 0 5",
    }
)
# In the order in which neighbours usually need them.
BOOKS = MappingProxyType(
    {
        "repair": "repair",
        "enquiry": "question",
        "suggestion": "speech",
        "order": "order",
        "patrol": "patrol",
        "joint_enforcement": "whistle",
        "called_unit": "whistle",
    }
)


def icon_of_book(name: str) -> str:
    """The sign of a playbook; one that a neighbourhood wrote itself has the general one."""
    return BOOKS.get(name, "book")


def usual_first(books: Iterable[Playbook]) -> list[Playbook]:
    usual = tuple(BOOKS)
    return sorted(books, key=lambda book: (usual.index(book.name) if book.name in BOOKS else len(usual), book.name))
