"""The result of an official e-voting system: tried first, taken in whole or not at all, and what counts where several came."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from django.db import IntegrityError, transaction

from linli.ballots.actions import closing, paper, preparing
from linli.ballots.bundle_files import bundle_file
from linli.ballots.models import Ballot, LogRow, PlatformImport, VoteCast
from linli.ballots.official.mapping import read_map
from linli.ballots.sealed_choices import unseal, unseal_cast
from linli.ballots.verifying import holds, verify
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.places.actions import add_place
from linli.record.queries import broken_chains
from linli.register.models import Holding
from linli.register.sources import source_named
from tests.ballot_steps import (
    CLOSES,
    FUND,
    MORNING,
    OPENS,
    PARKING,
    a_matter,
    ballot_of,
    counted,
    give_out_rooms,
    slot_of,
    vote,
)
from tests.pages import visit
from tests.world import SINCE, World

SYSTEM = "青榆市业主电子投票系统"
MAP = f"""
system: {SYSTEM}
slot: {{building: 楼栋, unit: 单元, room: 房号}}
time: 投票时间
delivered: {{column: 送达, values: {{是: yes, 否: no}}}}
questions:
  1: {{column: 议题一, values: {{同意: yes, 反对: no, 弃权: abstain, 未表态: silent}}}}
  2: {{column: 议题二, values: {{同意: yes, 反对: no, 弃权: abstain, 未表态: silent}}}}
"""
TOTALS = f"""
system: {SYSTEM}
totals:
  question: {{column: 议题, values: {{改车位: 1, 动用维修资金: 2}}}}
  due:     {{heads: 应投人数, area: 应投面积}}
  yes:     {{heads: 同意人数, area: 同意面积}}
  no:      {{heads: 反对人数, area: 反对面积}}
  abstain: {{heads: 弃权人数, area: 弃权面积}}
"""
HEAD = ("楼栋", "单元", "房号", "投票时间", "送达", "议题一", "议题二")
MEI = ("1号楼", "1单元", "101", "2026-05-25 10:00", "是", "同意", "反对")
BO = ("1", "2", "101室", "2026/05/25 11:00", "是", "同意", "")
QIN = ("2栋", "", "101", "2026-05-26 09:30:00", "是", "弃权", "同意")
SILENT = ("1号楼", "1单元", "102", "", "是", "未表态", "未表态")
SUMS = ("议题", "应投人数", "应投面积", "同意人数", "同意面积", "反对人数", "反对面积", "弃权人数", "弃权面积")
DURING = OPENS + timedelta(days=5)


def opened_there(world: World, *, only: bool = False) -> Ballot:
    """As `ballot_steps.opened`, with the official system in the notice."""
    with clock.at(MORNING):
        if not Holding.objects.exists():
            give_out_rooms(world)
        ballot = ballot_of(a_matter(world))
        given = preparing.Plan("绿地改车位", "", OPENS, CLOSES, platform=SYSTEM, platform_only=only)
        preparing.plan(ballot, given, actor=world.yang)
        for rule in (PARKING, FUND):
            preparing.ask(ballot, f"按 {rule} 表决", rule, actor=world.yang)
        preparing.announce(ballot_of(ballot.matter), actor=world.yang)
    with clock.at(OPENS):
        closing.tend_ballots()
    return ballot_of(ballot.matter)


def table(folder: Path, *rows: Sequence[str], head: Sequence[str] = HEAD, name: str = "result.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(",".join(row) for row in (head, *rows)) + "\n", "utf-8")
    return file


def run(ballot: Ballot, file: Path, *, at: datetime = DURING, mapping: str = MAP, **more: Any) -> tuple[int, str]:
    chosen = file.with_name("map.yaml")
    chosen.write_text(mapping, "utf-8")
    said: list[Said] = []
    options = {
        "file": file,
        "map": chosen,
        "ballot": str(ballot.pk),
        "dry_run": False,
        "rejects": None,
        "lang": "zh",
        **more,
    }
    with clock.at(at):
        status = source_named("ballot").run(options, said.append)
    return status, "\n".join(one.zh for one in said)


def chosen(ballot: Ballot) -> dict[str, tuple[str, dict[str, str]]]:
    """Channel and choices of what counts, by the name of the room."""
    rows = VoteCast.objects.filter(slot__ballot=ballot, counted=True).select_related("slot__place")
    return {
        one.slot.place.path.partition(".b")[2]: (one.channel, dict(unseal_cast(one, one.slot.tag).choices))
        for one in rows
        if one.slot.place
    }


def test_a_file_becomes_casts_bound_by_its_digest_and_everybody_recounts_them(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    file = table(tmp_path, MEI, BO, QIN, SILENT)
    status, said = run(ballot, file)
    assert status == 0, said
    assert "计入 3；与已导入的相同 0；让位于纸质票或更晚的票 0；登记送达 4" in said
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest in said
    assert chosen(ballot) == {
        "1.u1.101": ("platform", {"q1": "yes", "q2": "no"}),
        "1.u2.101": ("platform", {"q1": "yes", "q2": "blank"}),
        "2.u1.101": ("platform", {"q1": "abstain", "q2": "yes"}),
    }
    entries = list(LogRow.objects.filter(ballot=ballot).order_by("index").values_list("entry", flat=True))
    assert entries[1] == {"what": "platform", "system": SYSTEM, "only": False}
    assert entries[3] == {"what": "import", "file": digest, "entered": 3, "behind": 0}
    counted(ballot, world.yang)
    data = bundle_file(ballot.pk).read_bytes()
    assert holds(verify(data))
    assert json.loads(data)["content"]["delivered"] == [slot_of(ballot, world, "room_next").tag]
    assert list(broken_chains()) == []


def test_the_same_file_again_changes_nothing(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    file = table(tmp_path, MEI, QIN)
    run(ballot, file)
    before = (ballot_of(ballot.matter).version, LogRow.objects.count(), VoteCast.objects.count())
    assert run(ballot, file) == (0, "这个文件已经导入过，没有变化。")
    assert before == (ballot_of(ballot.matter).version, LogRow.objects.count(), VoteCast.objects.count())
    status, said = run(ballot, table(tmp_path, MEI, QIN, BO))  # a later export of the same votes and one more
    assert status == 0
    assert "计入 1；与已导入的相同 2" in said
    assert VoteCast.objects.count() == 3


def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    before = (ballot.version, LogRow.objects.count())
    status, said = run(ballot, table(tmp_path, MEI, BO), dry_run=True)
    assert (status, VoteCast.objects.count(), PlatformImport.objects.count()) == (0, 0, 0)
    assert "计入 2" in said
    assert "试算" in said
    assert before == (ballot_of(ballot.matter).version, LogRow.objects.count())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("9号楼", "1单元", "101", "2026-05-25 10:00", "是", "同意", "同意"), "“9号楼 1单元 101”不在表决名册上"),
        (("1号楼", "", "101", "2026-05-25 10:00", "是", "同意", "同意"), "在名册上不止一处"),
        (("1号楼", "1单元", "", "2026-05-25 10:00", "是", "同意", "同意"), "没有写是哪一户"),
        (("1号楼", "2单元", "101", "2026-05-25 10:00", "是", "赞成", "同意"), "“议题一”写的是“赞成”"),
        (("1号楼", "2单元", "101", "五月二十五", "是", "同意", "同意"), "投票时间“五月二十五”读不出来"),
        (("1号楼", "2单元", "101", "2026-06-03 00:00", "是", "同意", "同意"), "不在表决时间内"),
        (("1号楼", "1单元", "101", "2026-05-25 10:00", "是", "反对", "反对"), "与第 2 行是同一个表决主体"),
    ],
)
def test_one_bad_row_is_told_with_its_line_and_nothing_is_written(
    world: World, tmp_path: Path, row: Sequence[str], told: str
) -> None:
    ballot = opened_there(world)
    rejects = tmp_path / "rejects.csv"
    status, said = run(ballot, table(tmp_path, MEI, row), rejects=rejects)
    assert status == 1
    assert "第 3 行：" in said
    assert told in said
    assert (VoteCast.objects.count(), PlatformImport.objects.count()) == (0, 0)
    assert told in rejects.read_text("utf-8-sig")


def test_two_rooms_of_one_owner_are_one_ballot(world: World, tmp_path: Path) -> None:
    with clock.at(MORNING):
        unit = world.place("room").parent
        another = add_place(unit, level="room", label="103", name="103室", since=SINCE)
    give_out_rooms(world)
    mine = Holding.objects.get(room=world.place("room")).owner_set
    Holding.objects.create(
        room=another, use="dwelling", area=5000, area_source="registered", owner_set=mine, valid_from=SINCE
    )
    ballot = opened_there(world)
    same = (*MEI[:2], "103", "2026-05-25 12:00", *MEI[4:])
    status, said = run(ballot, table(tmp_path, MEI, (*same[:5], "反对", "反对")))
    assert status == 1
    assert "与第 2 行是同一个表决主体" in said
    assert run(ballot, table(tmp_path, MEI, same))[0] == 0
    assert list(chosen(ballot)) == ["1.u1.101"]


def test_paper_stands_before_the_official_system_and_the_later_of_two_electronic_ballots_counts(
    world: World, tmp_path: Path
) -> None:
    ballot = opened_there(world)
    with clock.at(OPENS + timedelta(days=1)):  # before the ballot in the official system
        vote(ballot, world, "mei", "room", "no")
    with clock.at(OPENS + timedelta(days=4)):  # after it
        vote(ballot, world, "bo", "room_unit2", "no")
        reading = paper.Reading({"q1": "no", "q2": "no"})
        for who in (world.yang, world.shu):
            paper.read_paper(ballot, slot_of(ballot, world, "room_building2").nonce, reading, actor=who)
    status, said = run(ballot, table(tmp_path, MEI, BO, QIN))
    assert status == 0
    assert "计入 1；与已导入的相同 0；让位于纸质票或更晚的票 2" in said
    assert {room: channel for room, (channel, _) in chosen(ballot).items()} == {
        "1.u1.101": "platform",
        "1.u2.101": "online",
        "2.u1.101": "paper",
    }
    [taken] = PlatformImport.objects.all()
    assert (taken.entered, taken.behind) == (1, 2)
    behind = unseal(taken.cipher)[slot_of(ballot, world, "room_unit2").tag]
    assert behind["choices"] == {"q1": "yes", "q2": "blank"}, "what stood behind is kept, sealed"
    with clock.at(OPENS + timedelta(days=6)):
        vote(ballot, world, "mei", "room", "abstain")
    assert chosen(ballot)["1.u1.101"][0] == "online"
    counted(ballot, world.yang)
    assert holds(verify(bundle_file(ballot.pk).read_bytes()))


def test_where_the_file_tells_no_times_the_official_system_stands(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    with clock.at(OPENS + timedelta(days=4)):
        vote(ballot, world, "mei", "room", "no")
    status, _ = run(ballot, table(tmp_path, MEI), mapping=MAP.replace("time: 投票时间\n", ""))
    assert status == 0
    assert chosen(ballot)["1.u1.101"] == ("platform", {"q1": "yes", "q2": "no"})


def test_homes_are_known_by_the_number_on_their_paper_too_and_sheets_are_read(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    mapping = MAP.replace("{building: 楼栋, unit: 单元, room: 房号}", "{number: 票号}").replace("time: 投票时间\n", "")
    file = tmp_path / "result.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    nonce = slot_of(ballot, world, "room").nonce
    for line, cells in enumerate([("票号", "送达", "议题一", "议题二"), (nonce.upper(), "是", "反对", "弃权")]):
        sheet.write_row(line, 0, cells)
    book.close()
    assert run(ballot, file, mapping=mapping)[0] == 0
    assert chosen(ballot) == {"1.u1.101": ("platform", {"q1": "no", "q2": "abstain"})}


def test_only_the_system_that_the_notice_names_is_imported_while_it_is_counted(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    file = table(tmp_path, MEI)
    for mapping, told in (
        (MAP.replace(SYSTEM, "别的系统"), "不是同一个系统"),
        (MAP.replace("  2: ", "  3: "), "要一一对应"),
        (MAP.replace("column: 送达", "column: 签收"), "文件里没有这几列：签收"),
    ):
        with pytest.raises(Refused) as refused:
            run(ballot, file, mapping=mapping)
        assert told in refused.value.sentence.zh
    counted(ballot, world.yang)
    with pytest.raises(Conflict):
        run(ballot, file, at=CLOSES + timedelta(hours=1))
    Ballot.objects.filter(pk=ballot.pk).update(platform="")
    with pytest.raises(Refused) as refused:
        run(ballot, file)
    assert "没有写明官方电子投票系统" in refused.value.sentence.zh


def test_every_problem_of_a_mapping_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_map("system: [a]\nslott: {room: 房号}\nquestions:\n  一: {column: 议题, values: {同意: ja}}\n")
    said = refused.value.sentence.zh
    for told in (
        "“system”应当是文字",
        "不认识“slott”。是不是“slot”？",
        "“slot”要写票面编号",
        "“一”不是表决事项的序号",
        "写的是“ja”",
    ):
        assert told in said
    with pytest.raises(Refused) as refused:
        read_map("system: a\nquestions: {}\ntotals: {}\n")
    assert "只能写一个" in refused.value.sentence.zh


def test_the_mappings_of_the_how_to_are_read() -> None:
    page = Path(__file__).parents[1] / "docs" / "how-to" / "official-evoting.md"
    homes, sums_of = (read_map(block) for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    assert list(homes.questions) == ["q1", "q2"]
    assert sums_of.totals is not None
    assert list(sums_of.totals.sums) == ["due", "yes", "no", "abstain", "silent"]


# -- prescribed there


def test_where_the_official_system_is_prescribed_nobody_votes_by_phone_but_paper_is_taken(
    world: World, tmp_path: Path
) -> None:
    ballot = opened_there(world, only=True)
    with clock.at(DURING):
        with pytest.raises(Refused) as refused:
            vote(ballot, world, "mei", "room", "yes")
        assert SYSTEM in refused.value.sentence.zh
        page = visit(world, "mei").get(f"/ballots/{ballot.pk}/").content.decode()
        for who in (world.yang, world.shu):
            paper.read_paper(
                ballot, slot_of(ballot, world, "room").nonce, paper.Reading({"q1": "no", "q2": "no"}), actor=who
            )
    assert SYSTEM in page
    assert "/vote/" not in page
    with clock.at(CLOSES), pytest.raises(Refused) as refused:
        closing.close(ballot, actor=world.yang)
    assert "还没有导入" in refused.value.sentence.zh
    run(ballot, table(tmp_path, BO, QIN), at=CLOSES)
    assert counted(ballot, world.yang).verdict == "failed"


# -- only sums


def sums(*rows: Sequence[str], folder: Path) -> Path:
    return table(folder, *rows, head=SUMS)


GREEN = ("改车位", "4", "400.00", "3", "279.50", "0", "0", "0", "0")
ROOF = ("动用维修资金", "4", "400", "1", "89.35", "3", "310.65", "0", "0")


def test_sums_alone_give_a_recorded_result_that_says_it_cannot_be_recounted_here(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world, only=True)
    status, said = run(ballot, sums(GREEN, ROOF, folder=tmp_path), at=CLOSES, mapping=TOTALS)
    assert status == 0, said
    assert "本站不能复核" in said
    with clock.at(CLOSES):
        closing.publish(ballot_of(ballot.matter), actor=world.yang)
    done = Ballot.objects.get(pk=ballot.pk)
    assert (done.verdict, done.bundle_digest) == ("passed", None)
    green, roof = done.questions.order_by("number")
    assert green.published is not None
    assert roof.published is not None
    assert green.published["result"]["tally"]["yes"] == {"heads": 3, "area": 27950}
    assert roof.published["mode"] == "rounded", "one home in favour: its area would tell which"
    assert "8935" not in json.dumps(roof.published)
    assert Matter.objects.get(pk=ballot.matter_id).stage == "answering"
    browser = visit(world, "")
    page = browser.get(f"/ballots/{ballot.pk}/").content.decode()
    assert "不能在这里复核" in page
    assert "bundle.json" not in page
    assert browser.get(f"/ballots/{ballot.pk}/bundle.json").status_code == 404
    assert run(ballot, tmp_path / "result.csv", at=CLOSES, mapping=TOTALS)[1].startswith("这个文件已经导入过")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("改车位", "5", "400.00", "3", "279.50", "0", "0", "0", "0"), "与公告名册的 4 人、400.00 平方米不一致"),
        (("改车位", "4", "400.00", "3", "279.50", "2", "120", "0", "0"), "合计超过了应参加的人数或面积"),
        (("改车位", "4", "400.00", "三", "279.50", "0", "0", "0", "0"), "“同意人数”的人数“三”不是整数"),
        (("改车位", "4", "400.00", "3", "279.505", "0", "0", "0", "0"), "“同意面积”的面积“279.505”不对"),
        (("改车位", "4", "400.00", "3", "279.50", "0", "1", "0", "0"), "“no”没有人数却有面积"),
        (("种树", "4", "400.00", "3", "279.50", "0", "0", "0", "0"), "“议题”写的是“种树”"),
        (ROOF, "与第 2 行是同一个表决事项"),
    ],
)
def test_sums_that_do_not_fit_the_roll_are_told_and_nothing_is_written(
    world: World, tmp_path: Path, row: Sequence[str], told: str
) -> None:
    ballot = opened_there(world, only=True)
    status, said = run(ballot, sums(ROOF, row, folder=tmp_path), at=CLOSES, mapping=TOTALS)
    assert status == 1
    assert told in said
    assert Ballot.objects.get(pk=ballot.pk).closed_at is None


def test_sums_wait_for_the_close_and_do_not_mix_with_ballots_cast_here(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world)
    file = sums(GREEN, ROOF, folder=tmp_path)
    with pytest.raises(Refused) as refused:
        run(ballot, file, mapping=TOTALS)
    assert "2026年6月2日 09:00 截止" in refused.value.sentence.zh
    with clock.at(DURING):
        vote(ballot, world, "mei", "room", "yes")
    with pytest.raises(Refused) as refused:
        run(ballot, file, at=CLOSES, mapping=TOTALS)
    assert "已经收了 1 张票" in refused.value.sentence.zh


def test_a_missing_question_is_asked_for(world: World, tmp_path: Path) -> None:
    ballot = opened_there(world, only=True)
    with pytest.raises(Refused) as refused:
        run(ballot, sums(GREEN, folder=tmp_path), at=CLOSES, mapping=TOTALS)
    assert "没有第 2 项" in refused.value.sentence.zh


def test_the_database_takes_no_system_that_is_prescribed_but_not_named(world: World) -> None:
    ballot = opened_there(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(platform="", platform_only=True)
