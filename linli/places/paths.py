"""A place's path: the labels from the top, joined by dots (`nm.sh.keq.wzsd.ssgg.p3`)."""

from __future__ import annotations


def paths_to(path: str) -> tuple[str, ...]:
    """Of the place at `path` and of all above it, widest first; none for all places together, whose path is empty."""
    labels = path.split(".") if path else []
    return tuple(".".join(labels[:count]) for count in range(1, len(labels) + 1))
