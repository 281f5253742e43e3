"""Words of a text for searching, where Chinese leaves no spaces between them: every two neighbouring characters are one.

    厨房水管 5号楼 → 厨房 房水 水管 管 · 5 号楼 楼

The last character of a run stands alone as well, so that a single character is found too. Latin letters and digits count as
whole words. The texts come out in the literal form of PostgreSQL's `tsvector` and `tsquery`; nothing that was typed reaches the
literal but letters and digits, so nothing needs escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from unicodedata import normalize

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003fffd"
TOKEN = re.compile(rf"(?P<run>[{HAN}]+)|(?P<digits>\d+)|(?P<letters>(?:(?![{HAN}])[^\W\d_])+)")
LONGEST_WORD = 60
LONGEST_TEXT = 20_000
LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Token:
    """`closes`: the last character of a longer run, which a question leaves out. `begins`: at the end of a question it also
    stands for whatever begins with it; digits never do."""

    text: str
    position: int
    closes: bool = False
    begins: bool = False


def plain(text: str) -> str:
    """Full-width and half-width, capital and small are the same to whoever searches."""
    return normalize("NFKC", text).lower()


def phrases(text: str) -> list[list[Token]]:
    """The tokens of a text, a list for each stretch without spaces or marks in it; no two stretches touch."""
    found: list[list[Token]] = []
    position, end = 1, -1
    for match in TOKEN.finditer(plain(text)):
        if match.start() != end:
            position += 1
            found.append([])
        for token in _tokens(match, position):
            found[-1].append(token)
            position += 1
        end = match.end()
    return found


def _tokens(match: re.Match[str], position: int) -> Iterator[Token]:
    word = match[0]
    if match.lastgroup != "run":
        yield Token(word[:LONGEST_WORD], position, begins=match.lastgroup == "letters")
        return
    for index in range(len(word) - 1):
        yield Token(word[index : index + 2], position + index)
    yield Token(word[-1], position + len(word) - 1, closes=len(word) > 1, begins=len(word) == 1)


def pairs(text: str) -> frozenset[str]:
    """What two texts can have in common: the pairs of characters and the words, without single characters."""
    return frozenset(token.text for phrase in phrases(text[:LONGEST_TEXT]) for token in phrase if len(token.text) > 1)


def vector(texts: Iterable[str], marks: Iterable[str] = ()) -> str:
    """The `tsvector` of several texts, none of which runs on into the next. A mark stands without a position."""
    places: dict[str, list[int]] = {}
    shift = 0
    for text in texts:
        tokens = [token for phrase in phrases(text[:LONGEST_TEXT]) for token in phrase]
        for token in tokens:
            places.setdefault(token.text, []).append(token.position + shift)
        shift += tokens[-1].position if tokens else 0
    words = [f"'{word}':{','.join(map(str, positions))}" for word, positions in places.items()]
    return " ".join([*(f"'{one}'" for one in marks), *words])


def query(text: str) -> str:
    """The `tsquery` that finds every text which holds all these words; empty when there is nothing to look for."""
    return " & ".join(_phrase(tokens) for tokens in phrases(text[:LONGEST_QUERY]))


def _phrase(tokens: list[Token]) -> str:
    asked = [token for token in tokens if not token.closes]
    said = ""
    before = asked[0].position
    for token in asked:
        step = f" <{token.position - before}> " if said else ""
        said += f"{step}'{token.text}'{':*' if token.begins and token is tokens[-1] else ''}"
        before = token.position
    return f"({said})"


def mark(kind: str, text: str) -> str:
    """A word that nobody can type, by which an index is narrowed to a place or a person."""
    return f"@{kind}{blake2b(text.encode(), digest_size=8).hexdigest()}"


def month_mark(months: int) -> str:
    """The mark of a month, counted from the year 0."""
    return mark("m", str(months))


def alternatives(words: Iterable[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return f"({' | '.join(quoted)})"


def marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """A text cut into pieces, those that were asked for marked True."""
    flat, origin = _flattened(text)
    spots = sorted(
        (origin[found.start()], origin[found.end() - 1] + 1)
        for word in set(re.findall(r"\w+", plain(asked[:LONGEST_QUERY])))
        for found in re.finditer(re.escape(word), flat)
    )
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in spots:
        if end <= done:
            continue
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[max(start, done) : end], True))
        done = end
    return [*pieces, (text[done:], False)] if done < len(text) else pieces


def _flattened(text: str) -> tuple[str, list[int]]:
    """The text as it is searched, and for each of its characters the one of the text that it came from."""
    flat, origin = [], []
    for index, character in enumerate(text):
        for one in plain(character):
            flat.append(one)
            origin.append(index)
    return "".join(flat), origin
