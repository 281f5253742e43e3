"""The result of an official e-voting system from the page: tried, then entered, by a scrutineer, and the same files only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.ballots.actions.official_files import Offered
from linli.ballots.models import Ballot, LogRow, PlatformImport, VoteCast
from linli.ballots.official.mapping import read_map
from linli.ballots.official.sample import sample_map
from linli.lib import clock
from linli.lib.refusals import Refused
from linli.record.models import Event
from linli.register.received import MOST_BYTES, received_table
from tests.ballot_steps import CLOSES, ballot_of, counted
from tests.pages import Answer, hidden, text_of, visit
from tests.test_official_evoting import DURING, GREEN, HEAD, MAP, MEI, QIN, ROOF, SUMS, SYSTEM, TOTALS, opened_there
from tests.world import World


def rows(*given: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    return ("\n".join(",".join(row) for row in (head, *given)) + "\n").encode()


def post(
    world: World, ballot: Ballot, file: bytes, *, who: str = "yang", at: datetime = DURING, mapping: str | bytes = MAP,
    seen: str = "", name: str = "result.csv",
) -> Answer:  # fmt: skip
    given: dict[str, object] = {
        "result": SimpleUploadedFile(name, file),
        "map": SimpleUploadedFile("map.yaml", mapping if isinstance(mapping, bytes) else mapping.encode()),
    }
    with clock.at(at):
        return visit(world, who).post(f"/ballots/{ballot.pk}/official/", {**given, **({"seen": seen} if seen else {})})


def seen_in(answer: Answer) -> str:
    assert answer.status_code == 200, text_of(answer)
    return hidden(answer, "/official/")["seen"]


def written(ballot: Ballot) -> tuple[int, int, int, int]:
    row = Ballot.objects.get(pk=ballot.pk)
    return row.version, VoteCast.objects.count(), PlatformImport.objects.count(), LogRow.objects.count()


def test_what_is_tried_writes_nothing_and_what_is_entered_names_who_did_it(world: World) -> None:
    ballot, file = opened_there(world), rows(MEI, QIN)
    before = written(ballot)
    tried = post(world, ballot, file)
    assert "计入 2；与已导入的相同 0" in text_of(tried)
    assert written(ballot) == before
    done = post(world, ballot, file, seen=seen_in(tried))
    assert (done.status_code, done["Location"]) == (303, f"/ballots/{ballot.pk}/?done=official")
    assert (VoteCast.objects.count(), PlatformImport.objects.count()) == (2, 1)
    assert Event.objects.get(verb="platform").actor_id == world.people["yang"].pk


def test_the_same_again_changes_nothing_also_after_the_count(world: World) -> None:
    ballot, file = opened_there(world), rows(MEI)
    seen = seen_in(post(world, ballot, file))
    post(world, ballot, file, seen=seen)
    before = written(ballot)
    assert post(world, ballot, file, seen=seen).status_code == 303
    assert "这个文件已经导入过" in text_of(post(world, ballot, file))
    assert written(ballot) == before
    counted(ballot, world.yang)
    before = written(ballot)
    assert post(world, ballot, file, seen=seen, at=CLOSES).status_code == 303
    assert written(ballot) == before


@pytest.mark.parametrize("other", ["file", "mapping"])
def test_other_files_than_those_that_were_tried_are_refused(world: World, other: str) -> None:
    ballot = opened_there(world)
    seen, before = seen_in(post(world, ballot, rows(MEI))), written(ballot)
    swapped = MAP.replace("同意: yes, 反对: no", "同意: no, 反对: yes")
    answer = (
        post(world, ballot, rows(MEI, QIN), seen=seen)
        if other == "file"
        else post(world, ballot, rows(MEI), seen=seen, mapping=swapped)
    )
    assert answer.status_code == 422
    assert "和刚才试算的不一样" in text_of(answer)
    assert written(ballot) == before


def test_every_bad_row_is_told_with_its_line_and_there_is_no_way_on(world: World) -> None:
    ballot = opened_there(world)
    nowhere = ("9号楼", "1单元", "101", "2026-05-25 10:00", "是", "同意", "同意")
    told_wrong = ("1号楼", "2单元", "101", "2026-05-25 10:00", "是", "赞成", "同意")
    file, before = rows(MEI, nowhere, told_wrong), written(ballot)
    page = text_of(post(world, ballot, file))
    assert "第 3 行：“9号楼 1单元 101”不在表决名册上" in page
    assert "第 4 行：“议题一”写的是“赞成”" in page
    assert 'name="seen"' not in post(world, ballot, file).content.decode()
    assert written(ballot) == before


def test_a_page_that_was_made_up_enters_no_bad_row(world: World) -> None:
    ballot = opened_there(world)
    bad, before = rows(MEI, ("9号楼", *MEI[1:])), written(ballot)
    answer = post(world, ballot, bad, seen=Offered("result.csv", bad, "map.yaml", MAP.encode()).both)
    assert (answer.status_code, "有问题行，什么都没有写入" in text_of(answer)) == (422, True)
    assert written(ballot) == before


def test_a_mapping_that_is_not_utf_8_is_told(world: World) -> None:
    answer = post(world, opened_there(world), rows(MEI), mapping=MAP.encode("gb18030"))
    assert (answer.status_code, "不是 UTF-8 编码" in text_of(answer)) == (422, True)


def test_sums_are_shown_before_they_end_the_count(world: World) -> None:
    ballot, file = opened_there(world, only=True), rows(GREEN, ROOF, head=SUMS)
    tried = post(world, ballot, file, at=CLOSES, mapping=TOTALS)
    assert "3 位业主，279.50 平方米" in text_of(tried)
    assert ballot_of(ballot.matter).closed_at is None
    assert post(world, ballot, file, at=CLOSES, mapping=TOTALS, seen=seen_in(tried)).status_code == 303
    assert ballot_of(ballot.matter).closed_at == CLOSES


@pytest.mark.parametrize(("who", "status"), [("mei", 403), ("an", 403), ("", 403), ("yang", 200), ("shu", 200)])
def test_only_scrutineers_try_and_enter(world: World, who: str, status: int) -> None:
    ballot = opened_there(world)
    assert post(world, ballot, rows(MEI), who=who).status_code == status
    seen = seen_in(post(world, ballot, rows(MEI)))
    assert post(world, ballot, rows(MEI), who=who, seen=seen).status_code == (303 if status == 200 else 403)
    assert PlatformImport.objects.count() == (1 if status == 200 else 0)


def test_after_the_count_nothing_new_is_taken_and_the_page_offers_nothing(world: World) -> None:
    ballot = opened_there(world)
    counted(ballot, world.yang)
    answer = post(world, ballot, rows(MEI), at=CLOSES + timedelta(hours=1))
    assert answer.status_code == 409
    assert "计票已经结束" in text_of(answer)
    page = visit(world, "yang").get(f"/ballots/{ballot.pk}/official/").content.decode()
    assert 'type="file"' not in page


def test_missing_and_too_large_files_are_told(world: World) -> None:
    ballot = opened_there(world)
    with clock.at(DURING):
        empty = visit(world, "yang").post(f"/ballots/{ballot.pk}/official/", {})
    assert (empty.status_code, "请选择结果文件" in text_of(empty)) == (422, True)
    answer = post(world, ballot, b"x" * (MOST_BYTES + 1))
    assert (answer.status_code, "最大 5 MB" in text_of(answer)) == (422, True)


def test_the_mapping_that_the_page_offers_fits_the_ballot(world: World) -> None:
    ballot = opened_there(world)
    plan = read_map(sample_map(SYSTEM, [1, 2]))
    assert (plan.system, list(plan.questions)) == (SYSTEM, ["q1", "q2"])
    head = (*HEAD[:5], "议题1", "议题2")
    answer = post(world, ballot, rows(MEI, head=head), mapping=sample_map(SYSTEM, [1, 2]))
    assert "计入 1" in text_of(answer)


# -- hostile files


@pytest.mark.parametrize("mapping", ["a: &a [x]\nsystem: *a\n", "[" * 50_000, "system: 2026-13-45\n", "system: \x07\n"])
def test_a_hostile_mapping_is_refused_with_a_sentence(world: World, mapping: str) -> None:
    answer = post(world, opened_there(world), rows(MEI), mapping=mapping)
    assert answer.status_code == 422
    assert "映射文件" in text_of(answer)


def workbook(row: int, column: int) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "楼栋")
    sheet.write(row, column, "1")
    book.close()
    return out.getvalue()


def with_part(content: bytes, name: str, inside: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, inside)
    return out.getvalue()


def test_a_sound_workbook_is_read() -> None:
    assert received_table(workbook(1, 1), "a.xlsx") == [(1, ["楼栋", ""]), (2, ["", "1"])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (workbook(1_048_575, 16_383), "第 1048576 行、第 16384 列"),
        (with_part(workbook(1, 1), "xl/media/x.xml", b" " * (65 * 1024 * 1024)), "太大"),
        (workbook(1, 1)[:-40], "不是完好的 XLSX"),
        (with_part(workbook(1, 1), "xl/y.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"), "不是完好的 XLSX"),
    ],
)
def test_a_workbook_that_grows_when_it_is_opened_is_refused(content: bytes, told: str) -> None:
    assert len(content) < 200_000
    with pytest.raises(Refused) as refused:
        received_table(content, "a.xlsx")
    assert told in refused.value.sentence.zh
