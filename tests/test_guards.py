"""Guards: expression, facts and verdict as a table; and escapes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.lib.refusals import Refused
from linli.playbooks.guards import BadGuard, FactKind, Guard, MissingFact, read_guard

KNOWN: Mapping[str, FactKind] = {
    "score": FactKind.NUMBER,
    "rounds": FactKind.NUMBER,
    "climbed": FactKind.NUMBER,
    "money.raised": FactKind.NUMBER,
    "money.needed": FactKind.NUMBER,
    "urgency": FactKind.TEXT,
    "category": FactKind.TEXT,
    "late": FactKind.BOOL,
    "held": FactKind.BOOL,
    "ballot.passed": FactKind.BOOL,
    "满意": FactKind.BOOL,
}
FACTS: dict[str, Any] = {
    "score": 3,
    "rounds": 2,
    "climbed": 0,
    "money.raised": 900,
    "money.needed": 1000,
    "urgency": "emergency",
    "category": "water",
    "late": False,
    "held": True,
    "ballot.passed": True,
    "满意": True,
}


def guard(text: str) -> Guard:
    return read_guard(text, KNOWN)


def refusal(text: str) -> BadGuard:
    with pytest.raises(BadGuard) as refused:
        guard(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("score <= 2", False),
        ("score <= 3", True),
        ("score < 3", False),
        ("score != 3", False),
        ("ballot.passed", True),
        ("not ballot.passed", False),
        ("money.raised >= money.needed", False),
        ("money.raised + 100 >= money.needed", True),
        ("money.raised * 2 > money.needed", True),
        ("10 * money.raised >= 9 * money.needed", True),
        ("money.needed - money.raised == 100", True),
        ("money.raised - money.needed == -100", True),
        ('urgency == "emergency" and rounds < 3', True),
        ("urgency != 'emergency' or rounds >= 3", False),
        ('"emergency" == urgency', True),
        ("urgency == category", False),
        ("urgency != category", True),
        ("late or climbed > 1", False),
        ("not late and not (climbed > 1)", True),
        ('category in ("water", "gas")', True),
        ('category in ["water"]', True),
        ('category not in {"water", "gas"}', False),
        ("score in (1, 2)", False),
        ("score not in (1, 2)", True),
        ("score in (rounds, rounds + 1)", True),
        ("1 <= score <= 3", True),
        ("1 < score < 3", False),
        ("score > rounds > climbed", True),
        ("late == False", True),
        ("late != held", True),
        ("late == held", False),
        ("(score > 2) == held", True),
        ("min(score, rounds) == 2", True),
        ("max(score, rounds, 7) == 7", True),
        ("abs(climbed - score) == 3", True),
        ("score * rounds == 6", True),
        ("-score < 0", True),
        ("+score == 3", True),
        ("score - score == 0", True),
        ("score * 0 == 0", True),
        ("max(1, 2) == 2", True),
        ("'a' == 'a'", True),
        ("urgency == urgency", True),
        ("2 * score > 5", True),
        ("2 * score > 6", False),
        ("True", True),
        ("False", False),
        ("  score==3 ", True),
        ("满意", True),
    ],
)
def test_a_guard_answers_over_the_facts(text: str, holds: bool) -> None:
    assert guard(text)(FACTS) is holds


def test_a_guard_names_the_facts_it_asks_for() -> None:
    assert guard("late or money.raised >= 3 and score in (1, rounds)").names == {
        "late",
        "money.raised",
        "score",
        "rounds",
    }


def test_a_missing_fact_is_refused_by_its_name() -> None:
    with pytest.raises(MissingFact) as missing:
        guard("score <= 2")({"rounds": 1})
    assert missing.value.name == "score"
    assert "还缺少“score”" in missing.value.sentence.zh
    assert isinstance(missing.value, Refused)
    with pytest.raises(MissingFact):
        guard("score <= 2")({"score": None})


@pytest.mark.parametrize(
    ("text", "facts"),
    [("score <= 2", {"score": "13800000000"}), ("score <= 2", {"score": True}), ("late", {"late": 1})],
)
def test_a_value_of_another_kind_is_refused_without_repeating_it(text: str, facts: dict[str, object]) -> None:
    with pytest.raises(MissingFact, match="should be") as wrong:
        guard(text)(facts)
    assert "13800000000" not in wrong.value.sentence.zh + wrong.value.sentence.en


def test_and_and_or_stop_before_a_fact_that_is_not_needed() -> None:
    assert guard("held and ballot.passed")({"held": False}) is False
    assert guard("held or ballot.passed")({"held": True}) is True


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "().__class__.__bases__[0].__subclasses__()",
        "score.__class__ == 1",
        "money.__dict__",
        "money.raised.__class__.__mro__",
        "_score > 1",
        "__builtins__",
        "(lambda: True)()",
        "lambda: True",
        "[x for x in (1, 2)] == 1",
        "all(x > 0 for x in (1, 2))",
        "{x: 1 for x in (1,)}",
        "(x := 3) > 2",
        "f'{score.__class__}' == 'a'",
        "score[0] == 1",
        "urgency[0:2] == 'em'",
        "score in (*FACTS,)",
        "max(*(1, 2)) > 1",
        "max(1, 2, key=abs) > 1",
        "min(score, rounds, default=1) > 1",
        "max(**{}) > 1",
        "9 ** 9 ** 9 ** 9 > 1",
        "score ** 2 > 4",
        "1 << 9999 > 1",
        "score >> 1 == 1",
        "score | 1 == 1",
        "~score == 1",
        "'a' * 1000000000 == 'a'",
        "1000000000 * 'a' == 'a'",
        "'a' + 'b' == 'ab'",
        "score / 2 > 1",
        "score // 2 > 1",
        "score % 2 == 0",
        "score > 1.5",
        "score > 1e9",
        "score > 1j",
        "urgency == b'a'",
        "urgency == None",
        "score is None",
        "... == 1",
        "await score",
        "(yield)",
        "score if late else rounds",
        "late if held else True",
        "eval('1') == 1",
        "exec('1')",
        "print(score)",
        "getattr(score, 'real') == 1",
        "min.__call__(1, 2) > 1",
        "(min)(1, 2) > 1 and (lambda: 1)",
        "score.real == 3",
        "'{0.__class__}'.format(score) == 'a'",
        "ѕcore > 1",  # a Cyrillic letter
        "ｓｃｏｒｅ > 1",  # full width, which Python reads as score
        "money.ｒaised > 1",
        "ｍin(1, 2) > 1",
        "＿＿class__",  # full width underscores
        "score > 1\x00",
        "late\nor True",
        "late \\\n or True",
        "late or\u202e True",
        "late\u3000or True",
        "urgency == '\u200b'",
        "urgency == '\\x41'",
        "urgency == '\ud800'",
        "score > 1; True",
        "import os",
        "score = 3",
        "late # or True",
        "late, held",
        "(late,)",
        "{'a': late}",
        "not " * 50 + "late",
        "(" * 240 + "late" + ")" * 240,
        "-" * 400 + "1 > 0",
        "late" + " or late" * 200,
        "1 + " * 30 + "1 > 0",
        f"urgency == '{'a' * 201}'",
        f"score < {10**12 + 1}",
        "score < 0x" + "f" * 300,
        "money . raised > 1",
        "(money).raised > 1",
        "money.raised. > 1",
        "score == 1 == late",
        "score < 'a'",
        "urgency < 'z'",
        "late < held",
        "late == 1",
        "late + 1 > 1",
        "-late == 0",
        "not score",
        "score and late",
        "score",
        "score + 1",
        "urgency",
        "'yes'",
        "1",
        "abs(score)",
        "abs(score, rounds) > 1",
        "min(score) > 1",
        "max() > 1",
        "abs(urgency) > 1",
        "score in ()",
        "score in 3",
        "urgency in 'emergency'",
        "urgency in (1, 2)",
        "score in (1, 2) == True",
        "1 < score in (1, 2)",
        "",
        "   ",
        "score <=",
        "(late",
        "late)",
        "score <= 2 2",
    ],
)
def test_whatever_is_not_a_plain_yes_no_question_is_refused_with_a_sentence(text: str) -> None:
    refused = refusal(text)
    assert refused.sentence.zh.endswith(("。", "？"))
    assert refused.sentence.en.endswith((".", "?"))
    assert 1 <= refused.column <= max(1, len(text) + 1)


@pytest.mark.parametrize(
    ("text", "column", "zh"),
    [
        ("late or scor > 1", 9, "是不是想写“score”"),
        ("late and true", 10, "是不是想写“True”"),
        ("late or nobody > 1", 9, "请核对表单字段"),
        ("   scor > 1", 4, "是不是想写“score”"),
        ("满意 and scor > 1", 8, "是不是想写“score”"),  # in characters, not in bytes
        ("late or score is 3", 18, "代替 is"),
        ("late == 1", 9, "左边是“是/否”，右边是数字"),
        ("score + 1", 1, "得到的却是数字"),
        ("urgency < 'z'", 11, "只有数字能比大小"),
        ("late or score > 1.5", 17, "只用整数"),
        ("late or __class__", 9, "下划线"),
        ("late or max(score) > 1", 9, "函数 max"),
        ("late or len(urgency) > 1", 9, "min max abs"),
        (f"score < {10**13}", 9, "数字太大"),
        ("late  # why", 5, "不起作用"),
        ("late \t or held", 6, "看不见的字符"),
        ("late or (held", 9, "从这里起看不懂"),
        ("   late or (held", 12, "从这里起看不懂"),
        ("late" + " or late" * 100, 501, "太长（最多 500 个字符）"),
        ("not " * 20 + "late", 81, "最多 20 层"),
        ("", 1, "条件是空的"),
    ],
)
def test_a_refusal_points_at_the_place_and_says_what_to_do(text: str, column: int, zh: str) -> None:
    refused = refusal(text)
    assert refused.column == column
    assert zh in refused.sentence.zh


def test_the_edges_of_what_is_allowed() -> None:
    assert guard("not " * 19 + "late")(FACTS) is True
    assert guard(f"score < {10**12}")(FACTS) is True
    assert guard(f"urgency != '{'a' * 200}'")(FACTS) is True
    assert guard("late or True".ljust(500))(FACTS) is True


# Against Python's own answers


SIMPLE = st.one_of(
    st.builds("score {} {}".format, st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]), st.integers(0, 6)),
    st.builds("score {} rounds + {}".format, st.sampled_from(["<", "<=", "==", ">"]), st.integers(-2, 2)),
    st.builds("rounds {} {}".format, st.sampled_from(["<", "==", ">="]), st.integers(0, 4)),
    st.sampled_from(["late", "held", "urgency == 'a'", "urgency in ('a', 'b')", "urgency == category"]),
)
TEXTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=4,
)
DOMAINS: dict[str, tuple[object, ...]] = {
    "score": tuple(range(1, 6)),
    "rounds": tuple(range(1, 4)),
    "urgency": ("a", "b", "c"),
    "category": ("a", "c"),
}
CASES = [
    dict(zip([*DOMAINS, "late", "held"], values, strict=True))
    for values in product(*DOMAINS.values(), (False, True), (False, True))
]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_guard_answers_as_python_would(text: str) -> None:
    found = guard(text)
    for case in CASES[::7]:
        assert found(case) is bool(eval(text, {"__builtins__": {}}, dict(case)))


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(list("score late and or not()<>=!'\"0123456789_.,[]{}:*+-#\\\n\x00é＿")), max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(BadGuard):
        assert isinstance(guard(text)(FACTS), bool)
