"""The picture of a playbook: what a reader can take from it, and that nothing in it lies on top of anything else."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.lib.text import Said
from linli.playbooks.commands import draw as draw_command
from linli.playbooks.draw import WIDEST, draw, lay_out
from linli.playbooks.draw.exits import exits
from linli.playbooks.draw.geometry import Layout, Line
from linli.playbooks.draw.measure import width, wrap
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.library import shipped, shipped_names
from linli.playbooks.limits import Limit
from linli.playbooks.model import Branch, Duty, End, LimitRule, Mark, Move, Playbook, Stage
from linli.playbooks.read import read_playbook

SVG = "{http://www.w3.org/2000/svg}"
HERE = Mark(1, 1)
EVERY = [(name, language, narrow) for name in shipped_names() for language in ("zh", "en") for narrow in (False, True)]
Area = tuple[int, int, int, int]

# Twelve stages with everything that makes a picture hard: a fork, alternatives, loops, a join, silence, many ends.
TWELVE = """
playbook: twelve
title: {zh: 议事十二步, en: Twelve stages}
origin: test
subject: request
raised_by: [resident, committee]
at: [estate, building]
calendar: work
form:
  what: {kind: text}
  cost: {kind: choice, title: {zh: 费用, en: Cost}, options: {small: {zh: 小额, en: Small}, large: {zh: 大额, en: Large}}}
chain: [grid_worker@grid, community@community, street@street]
delay: {at_most: 5workdays, times: 1}
stages:
  received:
    duty: grid_worker@grid
    limit: 3workdays
    moves:
      accept: {to: sorting}
      decline: {to: declined, needs: {reply: {kind: text}}}
      withdraw: {to: withdrawn, by: raiser}
      merge: {to: merged}
  sorting:
    kind: route
    to: [{when: "cost == 'large' and rounds < 3", to: propose}, {when: "cost == 'small'", to: talk}, {to: quick}]
  quick:
    title: {zh: 即办, en: At once}
    duty: community_desk@community
    limit: {default: 3workdays, by: urgency, emergency: 2h, urgent: 1workdays}
    moves: {finish: {to: confirming, needs: {reply: {kind: text}}}, hand_up: {to: talk, climbs: true}}
  talk:
    title: {zh: 议事会协商, en: Deliberation}
    duty: community@community
    limit: 10workdays
    moves: {agree: {to: carried}, refuse: {to: explaining}}
  propose: {title: {zh: 提议, en: Proposal}, duty: community@community, limit: 5workdays, moves: {agree: {to: consult}}}
  consult:
    title: {zh: 商议, en: Consultation}
    duty: community@community
    limit: 5workdays
    moves: {agree: {to: review}, refuse: {to: propose}}
  review:
    title: {zh: 审议, en: Review}
    duty: community@community
    limit: 5d
    moves: {agree: {to: resolve}, refuse: {to: consult}}
  resolve:
    title: {zh: 决议, en: Resolution}
    duty: community@community
    limit: 15d
    moves:
      approve: {to: carried}
      reject: {to: [{when: "rounds >= 2", to: rejected}, {to: propose}]}
  carried:
    title: {zh: 各单位实施, en: Carried out}
    kind: join
    duty: community@community
    limit: 30workdays
    with: {units: what, playbook: called_unit}
    on: {all_back: confirming}
    moves: {withdraw: {to: withdrawn, by: raiser}}
  confirming:
    duty: raiser
    limit: 7d
    moves:
      confirm: {to: [{when: "score <= 2", to: talk}, {to: enacted}], needs: {score: {kind: score, of: 5}}}
      reopen: {to: received}
    late: {to: close_unrated}
  explaining: {title: {zh: 听取解释, en: Hearing}, duty: raiser, limit: 7d, moves: {understood: {to: explained}}}
  waiting: {title: {zh: 等待, en: Waiting}, duty: raiser, limit: 7d, moves: {confirm: {to: waiting}, reopen: {to: talk}}}
  enacted: {end: enacted}
  close_unrated: {end: solved}
  declined: {end: declined}
  merged: {end: merged}
  rejected: {end: rejected}
  explained: {end: explained}
  withdrawn: {end: withdrawn}
"""


def twelve() -> Playbook:
    book, _ = read_playbook(TWELVE)
    assert book is not None
    return book


def areas(layout: Layout) -> list[tuple[str, Area]]:
    """Bodies of boxes, rungs and the panel; labels belong to their boxes and are looked at apart."""
    boxes = [(box.card.name, (box.x, box.y, box.right, box.bottom)) for box in layout.boxes]
    panel = layout.ladder
    return [*boxes, ("the ladder", (panel.x, panel.y, panel.x + panel.w, panel.y + panel.h))]


def overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def stretches(line: Line) -> Iterator[Area]:
    for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
        yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def assert_clear(layout: Layout) -> None:
    """No box on a box, no label on a label, no arrow through a box that it does not belong to."""
    for (name, one), (other_name, other) in combinations(areas(layout), 2):
        assert not overlap(one, other), f"{name} lies on {other_name}"
    labels = [(label.x, label.y, label.x + label.chip.w, label.y + label.chip.h) for label in layout.labels]
    assert not any(overlap(one, other) for one, other in combinations(labels, 2))
    for line in layout.lines:
        for stretch in stretches(line):
            crossed = [name for name, area in areas(layout) if overlap(stretch_area(stretch), shrunk(area))]
            assert set(crossed) <= {line.source, line.target}, f"{line.source} to {line.target} crosses {crossed}"
    for _, (x1, y1, x2, y2) in [*areas(layout), *(("", each) for line in layout.lines for each in stretches(line))]:
        assert x1 >= 0
        assert y1 >= 0
        assert x2 <= layout.width
        assert y2 <= layout.height


def stretch_area(stretch: Area) -> Area:
    return stretch[0], stretch[1], stretch[2] + 1, stretch[3] + 1


def shrunk(area: Area) -> Area:
    """An arrow may touch the edge where it arrives."""
    return area[0] + 1, area[1] + 1, area[2] - 1, area[3] - 1


def assert_apart(layout: Layout) -> None:
    """Arrows to different places never run on top of each other: one could not tell where they lead."""
    runs = [(line, stretch) for line in layout.lines for stretch in stretches(line)]
    for (line, one), (other, two) in combinations(runs, 2):
        if line.target == other.target or line.source == other.source:
            continue
        upright = one[0] == one[2] == two[0] == two[2] and min(one[3], two[3]) - max(one[1], two[1]) > 2
        level = one[1] == one[3] == two[1] == two[3] and min(one[2], two[2]) - max(one[0], two[0]) > 2
        assert not upright, f"{line} runs on {other}"
        assert not level, f"{line} runs on {other}"


def written(picture: str) -> str:
    """All words of the picture without spaces, for a title may stand in two lines."""
    root = ET.fromstring(picture)
    return re.sub(r"\s", "", "".join(node.text or "" for node in root.iter(f"{SVG}text")))


@pytest.mark.parametrize(("name", "language", "narrow"), EVERY)
def test_nothing_lies_on_anything_else_in_a_shipped_playbook(name: str, language: str, narrow: bool) -> None:
    layout = lay_out(shipped()[name], language, narrow=narrow)
    assert_clear(layout)
    assert_apart(layout)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_lies_on_anything_else_in_twelve_stages(language: str, narrow: bool) -> None:
    layout = lay_out(twelve(), language, narrow=narrow)
    assert_clear(layout)
    assert_apart(layout)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_arrows_of_one_box_do_not_cross_each_other(language: str) -> None:
    """What lies below one another in a row is sorted by where it leads; arrows to one place may meet.

    In the list from top to bottom, which a playbook with too many ways gets, arrows run beside the boxes and may cross.
    """
    layouts = [lay_out(book, language) for book in (*shipped().values(), twelve())]
    wide = [layout for layout in layouts if layout.width > lay_out(twelve(), language, narrow=True).width]
    assert 2 * len(wide) > len(layouts)
    for layout in wide:
        for one, other in combinations(layout.lines, 2):
            if one.source == other.source and one.target != other.target:
                assert not any(crosses(a, b) for a in stretches(one) for b in stretches(other))


def crosses(one: Area, other: Area) -> bool:
    """An upright and a level stretch that cut through each other's inside."""
    upright, level = (one, other) if one[0] == one[2] else (other, one)
    if upright[0] != upright[2] or level[1] != level[3]:
        return False
    return level[0] < upright[0] < level[2] and upright[1] < level[1] < upright[3]


@pytest.mark.parametrize(("name", "language", "narrow"), EVERY)
def test_every_title_who_and_limit_can_be_read(name: str, language: str, narrow: bool) -> None:
    book = shipped()[name]
    words = written(draw(book, language, narrow=narrow))
    titles = [book.title_of(name) for name in (*book.stages, *book.ends)]
    titles += [way.title for stage in book.stages.values() for way in exits(book, stage)]
    titles += [stage.limit.default.said() for stage in book.stages.values() if stage.limit]
    for title in titles:
        assert re.sub(r"\s", "", title.in_(language)) in words
    assert "…" not in words


@pytest.mark.parametrize(("name", "language", "narrow"), EVERY)
def test_text_stays_inside_its_picture_and_is_large_enough(name: str, language: str, narrow: bool) -> None:
    root = ET.fromstring(draw(shipped()[name], language, narrow=narrow))
    for node in root.iter(f"{SVG}text"):
        size, x = int(node.attrib["font-size"]), int(node.attrib["x"])
        taken = width(node.text or "", size, bold=node.get("font-weight") == "600")
        left = x - taken // 2 if node.get("text-anchor") == "middle" else x
        assert size >= 13
        assert left >= 0
        assert left + taken <= int(root.attrib["width"])


@pytest.mark.parametrize(("name", "language", "narrow"), EVERY)
def test_words_fit_into_the_label_that_carries_them(name: str, language: str, narrow: bool) -> None:
    for label in lay_out(shipped()[name], language, narrow=narrow).labels:
        assert all(width(line, 14) <= label.chip.w for line in label.chip.title)
        assert all(width(line, 13) <= label.chip.w for line in label.chip.note)


def test_the_narrow_picture_is_as_wide_as_a_phone() -> None:
    assert {lay_out(book, language, narrow=True).width for book in shipped().values() for language in ("zh", "en")} == {
        360
    }


def test_a_wide_picture_stays_narrow_enough_for_a_page() -> None:
    assert all(lay_out(book, "zh").width <= WIDEST for book in shipped().values())


def test_the_current_stage_is_lit_and_those_behind_it_are_ticked() -> None:
    root = ET.fromstring(draw(shipped()["repair"], "zh", current="doing", stood=["received"]))
    (now,) = (node for node in root.iter(f"{SVG}g") if "pb-now" in node.get("class", ""))
    (stood,) = (node for node in root.iter(f"{SVG}g") if "pb-stood" in node.get("class", ""))
    assert "现在" in "".join(now.itertext())
    assert shipped()["repair"].stages["doing"].title.zh in "".join(now.itertext())
    assert shipped()["repair"].stages["received"].title.zh in "".join(stood.itertext())
    assert stood.find(f"{SVG}circle[@class='pb-tick']") is not None


def test_a_late_stage_says_so() -> None:
    picture = draw(shipped()["repair"], "zh", current="doing", late=True)
    assert "pb-now pb-late" in picture
    assert "已超时" in written(picture)
    assert "已超时" not in written(draw(shipped()["repair"], "zh", current="doing"))


@pytest.mark.parametrize("narrow", [False, True])
def test_the_ways_on_from_the_current_stage_are_lit(narrow: bool) -> None:
    book = shipped()["repair"]
    root = ET.fromstring(draw(book, "zh", current="doing", narrow=narrow))
    lit = "".join("".join(node.itertext()) for node in root.iter(f"{SVG}g") if node.get("class") == "pb-next")
    assert all(move.title.zh in lit for move in book.stages["doing"].moves)
    assert book.stages["received"].moves[1].title.zh not in lit


def test_nothing_is_lit_without_a_matter() -> None:
    picture = draw(shipped()["repair"], "zh")
    assert not re.search(r"pb-(now|stood|late|next)\b", picture)


def test_an_end_that_was_reached_is_lit() -> None:
    assert re.search(r'class="pb-end pb-end-solved pb-now"', draw(shipped()["repair"], "zh", current="solved"))


def test_ends_carry_the_colour_of_their_outcome() -> None:
    root = ET.fromstring(draw(twelve(), "zh"))
    fills = {
        node.get("class", "").split("pb-end-")[1]: node[0].get("fill")
        for node in root.iter(f"{SVG}g")
        if "pb-end-" in node.get("class", "")
    }
    assert set(fills) == {"enacted", "solved", "declined", "merged", "rejected", "explained", "withdrawn"}
    assert len(set(fills.values())) == len(fills)


def test_the_chain_stands_as_a_ladder_with_the_lowest_at_the_bottom() -> None:
    rungs = lay_out(shipped()["repair"], "zh").ladder.rungs
    assert [rung.role for rung in rungs] == ["单元长", "楼栋长", "网格员", "网格党支部", "社区党委"]
    assert [rung.y for rung in rungs] == sorted((rung.y for rung in rungs), reverse=True)


def test_the_same_playbook_gives_the_same_picture() -> None:
    assert draw(twelve(), "zh") == draw(twelve(), "zh")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_page_with_a_strict_policy_may_hold_it(narrow: bool) -> None:
    root = ET.fromstring(draw(twelve(), "zh", current="talk", stood=["received"], late=True, narrow=narrow))
    for node in root.iter():
        assert node.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}a", f"{SVG}image", f"{SVG}use")
        assert not {"style", "id", "href"} & set(node.attrib)
        assert not any(name.startswith("on") for name in node.attrib)


def test_a_file_of_its_own_has_a_heading_a_ground_and_dark_colours() -> None:
    picture = draw(shipped()["repair"], "zh", alone=True)
    assert "报事报修" in written(picture)
    assert 'class="pb-paper"' in picture
    assert "prefers-color-scheme: dark" in picture


def test_readers_who_hear_the_picture_get_it_in_sentences() -> None:
    root = ET.fromstring(draw(shipped()["repair"], "zh", current="doing", late=True))
    assert root.get("role") == "img"
    assert [node.tag for node in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    said = root.findtext(f"{SVG}desc", "")
    assert "“待受理”由物业前台（小区）30分钟内办理" in said
    assert "现在处于“维修中”，已超时。" in said
    assert "单元长（单元），然后楼栋长（楼栋）" in said
    assert all(
        way.title.zh in said
        for stage in shipped()["repair"].stages.values()
        for way in exits(shipped()["repair"], stage)
    )


@pytest.mark.parametrize(
    "evil", ['</text><script>alert("1")</script>', "&amp; <b>", '" onload="x', "]]>\x00\x0b\ud800"]
)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_title_cannot_break_out_of_the_picture(evil: str, narrow: bool) -> None:
    book = shipped()["repair"]
    said = Said(f"甲{evil}", f"A{evil}")
    stages = {name: replace(stage, title=said) for name, stage in book.stages.items()}
    named = replace(book, title=said, summary=said, stages=MappingProxyType(stages))
    picture = draw(named, "zh", narrow=narrow, alone=True)
    root = ET.fromstring(picture)
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "path", "g", "text", "circle"} - {"circle"}
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)


def test_a_condition_is_told_in_the_words_of_the_form() -> None:
    words = written(draw(twelve(), "zh"))
    assert "费用是大额且办理轮次<3" in words
    assert "评分≤2" in words
    assert "rounds" not in words


# ---- any playbook ----


@st.composite
def books(draw_: st.DrawFn) -> Playbook:
    """Any graph of stages, faulty ones too: unreachable stages, circles, stages without a way out."""
    count = draw_(st.integers(1, 9))
    names = [f"s{at}" for at in range(count)]
    ends = [f"e{at}" for at in range(draw_(st.integers(0, 4)))]
    kinds = draw_(st.lists(st.sampled_from(["task", "task", "route", "join"]), min_size=count, max_size=count))
    targets = draw_(st.lists(st.lists(st.sampled_from([*names, *ends]), max_size=5), min_size=count, max_size=count))
    outcomes = list(OUTCOMES)
    return Playbook(
        name="any",
        title=Said("任意", "Any"),
        origin="",
        subject="request",
        mark=HERE,
        raised_by=("resident",),
        at=("room",),
        chain=(Duty(HERE, role="community", level="community"),),
        stages=MappingProxyType(
            {name: any_stage(name, kind, to) for name, kind, to in zip(names, kinds, targets, strict=True)}
        ),
        ends=MappingProxyType(
            {name: End(name, Said("结局", "The end"), HERE, outcomes[at]) for at, name in enumerate(ends)}
        ),
    )


def any_stage(name: str, kind: str, targets: list[str]) -> Stage:
    branches = tuple(Branch(to, HERE) for to in targets)
    title = Said(f"环节{name}", f"Stage {name}")
    if kind == "route":
        return Stage(name, title, HERE, kind="route", branches=branches)
    moves = tuple(
        Move(f"m{at}", Said("动作" * (at % 3 + 1), "A move"), HERE, (one,)) for at, one in enumerate(branches)
    )
    duty = Duty(HERE, role="grid_worker", level="grid")
    return Stage(name, title, HERE, kind=kind, duty=duty, limit=LimitRule(Limit(1, "d"), HERE), moves=moves)


@settings(max_examples=150, deadline=None)
@given(books(), st.booleans())
def test_nothing_lies_on_anything_else_in_any_playbook(book: Playbook, narrow: bool) -> None:
    layout = lay_out(book, "zh", narrow=narrow)
    assert_clear(layout)
    assert_apart(layout)
    ET.fromstring(draw(book, "en", narrow=narrow))


# ---- words ----


def test_chinese_counts_as_wide_as_it_is_high() -> None:
    assert width("邻里", 14) == 28
    assert width("ll", 14) < width("mm", 14) < width("邻里", 14)


def test_lines_are_broken_where_chinese_allows_it() -> None:
    assert wrap("先看情况，再办", 10, 40, lines=3) == ("先看情", "况，再办")
    assert wrap("one two three", 10, 45, lines=3) == ("one two", "three")
    assert wrap("一二三四五六", 10, 20, lines=2) == ("一二", "三…")


# ---- the command ----


def run(**options: object) -> tuple[int, str]:
    out = io.StringIO()
    given_ = {"book": "repair", "out": None, "lang": "zh", "narrow": False, **options}
    return draw_command.run(given_, out), out.getvalue()


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "repair.svg"
    assert run(out=str(file)) == (0, "")
    assert ET.parse(file).getroot().tag == f"{SVG}svg"


def test_the_command_prints_without_a_file_and_speaks_english() -> None:
    code, out = run(lang="en", narrow=True)
    assert code == 0
    assert "Repair" in out
    assert ET.fromstring(out).get("width") == "360"


def test_a_folder_that_does_not_exist_is_a_sentence(tmp_path: Path) -> None:
    code, out = run(out=str(tmp_path / "nowhere" / "a.svg"))
    assert code == 1
    assert "写不进去" in out


def test_a_broken_file_shows_its_problems_instead_of_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("playbook: broken\nstages: [\n", encoding="utf-8")
    code, out = run(book=str(file))
    assert code == 1
    assert "G01" in out
    assert "<svg" not in out
