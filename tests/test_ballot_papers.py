"""The notice and the certificate as PDF: what they say, to whom, and that the same ballot gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
import segno
import typst
from PIL import Image
from pypdf import PdfReader

from linli.ballots.actions import closing, preparing
from linli.ballots.explaining import figures
from linli.ballots.models import Ballot
from linli.ballots.papers.composing import SOURCE, notice, written
from linli.counting.rules import find_rule
from linli.counting.tally import Tally, Weight, judge
from linli.lib import clock, typesetting
from linli.lib.refusals import Refused
from linli.lib.typesetting import code_rows, set_type
from tests.ballot_steps import (
    CLOSES,
    FUND,
    MORNING,
    OPENS,
    PARKING,
    announced,
    ballot_of,
    counted,
    give_out_rooms,
    opened,
    planned,
    vote,
)
from tests.ballot_steps import a_matter as ballot_matter
from tests.pages import visit
from tests.test_official_evoting import GREEN, ROOF, SYSTEM, TOTALS, opened_there, run, sums
from tests.world import World

PPI = 300


def words_of(data: bytes) -> str:
    """The text of all pages, without the breaks that lines happen to have."""
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def fetched(world: World, ballot: Ballot, name: str, who: str = "") -> bytes:
    answer = visit(world, who).get(f"/ballots/{ballot.pk}/{name}.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def decided(world: World) -> Ballot:
    ballot = opened(world, PARKING, FUND)
    with clock.at(OPENS):
        for who, room in (("mei", "room"), ("bo", "room_unit2"), ("qin", "room_building2")):
            vote(ballot, world, who, room, "yes")
    return counted(ballot, world.yang)


SUMS = {
    "due": (593, 5961484),
    "yes": (367, 3649672),
    "no": (55, 531865),
    "abstain": (13, 128422),
    "silent": (90, 900000),
}


def with_exact_figures(ballot: Ballot, silent: str = "not_counted") -> Ballot:
    """As after the publication of a larger ballot: the columns that page and certificate read, judged by the rule."""
    judged = judge(Tally(**{name: Weight(*sums) for name, sums in SUMS.items()}), find_rule(PARKING), silent)
    ballot.questions.filter(number=1).update(published={"mode": "full", "result": figures(judged)})
    Ballot.objects.filter(pk=ballot.pk).update(verdict=judged.outcome.verdict)
    return Ballot.objects.get(pk=ballot.pk)


def test_the_notice_says_what_is_asked_by_which_rule_over_which_roll_and_how_to_object(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(ballot_matter(world)), world.yang, PARKING, FUND)
    said = words_of(fetched(world, ballot, "notice.zh"))
    for told in (
        "表决公告",
        "青榆家园",
        "绿地改车位",
        "按cn-civil-278-8表决",
        "改变共有部分的用途",
        "民法典§278(1)(8)",
        "应参加的人数和面积，都不低于2/3",
        "参加表决的人数和面积，都不低于3/4",
        "参加表决的人数和面积，都超过1/2",
        "涉及绿地的，绿化主管部门：书面批准",
        "4个表决主体，4人，400.00平方米",
        "2026年5月23日09:00至2026年6月2日09:00",
        "在2026年5月23日09:00投票开始以前",
        "未表态的不算参加",
        "3日内公布结果，公示不少于15日",
        bytes(ballot.roll_root or b"").hex(),
        f"http://testserver/ballots/{ballot.pk}/#checking",
    ):
        assert told in said, told
    assert "开始时的签名检查点" not in said, "it is not open yet"
    assert "[V]" not in said
    english = words_of(fetched(world, ballot, "notice.en"))
    for told in (
        "Noticeofavote",
        "Greenbelttoparking",
        "atleast3/4ofthosetakingpart,byheadsandbyarea",
        "4heads,400.00m²",
    ):
        assert told in english, told


def test_a_correction_of_the_roll_stands_on_the_notice_with_its_reason(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(ballot_matter(world)), world.yang)
        before = words_of(fetched(world, ballot, "notice.zh"))
        preparing.correct_roll(ballot, "面积登记更正", actor=world.yang)
    said = words_of(fetched(world, ballot, "notice.zh"))
    assert "名册更正过：面积登记更正" in said
    assert bytes(ballot_of(ballot.matter).roll_root or b"").hex() in said
    assert "名册更正过" not in before


def test_the_certificate_says_verdict_figures_fractions_strict_count_and_digests(world: World) -> None:
    ballot = with_exact_figures(decided(world), "abstain")
    said = words_of(fetched(world, ballot, "certificate.zh"))
    for told in (
        "表决结果证明",
        "结论：未通过",
        "有效票3张：手机3张",
        "应参加59359,614.84",
        "同意36736,496.72",
        "525/593（88.53%）52,099.59/59,614.84（87.39%）达到",
        "367/525（69.90%）36,496.72/52,099.59（70.05%）未达到",
        "435/593（73.36%）43,099.59/59,614.84（72.30%）达到",
        "367/435（84.37%）36,496.72/43,099.59（84.68%）达到",
        "严格口径（不计未表态的）的结论：通过",
        bytes(ballot.roll_root or b"").hex(),
        bytes(ballot.bundle_digest or b"").hex(),
        "关闭时的签名检查点",
        "".join(ballot.closing.split())[:60],
        f"linli-verify{ballot.pk}.json",
        "一年内请求人民法院撤销",
    ):
        assert told in said, told
    english = words_of(fetched(world, ballot, "certificate.en"))
    for told in ("Verdict:Notpassed", "Certificateoftheresult", "435/593(73.36%)", "TheSHA-256ofthefile"):
        assert told in english, told


def test_where_nobody_silent_is_counted_the_certificate_says_that_this_is_the_strict_count(world: World) -> None:
    said = words_of(fetched(world, with_exact_figures(decided(world)), "certificate.zh"))
    assert "以上就是严格口径的结果" in said
    assert "（严格口径）" not in said


def test_behind_the_privacy_gate_the_certificate_has_bands_and_no_exact_figure(world: World) -> None:
    ballot = decided(world)
    said = words_of(fetched(world, ballot, "certificate.zh"))
    assert "只公布结论和分档的比例" in said
    assert "279.50" not in said
    assert "75.00%" not in said


def test_the_same_ballot_gives_the_same_bytes(world: World) -> None:
    ballot = decided(world)
    for name in ("notice.zh", "certificate.zh", "certificate.en"):
        with clock.at(OPENS):
            first = fetched(world, ballot, name)
        with clock.at(OPENS.replace(year=2031)):
            assert fetched(world, ballot, name, "yang") == first
        assert PdfReader(io.BytesIO(first)).metadata.get("/CreationDate") is None  # type: ignore[union-attr]


def test_papers_are_for_whoever_sees_the_page_and_come_with_what_they_tell(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        draft = planned(ballot_of(ballot_matter(world)), world.yang)
        for who in ("", "bo", "yang"):
            assert visit(world, who).get(f"/ballots/{draft.pk}/notice.zh.pdf").status_code == 404
        preparing.announce(draft, actor=world.yang)
    browser = visit(world, "")
    assert browser.get(f"/ballots/{draft.pk}/notice.zh.pdf").status_code == 200
    for name in ("certificate.zh", "notice.fr", "letter.zh"):
        assert browser.get(f"/ballots/{draft.pk}/{name}.pdf").status_code == 404
    page = browser.get(f"/ballots/{draft.pk}/").content.decode()
    assert "notice.zh.pdf" in page
    assert "certificate" not in page


def test_what_somebody_typed_is_never_read_as_markup(world: World) -> None:
    evil = '#read("/etc/passwd") *x* $1$ <a> \\" #panic("no")'
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = ballot_of(ballot_matter(world))
        preparing.plan(ballot, preparing.Plan(evil, "", OPENS, CLOSES), actor=world.yang)
        preparing.ask(ballot, evil, PARKING, text=evil, actor=world.yang)
        preparing.announce(ballot, actor=world.yang)
    said = words_of(fetched(world, ballot, "notice.zh"))
    assert said.count("".join(evil.split())) == 3


def test_the_code_on_the_paper_is_the_address_module_by_module(world: World) -> None:
    """Drawn by the same source as the paper, looked at in its middle points, and compared with the code of the address."""
    address = "https://linli.example/ballots/01a209ef-b819-73e0-84d0-ed60693effae/#checking"
    words = {**written(notice(decided(world)), "zh"), "address": address, "code": code_rows(address)}
    told = {**words, "families": [typesetting.family_of("")], "language": "zh", "region": "cn"}
    inputs = {"words": json.dumps(told, ensure_ascii=False)}
    drawn = typst.compile(SOURCE.read_bytes(), format="png", ppi=PPI, sys_inputs=inputs)
    page = Image.open(io.BytesIO(drawn[0] if isinstance(drawn, list) else drawn)).convert("L")
    rows = [[int(dark) for dark in row] for row in segno.make_qr(address, error="m").matrix]
    left, top, side = (round(length * PPI / 25.4) for length in (210 - 22 - 30, 20, 30))
    step = side / len(rows)
    grey = page.tobytes()
    middles = [int((number + 0.5) * step) for number in range(len(rows))]
    seen = [[int(grey[(top + y) * page.width + left + x] < 128) for x in middles] for y in middles]
    assert seen == rows


def test_without_chinese_type_it_is_said_what_to_install(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FAMILIES", ("A family that nobody has",))
    ballot = decided(world)
    with pytest.raises(Refused) as refused:
        set_type(SOURCE, {}, "zh")
    assert "fonts-noto-cjk" in refused.value.sentence.zh
    answer = visit(world, "").get(f"/ballots/{ballot.pk}/notice.zh.pdf")
    assert answer.status_code == 422
    assert "fonts-noto-cjk" in answer.content.decode()


def test_a_result_of_which_only_sums_are_known_is_marked_on_its_certificate(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world, only=True)
    assert run(ballot, sums(GREEN, ROOF, folder=tmp_path), at=CLOSES, mapping=TOTALS)[0] == 0
    with clock.at(CLOSES):
        closing.publish(ballot_of(ballot.matter), actor=world.yang)
    said = words_of(fetched(world, ballot, "certificate.zh"))
    assert f"本结果由“{SYSTEM}”统计" in said
    assert "不能在这里复核" in said
    assert hashlib.sha256((tmp_path / "result.csv").read_bytes()).hexdigest() in said
    assert "linli-verify" not in said
    assert "公开包" not in said
    assert f"电子投票在“{SYSTEM}”进行" in words_of(fetched(world, ballot, "notice.zh"))
