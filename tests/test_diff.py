"""What a new version changes for a neighbour. Each row of the table edits one text and expects just its sentences."""

from __future__ import annotations

import io
import json
from itertools import permutations
from pathlib import Path

import pytest

from linli.lib.text import Said
from linli.playbooks import diff_sentences
from linli.playbooks.commands import diff as diff_command
from linli.playbooks.diff import changes, differences
from linli.playbooks.diff_sentences import Kind
from linli.playbooks.library import shipped
from linli.playbooks.model import Playbook
from linli.playbooks.read import read_playbook

BASE = """
playbook: base
title: {zh: 报修, en: Repair}
origin: A16
subject: request
raised_by: [resident, unit_lead]
at: [room, unit]
calendar: always
form:
  what: {kind: text, max: 2000}
  phone: {kind: phone, optional: true, private: true}
  trade: {kind: choice, title: {zh: 工种, en: Trade}, options: {water: {zh: 水, en: Water}, power: {zh: 电, en: Power}}}
chain: [unit_lead@unit, grid_worker@grid, community@community]
delay: {at_most: 5workdays, times: 1}
objection: {to: community@community, limit: 4workhours}
stages:
  sorting: {kind: route, to: [{when: "urgency == 'emergency'", to: urgent}, {to: received}]}
  received:
    duty: property_desk@estate
    limit: 30min
    moves:
      accept: {to: doing, needs: {worker: {kind: person, role: property_worker}}}
      decline: {to: declined, needs: {reply: {kind: text}}}
      withdraw: {to: withdrawn, by: raiser}
  urgent: {duty: grid_worker@grid, limit: 2h, moves: {finish: {to: confirming, needs: {reply: {kind: text}}}}}
  doing:
    duty: worker
    limit: {default: 24h, by: urgency, emergency: 2h}
    moves:
      finish: {to: confirming, needs: {reply: {kind: text}, photos: {kind: photos, optional: true}}}
      hand_up: {to: received, climbs: true, needs: {reason: {kind: text}}}
  called:
    kind: join
    duty: community@community
    limit: 5workdays
    with: {units: units, playbook: called_unit}
    on: {all_back: confirming}
  confirming:
    duty: raiser
    limit: 7d
    moves:
      confirm: {to: [{when: "score <= 2", to: doing}, {to: solved}], needs: {score: {kind: score, of: 5}}}
      reopen: {to: received, needs: {reason: {kind: text}}}
    late: {to: close_unrated}
  solved: {end: solved}
  close_unrated: {end: solved, unrated: true}
  declined: {end: declined}
  withdrawn: {end: withdrawn}
public: [title, stage, reply]
"""
# Kind of change, what is replaced by what, and all sentences that follow in Chinese.
TABLE: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("RAISED_BY_MORE", "[resident, unit_lead]", "[resident, unit_lead, committee]", ("业委会现在也可以提出。",)),
    ("RAISED_BY_LESS", "[resident, unit_lead]", "[resident]", ("单元长不能再提出了。",)),
    ("AT_MORE", "at: [room, unit]", "at: [room, unit, estate]", ("现在可以针对“小区”提出。",)),
    ("AT_LESS", "at: [room, unit]", "at: [room]", ("不能再针对“单元”提出了。",)),
    ("CALENDAR", "always", "work", ("时限原来按日历连续计算，夜间和节假日也算，改为按工作日计算。",)),
    ("LIMIT", "limit: 30min", "limit: 2h", ("“待受理”的时限由30分钟改为2小时。",)),
    ("LIMIT", "emergency: 2h", "emergency: 4h", ("“办理中”的时限由24小时（紧急2小时）改为24小时（紧急4小时）。",)),
    ("WARN", "limit: 7d", "limit: 7d\n    warn: 1d", ("“待评价”的到期提醒由时间过半改为到期前1天。",)),
    ("WHO", "property_desk@estate", "committee@estate",
     ("“待受理”原来由物业前台（小区）负责，改为由业委会（小区）负责。",)),
    ("WHO", "duty: worker", "duty: property_manager@estate",
     ("“办理中”原来由经办人负责，改为由物业经理（小区）负责。",)),
    ("OWN_MOVE_GONE", "      reopen: {to: received, needs: {reason: {kind: text}}}\n", "",
     ("在“待评价”环节，提出人不能再“没有解决，重办”了。",)),
    ("OWN_MOVE_GONE", "      withdraw: {to: withdrawn, by: raiser}\n", "",
     ("在“待受理”环节，提出人不能再“撤回”了。",)),
    ("OWN_MOVE_NEW", "    late: {to: close", "      merge: {to: solved}\n    late: {to: close",
     ("在“待评价”环节，提出人现在可以“并入已有事项”。",)),
    ("MOVE_GONE", "      hand_up: {to: received, climbs: true, needs: {reason: {kind: text}}}\n", "",
     ("在“办理中”环节，经办人不能再“上报”了。",)),
    ("MOVE_NEW", "      withdraw:", "      merge: {to: solved}\n      withdraw:",
     ("在“待受理”环节，物业前台（小区）现在可以“并入已有事项”。",)),
    ("MOVE_WHO", "withdrawn, by: raiser", "withdrawn, by: supervisor",
     ("在“待受理”环节，“撤回”原来由提出人来做，改为由当前督办人来做。",)),
    ("MOVE_TO", "reopen: {to: received", "reopen: {to: doing",
     ("在“待评价”环节“没有解决，重办”之后，原来到“待受理”，改为到“办理中”。",)),
    ("MOVE_TO", "score <= 2", "score <= 3",
     ("在“待评价”环节“确认解决”之后，原来到“办理中”（评分 ≤ 2）、“已解决”（其他情况），"
      "改为到“办理中”（评分 ≤ 3）、“已解决”（其他情况）。",)),
    ("MOVE_TO", "all_back: confirming", "all_back: doing",
     ("在“已吹哨”环节“各单位均已反馈”之后，原来到“待评价”，改为到“办理中”。",)),
    ("ROUTE_TO", "'emergency'", "'urgent'",
     ("“分流”原来分到“紧急办理”（紧急程度是紧急）、“待受理”（其他情况），改为分到“紧急办理”（紧急程度是较急）、“待受理”（其他情况）。",)),
    ("CLIMBS_LESS", ", climbs: true", "", ("在“办理中”环节“上报”时，不再同时上报一级。",)),
    ("CLIMBS_MORE", "withdrawn, by: raiser", "withdrawn, by: raiser, climbs: true",
     ("在“待受理”环节“撤回”时，现在同时上报一级。",)),
    ("REPLY_UNSURE", "declined, needs: {reply: {kind: text}}", "declined",
     ("在“待受理”环节“不予受理”时，不再必须答复提出人。",)),
    ("REPLY_UNSURE", "declined, needs: {reply: {kind: text}}", "declined, needs: {reply: {kind: text, optional: true}}",
     ("在“待受理”环节“不予受理”时，不再必须答复提出人。",)),
    ("REPLY_SURE", "withdrawn, by: raiser", "withdrawn, by: raiser, needs: {reply: {kind: text}}",
     ("在“待受理”环节“撤回”时，现在必须答复提出人。",)),
    ("LATE_GONE", "    late: {to: close_unrated}\n", "", ("“待评价”到期无人答复，不再自动转到“已解决（未评价）”。",)),
    ("LATE_NEW", "    limit: 30min\n", "    limit: 30min\n    late: {to: declined}\n",
     ("“待受理”到期无人答复，现在会自动转到“不予受理”。",)),
    ("LATE_TO", "late: {to: close_unrated}", "late: {to: solved}",
     ("“待评价”到期无人答复，原来自动转到“已解决（未评价）”，改为“已解决”。",)),
    ("END_NEW", "  declined: {end", "  merged: {end: merged}\n  declined: {end",
     ("新增一种结局“已合并办理”（已合并办理）。",)),
    ("END_OUTCOME", "withdrawn: {end: withdrawn}", "withdrawn: {end: explained}",
     ("“已撤回”原来算作“已撤回”，改为算作“已解释说明”。",)),
    ("UNRATED", "solved: {end: solved}", "solved: {end: solved, unrated: true}", ("“已解决”不再计入满意度。",)),
    ("RATED", "solved, unrated: true", "solved", ("“已解决（未评价）”现在计入满意度。",)),
    ("ASK_MORE", "form:\n", "form:\n  quote: {kind: money}\n", ("提出时，现在要填写“报价”（必填）。",)),
    ("ASK_MORE", "withdrawn, by: raiser", "withdrawn, by: raiser, needs: {reason: {kind: text, optional: true}}",
     ("在“待受理”环节“撤回”时，现在要填写“理由”（选填）。",)),
    ("ASK_LESS", "  phone: {kind: phone, optional: true, private: true}\n", "",
     ("提出时，不用再填写“联系电话”（选填）。",)),
    ("ASK_MUST", "phone, optional: true,", "phone,", ("提出时，“联系电话”由选填改为必填。",)),
    ("NOT_PRIVATE", "phone, optional: true, private: true", "phone, optional: true",
     ("提出时填写的“联系电话”不再保密。",)),
    ("PRIVATE", "what: {kind: text,", "what: {kind: text, private: true,", ("提出时填写的“情况”现在保密。",)),
    ("ASK_KIND", "score, of: 5", "number", ("在“待评价”环节“确认解决”时，“评分”由填评分改为填数字。",
                                          "在“待评价”环节“确认解决”时，“评分”的满分由5改为无。")),
    ("ASK_SETTING", "of: 5", "of: 10", ("在“待评价”环节“确认解决”时，“评分”的满分由5改为10。",)),
    ("ASK_SETTING", ", power: {zh: 电, en: Power}", "", ("提出时，“工种”的选项由水、电改为水。",)),
    ("ASK_SETTING", "role: property_worker", "role: grid_worker",
     ("在“待受理”环节“受理”时，“经办人”的人选范围由物业师傅改为网格员。",)),
    ("PUBLIC_MORE", "[title, stage, reply]", "[title, stage, reply, score]", ("“评分”现在会公开。",)),
    ("PUBLIC_LESS", "[title, stage, reply]", "[title, stage]", ("“答复”不再公开。",)),
    ("CHAIN_LESS", "unit_lead@unit, grid", "grid", ("超时后，不再上报到单元长（单元）。",)),
    ("CHAIN_MORE", "community@community]", "community@community, street@street]",
     ("超时后，现在还会上报到街道办（街道）。",)),
    ("CHAIN_ORDER", "unit_lead@unit, grid_worker@grid", "grid_worker@grid, unit_lead@unit",
     ("超时上报的次序由单元长（单元）—网格员（网格）—社区党委（社区）改为网格员（网格）—单元长（单元）—社区党委（社区）。",)),
    ("CHAIN_LIMIT", "delay:", "chain_limit: 4h\ndelay:", ("超时上报后，每级的时限由24小时改为4小时。",)),
    ("DELAY", "at_most: 5workdays", "at_most: 9workdays",
     ("可申请的延期由1次，最多5个工作日改为1次，最多9个工作日。",)),
    ("DELAY_GONE", "delay: {at_most: 5workdays, times: 1}\n", "", ("不能再申请延期（原来：1次，最多5个工作日）。",)),
    ("OBJECTION", "limit: 4workhours", "limit: 8workhours",
     ("异议原来由社区党委（社区）在4个工作小时内裁定，改为由社区党委（社区）在8个工作小时内裁定。",)),
    ("OBJECTION_GONE", "objection: {to: community@community, limit: 4workhours}\n", "",
     ("认为派错了，不能再提异议（原来：社区党委（社区）在4个工作小时内裁定）。",)),
    ("SETTING", "playbook: called_unit", "playbook: repair",
     ("“已吹哨”的“单位办事流程”由“called_unit”改为“repair”。",)),
    ("KIND", "    kind: join\n", "    kind: task\n", ("“已吹哨”原来是“吹哨报到”，改为“办理”。",)),
    ("SUBJECT", "subject: request", "subject: patrol", ("所办的事由“诉求”改为“巡查”。",)),
    ("RENAMED", "{zh: 报修, en: Repair}", "{zh: 报事报修, en: Repair}", ("“报修”改称“报事报修”。",)),
    ("STAGE_NEW", "  called:\n", "  checking: {duty: grid_worker@grid, limit: 1d, moves: {arrive: {to: doing}}}\n  called:\n",
     ("新增环节“复查中”，由网格员（网格）1天内办理。",)),
    ("ROUTE_NEW", "  called:\n", "  again: {title: {zh: 再分流, en: Again}, kind: route, to: doing}\n  called:\n",
     ("新增自动分流“再分流”。",)),
    ("STATUTE", "subject:", "statute: cn-four-deliberations\nsubject:", ("所依的法定程序由无改为四议两公开。",)),
]  # fmt: skip


def book(text: str) -> Playbook:
    read, _ = read_playbook(text)
    assert read is not None
    return read


def changed(old: str, new: str) -> Playbook:
    assert old in BASE
    return book(BASE.replace(old, new, 1))


def zh(told: tuple[Said, ...]) -> tuple[str, ...]:
    return tuple(said.zh for said in told)


@pytest.mark.parametrize(("kind", "old", "new", "sentences"), TABLE)
def test_each_kind_of_change_has_its_sentence(kind: str, old: str, new: str, sentences: tuple[str, ...]) -> None:
    told = differences(book(BASE), changed(old, new))
    for sentence in sentences:
        assert sentence in zh(told), kind
    assert len(told) == len(sentences)


@pytest.mark.parametrize(("kind", "old", "new", "sentences"), TABLE)
def test_the_way_back_is_told_as_well(kind: str, old: str, new: str, sentences: tuple[str, ...]) -> None:
    there, back = (differences(*pair) for pair in permutations((book(BASE), changed(old, new))))
    assert len(there) == len(back), kind
    assert there != back


@pytest.mark.parametrize(("kind", "old", "new", "sentences"), TABLE)
def test_english_says_what_chinese_says(kind: str, old: str, new: str, sentences: tuple[str, ...]) -> None:
    for said in differences(book(BASE), changed(old, new)):
        assert said.en.endswith(".")
        assert not any("一" <= sign <= "鿿" for sign in said.en), kind
        assert "{" not in said.zh + said.en


def test_every_kind_of_change_is_in_the_table_or_is_the_way_back_of_one() -> None:
    kinds = {name for name, value in vars(diff_sentences).items() if isinstance(value, Kind)}
    backwards = {"STAGE_GONE", "ROUTE_GONE", "END_GONE", "DELAY_NEW", "OBJECTION_NEW"}
    told_apart = {"FIRST", "STEP"}  # below
    assert {row[0] for row in TABLE} | backwards | told_apart == kinds


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_same_version_changes_nothing(name: str) -> None:
    assert differences(shipped()[name], shipped()[name]) == ()


def test_any_two_shipped_playbooks_are_told_apart() -> None:
    for one, other in permutations(shipped().values(), 2):
        assert len(changes(one, other)) == len(changes(other, one))


def test_names_inside_the_file_may_change_without_a_sentence() -> None:
    renamed = BASE.replace("doing", "at_work").replace(
        "  at_work:\n", "  at_work:\n    title: {zh: 办理中, en: Being handled}\n"
    )
    renamed = renamed.replace("worker: {kind: person", "fitter: {title: {zh: 经办人, en: Worker}, kind: person")
    renamed = renamed.replace("duty: worker", "duty: fitter")
    assert "at_work" in book(renamed).stages
    assert differences(book(BASE), book(renamed)) == ()


def test_the_source_and_the_counting_change_nothing_for_a_neighbour() -> None:
    assert differences(book(BASE), changed("origin: A16", "origin: A17\ncounts: {finished: finish}")) == ()


def test_a_stage_with_a_new_name_and_title_is_known_by_its_work() -> None:
    renamed = BASE.replace("confirming", "rating").replace(
        "  rating:\n", "  rating:\n    title: {zh: 请您评价, en: Please rate}\n"
    )
    assert zh(differences(book(BASE), book(renamed))) == ("“待评价”改称“请您评价”。",)


def test_a_move_with_new_words_is_known_by_where_it_leads() -> None:
    new = changed("decline: {to", "send_away: {title: {zh: 退回, en: Send away}, to")
    assert zh(differences(book(BASE), new)) == ("“不予受理”改称“退回”。",)


def test_a_person_who_is_no_longer_named_gives_way_to_a_role() -> None:
    text = BASE.replace(", needs: {worker: {kind: person, role: property_worker}}", "")
    told = zh(differences(book(BASE), book(text.replace("duty: worker", "duty: property_manager@estate"))))
    assert "“办理中”原来由经办人负责，改为由物业经理（小区）负责。" in told
    assert "在“待受理”环节“受理”时，不用再填写“经办人”（必填）。" in told


def test_a_stage_taken_out_is_told_with_who_held_it_and_with_what_now_follows() -> None:
    urgent = "  urgent: {duty: grid_worker@grid, limit: 2h, moves: {finish: {to: confirming, needs: {reply: {kind: text}}}}}\n"
    text = BASE.replace(urgent, "").replace("to: urgent", "to: doing")
    told = zh(differences(book(BASE), book(text)))
    assert told[0] == "取消环节“紧急办理”（原由网格员（网格）2小时内办理）。"
    assert told[1].startswith("“分流”原来分到“紧急办理”")


def test_another_beginning_is_told() -> None:
    sorting = "  sorting: {kind: route, to: [{when: \"urgency == 'emergency'\", to: urgent}, {to: received}]}\n"
    assert sorting in BASE
    later = BASE.replace(sorting, "").replace("  called:\n", sorting + "  called:\n")
    assert zh(differences(book(BASE), book(later))) == ("原来从“分流”开始，改为从“待受理”开始。",)


def test_a_step_of_the_law_is_called_by_its_title() -> None:
    lawful = BASE.replace("subject:", "statute: cn-four-deliberations\nsubject:")
    stepped = lawful.replace("    limit: 7d\n", "    limit: 7d\n    step: resolve\n")
    assert zh(differences(book(lawful), book(stepped))) == ("“待评价”对应的法定步骤由无改为村民会议决议。",)


def test_what_touches_the_raiser_most_comes_first() -> None:
    text = BASE.replace("[title, stage, reply]", "[title, stage]").replace("limit: 30min", "limit: 2h")
    text = text.replace("      reopen: {to: received, needs: {reason: {kind: text}}}\n", "")
    text = text.replace("[resident, unit_lead]", "[resident]")
    assert zh(differences(book(BASE), book(text))) == (
        "单元长不能再提出了。",
        "在“待评价”环节，提出人不能再“没有解决，重办”了。",
        "“待受理”的时限由30分钟改为2小时。",
        "“答复”不再公开。",
    )


# ---- the command ----


def run(old: str, new: str, **options: object) -> tuple[int, str]:
    out = io.StringIO()
    given = {"old": old, "new": new, "lang": "zh", "json": False, **options}
    return diff_command.run(given, out), out.getvalue()


def test_the_command_says_when_nothing_changes() -> None:
    assert run("repair", "repair") == (0, "没有变化。\n")
    assert run("repair", "repair", lang="en") == (0, "No change.\n")
    assert run("repair", "repair", json=True) == (0, "[]\n")


def test_the_command_prints_a_sentence_a_line(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    text = (Path(diff_command.__file__).parents[1] / "shipped" / "repair.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("limit: 30min", "limit: 2h"), encoding="utf-8")
    assert run("repair", str(file)) == (0, "“待受理”的时限由30分钟改为2小时。\n")
    code, out = run("repair", str(file), json=True)
    assert code == 0
    assert [set(row) for row in json.loads(out)] == [{"zh", "en"}]


def test_the_command_shows_the_problems_of_both_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"playbook: {name}\nstages: [\n", encoding="utf-8")
    code, out = run(str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml"))
    assert code == 1
    assert "one.yaml" in out
    assert "two.yaml" in out
