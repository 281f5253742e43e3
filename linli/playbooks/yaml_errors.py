"""What a committee member reads when a file is not YAML: the usual slips, found in the lines where possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from linli.lib.text import Said
from linli.playbooks.model import Mark, Problem

WIDE_COLON = Said(
    "这里用了中文冒号“：”。请改成英文冒号“:”，后面空一格。",
    "“：” is the Chinese colon. Write the plain colon “:” with a space after it.",
)


@dataclass(frozen=True, slots=True)
class Slip:
    """A way of writing that breaks a file often; `pattern` meets one line, and its last character is where to point."""

    pattern: re.Pattern[str]
    sentence: Said


@dataclass(frozen=True, slots=True)
class Explanation:
    """`phrases` are pieces of the parser's words, of either of its two builds; `opening` points to where it began."""

    phrases: tuple[str, ...]
    sentence: Said
    check: str = "G01"
    opening: bool = False


SLIPS = (
    Slip(
        re.compile(r"^[ \u3000]*\t"),
        Said(
            "缩进里有制表符（Tab）。请改用空格，每层两个。",
            "There is a tab in the indentation. Use spaces instead, two for each level.",
        ),
    ),
    Slip(
        re.compile(r"^ *\u3000"),
        Said(
            "缩进里有全角空格。请改用半角空格，每层两个。",
            "There is a full-width space in the indentation. Use plain spaces, two for each level.",
        ),
    ),
    Slip(re.compile(r"""^\s*(?:- *)?["']?[A-Za-z_][\w.]*["']?\s*："""), WIDE_COLON),
    Slip(re.compile(r"[{,，｛]\s*[A-Za-z_]\w*\s*："), WIDE_COLON),
    Slip(
        re.compile(r"，(?=\s*[A-Za-z_]\w*\s*[:：])"),
        Said(
            "这里用了中文逗号“，”。请改成英文逗号“,”，后面空一格。",
            "“，” is the Chinese comma. Write the plain comma “,” with a space after it.",
        ),
    ),
    Slip(
        re.compile(r"[:：\-]\s*[｛［【]"),
        Said(
            "这里用了全角括号。请改成英文的“{”或“[”。",
            "This is a full-width bracket. Write the plain “{” or “[”.",
        ),
    ),
)
NOT_YAML = Said(
    "这里不符合 YAML 的写法。请检查缩进、冒号后的空格、引号和括号。",
    "This is not YAML. Check the indentation, the space after each colon, the quotes and the brackets.",
)
EXPLANATIONS = (
    Explanation(
        ("unexpected end of stream", "document indicator", "document separator"),
        Said("这里的引号没有收尾。请补上后一个引号。", "This quotation mark is never closed. Add the closing one."),
        opening=True,
    ),
    Explanation(
        ("',' or",),
        Said(
            "这个括号里的内容写错了：可能少了收尾的括号，或者两项之间少了英文逗号。",
            "What is in these brackets is broken: the closing bracket or a comma between two entries is missing.",
        ),
        opening=True,
    ),
    Explanation(
        ("a tag", "tag handle"),
        Said(
            "以“!”开头会被当作 YAML 标签，这里不能用。是文字的话请加引号。",
            "A leading “!” makes a YAML tag, which is not allowed. If it is text, put it in quotes.",
        ),
        check="G06",
    ),
    Explanation(
        ("an anchor", "an alias"),
        Said(
            "以“&”或“*”开头会被当作 YAML 引用，这里不能用。是文字的话请加引号。",
            "A leading “&” or “*” makes a YAML reference, which is not allowed. If it is text, put it in quotes.",
        ),
        check="G06",
    ),
    Explanation(
        ("mapping values are not allowed",),
        Said(
            "这里不该出现冒号。可能是上一行少了冒号或冒号后的空格，或者这一行缩进太多；文字里有冒号时请加引号。",
            "No colon can stand here. The line above may lack its colon or the space after it, or this line is "
            "indented too far; text that holds a colon needs quotes.",
        ),
    ),
    Explanation(
        ("could not find expected ':'",),
        Said("这一行少了冒号，或者冒号后少了空格。", "This line lacks its colon, or the space after the colon."),
    ),
    Explanation(
        ("expected key", "'-' indicator", "<block end>"),
        Said(
            "这里的缩进和上面对不齐，或者值的后面还有多余的内容。同一层的各行应当左边对齐。",
            "This does not line up with the lines above, or something follows a finished value. Lines of one level "
            "begin in the same column.",
        ),
    ),
    Explanation(
        ("sequence entries are not allowed",),
        Said("列表的“-”要另起一行。", "The “-” of a list must begin a line of its own."),
    ),
    Explanation(
        ("cannot start any token", "node content"),
        Said(
            "值不能以这个符号开头。是文字的话请加引号；括号请检查是否成对。",
            "A value cannot begin with this sign. If it is text, put it in quotes; if it is a bracket, check its pair.",
        ),
    ),
    Explanation(
        ("escape", "hexdecimal"),
        Said(
            "双引号里的“\\”后面写得不对。请改用单引号，或者写成“\\\\”。",
            "What follows the “\\” in double quotes is not understood. Use single quotes, or write “\\\\”.",
        ),
        opening=True,
    ),
    Explanation(
        ("YAML document", "directive"),
        Said("以“%”开头的行不需要，请删去。", "A line that begins with “%” is not needed. Remove it."),
    ),
)


def explained(text: str, error: yaml.YAMLError) -> tuple[Problem, ...]:
    """Every slip seen in the lines; where there is none, or only below the place of the error, the error itself."""
    slips, broken = tuple(_slips(text)), _explanation(error)
    if slips and slips[0].mark.line <= broken.mark.line:
        return slips
    return (broken, *slips)


def _slips(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        for slip in SLIPS:
            if found := slip.pattern.search(line):
                yield Problem("G01", Mark(number, found.end()), slip.sentence)
                break


def _explanation(error: yaml.YAMLError) -> Problem:
    words = f"{getattr(error, 'context', None) or ''}; {getattr(error, 'problem', None) or ''}"
    known = next((each for each in EXPLANATIONS if any(phrase in words for phrase in each.phrases)), None)
    mark = getattr(error, "problem_mark", None)
    if known is None:
        return Problem("G01", marked(mark), NOT_YAML)
    opening = getattr(error, "context_mark", None) if known.opening else None
    return Problem(known.check, marked(opening or mark), known.sentence)


def marked(mark: Any) -> Mark:
    """The parser counts from 0, and does without a place where the whole stream is at fault."""
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
