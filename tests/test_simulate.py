"""Simulation held against queueing theory, against itself, and against its own page of assumptions."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from itertools import pairwise
from math import factorial
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest

from linli.lib.clock import ZONE
from linli.lib.refusals import Refused
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.commands import simulate as command
from linli.playbooks.library import shipped, shipped_names
from linli.playbooks.model import Playbook
from linli.playbooks.read import read_playbook
from linli.playbooks.simulate import duties, simulate
from linli.playbooks.simulate_report import Report, duration, quantile, sentences
from linli.playbooks.simulate_world import (
    DAY,
    EVEN_PROFILE,
    MINUTES,
    Case,
    Habits,
    Job,
    Pool,
    business_hours,
    round_the_clock,
)

DOCS = Path(__file__).parents[1] / "docs" / "algorithms" / "simulation.md"

ONE_DESK = """
playbook: desk
title: {zh: 窗口, en: Desk}
origin: test
subject: request
raised_by: [resident]
at: [room]
form: {what: {kind: text}}
chain: [community@community]
stages:
  received:
    duty: community_desk@community
    limit: LIMIT
    moves: {answer: {to: explained, needs: {reply: {kind: text}}}}
  explained: {end: explained}
"""


def one_desk(limit: str = "1h", calendar: str = "always") -> Playbook:
    book, problems = read_playbook(f"calendar: {calendar}\n" + ONE_DESK.replace("LIMIT", limit).lstrip())
    assert book is not None
    assert not problems
    return book


def of_staff(name: str, people: int = 2) -> dict[str, int]:
    return dict.fromkeys(duties(shipped()[name]), people)


def repair(worker: int, seed: int = 1, days: int = 10) -> Report:
    staff = {"property_desk": 2, "worker": worker, "community": 1}
    return simulate(shipped()["repair"], per_day=140, staff=staff, days=days, seed=seed)


def said(book: Playbook, report: Report, language: str = "zh") -> str:
    return "\n".join(sentence.in_(language) for sentence in sentences(book, report))


def erlang_wait(arrivals: float, service: float, people: int) -> float:
    """The mean wait in an M/M/c queue, by Erlang's second formula."""
    load = arrivals * service
    last = load**people / factorial(people) * people / (people - load)
    waits = last / (sum(load**n / factorial(n) for n in range(people)) + last)
    return waits * service / (people - load)


@pytest.mark.parametrize(("people", "load"), [(1, 0.7), (2, 0.8), (3, 0.8), (6, 0.8)])
def test_the_mean_wait_is_the_one_that_erlang_worked_out(people: int, load: float) -> None:
    service = 10.0
    habits = Habits({"answer": service}, {"emergency": 0, "urgent": 0}, "exponential", EVEN_PROFILE)
    per_day = load * people / service * DAY
    runs = [
        simulate(one_desk("7d"), per_day=per_day, staff={"community_desk": people}, days=25, seed=seed, habits=habits)
        for seed in range(4)
    ]
    waits = [run.duties[0].mean_wait for run in runs]
    assert sum(waits) / len(waits) == pytest.approx(erlang_wait(per_day / DAY, service, people), rel=0.12)
    assert runs[0].duties[0].utilisation == pytest.approx(load, rel=0.04)


def test_a_few_emergencies_first_leave_the_mean_wait_as_it_is() -> None:
    calm = Habits({"answer": 10}, {"emergency": 0}, "exponential", EVEN_PROFILE)
    some = Habits({"answer": 10}, {"emergency": 0.3}, "exponential", EVEN_PROFILE)
    waits = [
        simulate(one_desk("7d"), per_day=230, staff={"community_desk": 2}, days=60, habits=habits).duties[0].mean_wait
        for habits in (calm, some)
    ]
    assert waits[0] == pytest.approx(waits[1], rel=0.1)


def test_an_emergency_goes_first_and_nobody_is_interrupted() -> None:
    pool = Pool(1, round_the_clock())
    cases = [
        Case(n, 0, Random(n), {"urgency": urgency}) for n, urgency in enumerate(("ordinary", "urgent", "emergency"))
    ]
    for case in cases[:2]:
        pool.ask(Job(case, 0, "answer", 10, 0))
    first = pool.begin(0, DAY)
    pool.ask(Job(cases[2], 0, "answer", 10, 1))
    assert pool.begin(1, DAY) is None
    pool.at_work -= 1
    then = pool.begin(10, DAY)
    assert [job.case.number for job in (first, then) if job] == [0, 2]


def test_arrivals_are_as_many_as_were_asked_for() -> None:
    report = simulate(one_desk(), per_day=100, staff={"community_desk": 9}, days=100)
    assert report.raised == pytest.approx(10_000, rel=0.03)


def test_without_a_queue_the_wait_is_the_work() -> None:
    habits = Habits({"answer": 30}, {}, "even")
    report = simulate(one_desk(), per_day=5, staff={"community_desk": 50}, days=30, habits=habits)
    assert report.to_response.median == pytest.approx(30)
    assert report.to_response.p90 == pytest.approx(30)
    assert report.late == 0


def test_work_longer_than_the_limit_is_late_every_time_and_climbs() -> None:
    habits = Habits({"answer": 61}, {}, "even")
    report = simulate(one_desk("1h"), per_day=5, staff={"community_desk": 50}, days=30, habits=habits)
    (stage,) = report.stages
    assert stage.entered - 1 <= stage.late <= stage.entered
    assert report.climbs == stage.late
    assert "“待受理”超时" in said(one_desk(), report)


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("people", [1, 3])
def test_what_was_raised_has_ended_or_is_open(name: str, people: int) -> None:
    report = simulate(shipped()[name], per_day=12, staff=of_staff(name, people), days=20)
    assert report.raised == sum(report.ends.values()) + report.open
    assert report.open >= 0
    assert report.to_end.known + report.to_end.still_waiting == report.raised


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_playbook_comes_to_an_answer_with_enough_staff(name: str) -> None:
    # A ballot and its posting alone take 90 days; a deliberation goes through a table, a posting and a ballot.
    report = simulate(shipped()[name], per_day=2, staff=of_staff(name, 20), days=365)
    answered = sum(count for end, count in report.ends.items() if shipped()[name].ends[end].outcome != "withdrawn")
    assert answered > 0.5 * report.raised


def test_the_same_seed_gives_the_same_report_and_another_seed_another() -> None:
    assert repair(5, seed=7) == repair(5, seed=7)
    assert repair(5, seed=7) != repair(5, seed=8)


def test_more_staff_never_makes_more_matters_late() -> None:
    for seed in (1, 2):
        late = [repair(worker, seed, days=6).late for worker in range(3, 8)]
        assert all(more <= less * 1.02 + 2 for less, more in pairwise(late)), late
        assert late[-1] < late[0]


def test_the_neighbours_are_the_same_whatever_the_staff() -> None:
    assert repair(3).raised == repair(8).raised


def test_an_overloaded_duty_is_named_as_the_bottleneck_with_the_people_it_takes() -> None:
    report = repair(4, days=30)
    assert report.bottleneck is not None
    assert report.bottleneck.name == "worker"
    assert report.bottleneck.load > 1
    assert "瓶颈是经办人（worker）" in said(shipped()["repair"], report)
    assert "至少要 5 人" in said(shipped()["repair"], report)
    assert "The bottleneck is Worker (worker)" in said(shipped()["repair"], report, "en")


def test_enough_staff_is_said_to_suffice() -> None:
    text = said(shipped()["repair"], repair(9))
    assert "人手够用；最忙的是经办人（worker）" in text
    assert "瓶颈" not in text


def test_the_suggested_number_of_people_is_no_longer_short() -> None:
    short = repair(3).bottleneck
    assert short is not None
    enough = repair(short.enough).bottleneck
    assert enough is not None
    assert enough.load < 1


def test_a_desk_that_keeps_business_hours_answers_nobody_at_night() -> None:
    habits = Habits({"answer": 5}, {}, "even", (1, *(0,) * 23))  # everybody asks in the first hour of the day
    staff = {"community_desk": 99}
    report = simulate(one_desk("2workdays", "work"), per_day=20, staff=staff, days=4, habits=habits)
    assert report.to_response.median is not None
    assert 7 * 60 + 35 <= report.to_response.median <= 8 * 60 + 35
    round_the_clock = simulate(one_desk("2h"), per_day=20, staff=staff, days=4, habits=habits)
    assert round_the_clock.to_response.median == pytest.approx(5)


def test_a_holiday_makes_neighbours_wait() -> None:
    habits = Habits({"answer": 5}, {}, "even")
    book, staff = one_desk("2workdays", "work"), {"community_desk": 99}
    spring = datetime(2026, 2, 15, tzinfo=ZONE)  # the first of nine days off
    report = simulate(book, per_day=20, staff=staff, days=9, habits=habits, starts=spring)
    assert report.ended == 0
    assert "超过一半的人到期末还没等到" in said(book, report)


def test_work_stops_at_closing_and_goes_on_at_the_next_opening() -> None:
    hours = business_hours(WorkCalendar(), datetime(2026, 3, 2, tzinfo=ZONE), 7)
    monday_17_00, friday_17_00 = 17 * 60.0, 4 * DAY + 17 * 60.0
    assert hours.after(monday_17_00, 30) == 17 * 60 + 30
    assert hours.after(monday_17_00, 45) == DAY + 8 * 60 + 45
    assert hours.after(friday_17_00, 45) == 7 * DAY + 8 * 60 + 45
    assert hours.worked(DAY) == 6.5 * 60


def test_no_staff_at_all_is_refused_with_the_duties_to_name() -> None:
    with pytest.raises(Refused) as refused:
        simulate(shipped()["repair"], per_day=10, staff={}, days=5)
    assert "property_desk, worker, community" in refused.value.sentence.zh


def test_a_misspelt_duty_is_refused_with_the_right_word() -> None:
    with pytest.raises(Refused) as refused:
        simulate(shipped()["repair"], per_day=10, staff={"workers": 2}, days=5)
    assert "是不是想写“worker”？" in refused.value.sentence.zh
    assert "Did you mean “worker”?" in refused.value.sentence.en


def test_a_duty_left_out_is_one_person_and_the_report_says_so() -> None:
    report = simulate(shipped()["repair"], per_day=10, staff={"worker": 2, "property_desk": 1}, days=5)
    assert {duty.name: duty.people for duty in report.duties}["community"] == 1
    assert "没有写“社区党委”（community）的人数，按 1 人推算。" in said(shipped()["repair"], report)


@pytest.mark.parametrize("wrong", [{"worker": 0}, {"worker": -3}])
def test_nobody_on_a_duty_is_refused(wrong: Mapping[str, int]) -> None:
    with pytest.raises(Refused, match="at least 1 person"):
        simulate(shipped()["repair"], per_day=10, staff=wrong, days=5)


@pytest.mark.parametrize(("per_day", "days"), [(0, 5), (-1, 5), (float("nan"), 5), (10, 0), (1e6, 30)])
def test_numbers_that_make_no_sense_are_refused(per_day: float, days: int) -> None:
    with pytest.raises(Refused, match="more than 0 a day"):
        simulate(shipped()["repair"], per_day=per_day, staff={"worker": 1}, days=days)


def test_those_who_still_wait_are_not_left_out_of_the_waits() -> None:
    seen = [(10.0, True), (20.0, True), (30.0, False), (40.0, False), (50.0, False)]
    assert quantile(seen, 0.4) == 20
    assert quantile(seen, 0.5) is None
    assert quantile([(float(n), True) for n in range(1, 11)], 0.9) == 9
    assert quantile([], 0.5) is None


def test_who_withdraws_early_counts_as_one_who_waited_at_least_so_long() -> None:
    assert quantile([(1.0, False), (10.0, True), (20.0, True), (30.0, True), (40.0, True)], 0.5) == 20


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0.2, "0分钟", "0 min"),
        (59.4, "59分钟", "59 min"),
        (60, "1小时", "1 h"),
        (75, "1小时15分", "1 h 15 min"),
        (48 * 60, "2天", "2 d"),
        (52 * 60 + 20, "2天4小时", "2 d 4 h"),
    ],
)
def test_durations_are_said_in_two_units_at_the_most(minutes: float, zh: str, en: str) -> None:
    assert (duration(minutes).zh, duration(minutes).en) == (zh, en)


def test_thirty_days_of_140_matters_take_less_than_five_seconds() -> None:
    began = process_time()
    repair(6, days=30)
    assert process_time() - began < 5


def options(line: str) -> dict[str, Any]:
    parser = ArgumentParser()
    command.add_arguments(parser)
    return vars(parser.parse_args(shlex.split(line)))


def run(line: str) -> tuple[int, str]:
    out = StringIO()
    return command.run(options(line), out), out.getvalue()


def test_the_command_prints_sentences_in_the_language_asked_for() -> None:
    line = "repair --per-day 20 --staff property_desk=1,worker=2,community=1 --days 5"
    assert "首次响应：一半在" in run(line)[1]
    assert "First response: half within" in run(f"{line} --lang en")[1]


def test_the_command_prints_json_with_whole_minutes() -> None:
    code, text = run("repair --per-day 20 --staff property_desk=1,worker=1 --staff community=1 --days 5 --json")
    found = json.loads(text)
    assert code == 0
    assert found["raised"] == found["ended"] + found["open"]
    assert isinstance(found["to_response"]["median_minutes"], int)
    assert [duty["duty"] for duty in found["duties"]] == ["property_desk", "worker", "community"]


def test_longer_work_given_on_the_command_line_makes_its_duty_busier() -> None:
    line = "repair --per-day 50 --staff property_desk=1,worker=4,community=1 --days 10 --json"
    usual, longer = json.loads(run(line)[1]), json.loads(run(f"{line} --minutes finish=100")[1])
    assert longer["duties"][1]["load_permille"] > 1.8 * usual["duties"][1]["load_permille"]


def test_a_chance_given_on_the_command_line_is_kept_to() -> None:
    found = json.loads(run("repair --per-day 100 --staff worker=9 --days 20 --chance decline=0.5 --json")[1])
    assert found["ends"]["declined"] == pytest.approx(0.5 * found["raised"], rel=0.1)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("--staff worker", "--staff 里的“worker”看不懂"),
        ("--staff worker=two", "--staff 里的“worker=two”看不懂"),
        ("--staff worker=1.5", "--staff 里的“worker=1.5”看不懂"),
        ("--staff worker=2 --minutes finish=0", "--minutes 里的“finish=0”看不懂"),
        ("--staff worker=2 --chance decline=5", "--chance 里的“decline=5”看不懂"),
        ("--staff worker=2 --chance declin=0.5", "是不是想写“decline”？"),
        ("--staff worker=2 --minutes finsh=5", "是不是想写“finish”？"),
        ("--staff worker=2 --from Monday", "看不懂时间“Monday”"),
        ("--staff wroker=2", "是不是想写“worker”？"),
        ("", "请用 --staff 写明每个岗位有几个人，例如 --staff property_desk=2,worker=2,community=2"),
    ],
)
def test_a_mistake_on_the_command_line_is_answered_with_a_sentence(extra: str, says: str) -> None:
    code, text = run(f"repair --per-day 10 --days 3 {extra}")
    assert code == 1
    assert says in text


def test_a_misspelt_playbook_is_answered_with_the_right_name() -> None:
    code, text = run("repiar --per-day 10 --staff worker=1")
    assert code == 1
    assert "是不是想写“repair”？" in text


def test_a_file_with_a_problem_is_not_simulated(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("playbook: broken\n", encoding="utf-8")
    code, text = run(f"{file} --per-day 10 --staff worker=1")
    assert code == 1
    assert f"{file}:1:1" in text


def examples() -> list[tuple[str, str]]:
    blocks = DOCS.read_text(encoding="utf-8").split("```console\n$ linli playbook simulate ")[1:]
    return [(line, shown.split("```")[0]) for line, _, shown in (block.partition("\n") for block in blocks)]


@pytest.mark.parametrize(("line", "shown"), examples())
def test_the_page_shows_what_the_command_says(line: str, shown: str) -> None:
    assert run(line) == (0, shown)


def test_the_page_states_every_chance_and_the_main_means() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in Habits().chances if f"`{name}`" not in text] == []
    assert "15 for whatever is not listed" in text
    assert MINUTES["finish"] == 45
