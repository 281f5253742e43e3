"""Figures: folded from the record exactly once, equal to a slow recount, never off by one at an edge."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.districts.models import District
from linli.insight import queries
from linli.insight.actions.exclusions import ask_exclusion, rule_exclusion
from linli.insight.actions.folding import fold_new, rebuild, recount
from linli.insight.models import Counted, DayCount, Exclusion, Watermark
from linli.insight.sums import Period
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.playbooks.library import shipped
from tests.conftest import HERE
from tests.figures import recounted, stored
from tests.test_promise import Walk, undone
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, 9:00 in Hohhot
HALF_HOUR = timedelta(minutes=30)
TICK = timedelta(microseconds=1)
GENERATE = (Phase.explicit, Phase.generate)  # to make a failing tale shorter takes minutes
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def repair_at(world: World, at: datetime) -> Matter:
    with clock.at(at):
        return a_repair(world)


def accept(world: World, matter: Matter, at: datetime) -> None:
    with clock.at(at):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})


def finish(world: World, matter: Matter, at: datetime) -> None:
    with clock.at(at):
        move(matter, "finish", actor=world.gong, answers={"reply": "修好了"})


def judge(world: World, matter: Matter, at: datetime, name: str = "confirm", **answers: str) -> None:
    with clock.at(at):
        move(matter, name, actor=world.mei, answers=answers or {"score": "5"})


def numbers(place: str = "") -> dict[str, int]:
    rebuild()
    return queries.totals(place, MAY)


# -- folding


@settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
@given(data=st.data())
@pytest.mark.parametrize("book", shipped())
def test_figures_are_what_a_slow_recount_gives_whatever_happened(world: World, book: str, data: st.DataObject) -> None:
    """Folded now and then, some matters and not others, some twice; in the end what is left."""
    with undone():
        walk = OnceEach(world, data)
        with clock.at(NINE):
            walk.begin(shipped()[book])
        for _ in range(data.draw(st.integers(3, 15))):
            walk.step()
            if data.draw(st.booleans()):
                recount(set(data.draw(st.lists(st.sampled_from(all_matters()), max_size=3))))
        recount(set(all_matters()))
        before = stored()
        assert before == recounted(), walk.done
        recount(set(all_matters()))
        assert stored() == before
        rebuild(batch=data.draw(st.integers(1, 3)))
        assert stored() == before


class OnceEach(Walk):
    """What is sent twice is the promise's subject, not that of the figures."""

    def repeat(self) -> None:
        self.again = None


def all_matters() -> list[uuid.UUID]:
    return list(Matter.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("batch", [1, 2, 7, 2000])
def test_events_folded_in_any_batches_give_the_same_figures(committed_world: World, batch: int) -> None:
    first, second = repair_at(committed_world, NINE), repair_at(committed_world, NINE)
    assert fold_new(batch=batch) == 2
    accept(committed_world, first, NINE + timedelta(minutes=5))
    finish(committed_world, first, NINE + timedelta(hours=1))
    look_after(moment=NINE + timedelta(hours=2))
    assert fold_new(batch=batch) > 0
    judge(committed_world, first, NINE + timedelta(hours=3))
    assert fold_new(batch=batch) == 1
    assert fold_new(batch=batch) == 0
    assert stored() == recounted()
    assert queries.overdue_now("") == 1, second


def test_an_event_that_commits_late_is_not_lost(committed_world: World) -> None:
    """It was written first, so its number and its transaction are older than what was folded meanwhile."""
    late = repair_at(committed_world, NINE)
    fold_new()
    with transaction.atomic():
        accept(committed_world, late, NINE + timedelta(minutes=5))
        on_another_connection(lambda: repair_at(committed_world, NINE))
        assert on_another_connection(fold_new) == 0  # what is younger than an unfinished transaction waits for it
    assert on_another_connection(fold_new) == 2
    assert stored() == recounted()
    assert queries.totals("", MAY)["responded_in_time"] == 1


def test_of_two_that_fold_at_once_one_finds_nothing_left(committed_world: World) -> None:
    for _ in range(5):
        repair_at(committed_world, NINE)
    taken: list[int] = []
    threads = [threading.Thread(target=in_its_own, args=(lambda: taken.append(fold_new(batch=2)),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 5
    assert stored() == recounted()


def test_a_transaction_that_was_rolled_back_counts_nothing(committed_world: World) -> None:
    with transaction.atomic():
        repair_at(committed_world, NINE)
        transaction.set_rollback(True)
    assert fold_new() == 0
    assert stored() == {}


def in_its_own(work: Callable[[], object]) -> None:
    """On a connection of the thread's own, in the district `here`."""
    try:
        with tenant_context(District.objects.get(schema_name=HERE)):
            work()
    finally:
        connection.close()


def on_another_connection(work: Callable[[], Any]) -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=in_its_own, args=(lambda: found.append(work()),))
    thread.start()
    thread.join()
    return found[0]


def test_the_lateness_job_folds_as_it_goes(committed_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    from_the_shell("lateness")
    repair_at(committed_world, NINE)
    from_the_shell("lateness")
    assert Watermark.objects.get().folded_at is not None
    assert DayCount.objects.filter(measure="raised", place="", book="").get().number == 1
    assert "; folded 2" in capsys.readouterr().out


def from_the_shell(*words: str) -> None:
    call_command(*words)


# -- what counts when


@pytest.mark.parametrize(
    ("after", "measure"),
    [
        (HALF_HOUR - TICK, "responded_in_time"),
        (HALF_HOUR, "response_late"),  # at the very moment the limit is over, whether the job has looked or not
        (HALF_HOUR + TICK, "response_late"),
    ],
)
@pytest.mark.parametrize("job_ran", [True, False])
def test_a_response_is_in_time_until_the_limit(world: World, after: timedelta, measure: str, job_ran: bool) -> None:
    matter = repair_at(world, NINE)
    if job_ran:
        look_after(moment=NINE + after)
    accept(world, matter, NINE + after)
    found = numbers()
    assert found.get(measure) == 1
    assert found.get("responded_in_time", 0) + found.get("response_late", 0) == 1


def test_a_miss_is_counted_when_it_happens_and_stays_whatever_follows(world: World) -> None:
    matter = repair_at(world, NINE)
    look_after(moment=NINE + HALF_HOUR)
    assert numbers() | {"climbed": 0} == {
        "raised": 1, "late": 1, "response_late": 1, "finish_late": 1, "overdue": 1, "climbed": 0,
    }  # fmt: skip
    accept(world, matter, NINE + timedelta(hours=1))
    finish(world, matter, NINE + timedelta(hours=2))
    found = numbers()
    assert (found["response_late"], found["finish_late"]) == (1, 1)
    assert "responded_in_time" not in found
    assert "finished_in_time" not in found
    assert queries.overdue_now("") == 0
    assert not DayCount.objects.filter(number=0).exists()


def test_a_day_ends_at_midnight_in_hohhot(world: World) -> None:
    midnight = datetime(2026, 5, 6, 16, tzinfo=UTC)
    repair_at(world, midnight - TICK)
    repair_at(world, midnight)
    rebuild()
    days = DayCount.objects.filter(place="", book="", category="", measure="raised").order_by("day")
    assert list(days.values_list("day", "number")) == [(date(2026, 5, 6), 1), (date(2026, 5, 7), 1)]


def test_each_verdict_is_one_call_back_and_the_raiser_alone_says_solved(world: World) -> None:
    matter = repair_at(world, NINE)
    for minutes, judged in ((10, {"name": "reopen", "reason": "还漏"}), (30, {"score": "3"})):
        accept(world, matter, NINE + timedelta(minutes=minutes))
        finish(world, matter, NINE + timedelta(minutes=minutes + 5))
        judge(world, matter, NINE + timedelta(minutes=minutes + 8), **judged)
    found = numbers()
    assert {name: found[name] for name in ("unsolved", "solved", "score_3", "reopened", "closed", "called_back")} == {
        "unsolved": 1, "solved": 1, "score_3": 1, "reopened": 1, "closed": 1, "called_back": 1,
    }  # fmt: skip


def test_silence_is_no_verdict(world: World) -> None:
    matter = repair_at(world, NINE)
    accept(world, matter, NINE)
    finish(world, matter, NINE + TICK)
    look_after(moment=NINE + timedelta(days=8))
    found = numbers()
    assert (found["unjudged_silent"], found["not_called_back"]) == (1, 1)
    assert "solved" not in found


def test_what_was_withdrawn_before_its_time_is_left_out_with_its_reason(world: World) -> None:
    matter = repair_at(world, NINE)
    judge(world, matter, NINE + TICK, "withdraw", reason="自己修好了")
    found = numbers()
    assert {name for name in found if name != "raised"} == {
        "ended_withdrawn", "unanswered_withdrawn", "unfinished_withdrawn", "unjudged_withdrawn",
    }  # fmt: skip


def test_units_called_count_in_their_own_kind_alone(world: World) -> None:
    matter = repair_at(world, NINE)
    Matter.objects.filter(pk=matter.pk).update(parent=repair_at(world, NINE), bond="called")
    rebuild()
    assert queries.totals("", MAY)["raised"] == 1
    assert queries.totals("", MAY, book="repair")["raised"] == 2


def test_a_matter_counts_at_every_place_above_it_down_to_the_building(world: World) -> None:
    repair_at(world, NINE)
    rebuild()
    places = set(DayCount.objects.filter(measure="raised", book="").values_list("place", flat=True))
    assert places == {"", *world.place("building1").line}


# -- exclusions


def test_two_people_leave_a_matter_out_and_both_stand_in_its_record(world: World) -> None:
    matter = repair_at(world, NINE)
    look_after(moment=NINE + HALF_HOUR)
    ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=world.jing)
    assert numbers()["response_late"] == 1, "asking alone leaves nothing out"
    rule_exclusion(matter, approve=True, reason="已核实", actor=world.shu)
    found = numbers()
    assert (found["x_response_late"], found["x_finish_late"], found["raised"], found["late"]) == (1, 1, 1, 1)
    assert "response_late" not in found
    assert stored() == recounted()
    assert differences(matter) == {}


def test_a_refused_exclusion_counts_as_before_and_may_be_asked_for_again(world: World) -> None:
    matter = repair_at(world, NINE)
    look_after(moment=NINE + HALF_HOUR)
    ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=world.jing)
    rule_exclusion(matter, approve=False, reason="属于小区", actor=world.shu)
    assert numbers()["response_late"] == 1
    ask_exclusion(matter, ground="not_so", reason="复核", actor=world.jing)
    assert Exclusion.objects.filter(matter=matter).count() == 2


def test_nobody_rules_on_a_request_of_their_own(world: World) -> None:
    matter = repair_at(world, NINE)
    ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=world.shu)
    with pytest.raises(NotYours, match="second person"):
        rule_exclusion(matter, approve=True, reason="同意", actor=world.shu)
    rule_exclusion(matter, approve=True, reason="同意", actor=world.jie)
    with pytest.raises(IntegrityError, match="exclusion_by_two"), transaction.atomic():
        Exclusion.objects.update(asked_by=world.people["jie"])


@pytest.mark.parametrize("who", ["mei", "bo", "dan", "stranger", "gong"])
def test_who_is_not_responsible_cannot_ask(world: World, who: str) -> None:
    with pytest.raises(NotYours):
        ask_exclusion(repair_at(world, NINE), ground="not_ours", reason="市政管网", actor=getattr(world, who))


def test_an_exclusion_needs_a_ground_a_reason_and_stands_once(world: World) -> None:
    matter = repair_at(world, NINE)
    with pytest.raises(Refused, match="choose a ground"):
        ask_exclusion(matter, ground="whatever", reason="市政管网", actor=world.an)
    with pytest.raises(Refused, match="give a reason"):
        ask_exclusion(matter, ground="not_ours", reason=" ", actor=world.an)
    assert not Exclusion.objects.exists()
    ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=world.an)
    with pytest.raises(Conflict, match="asked for already"):
        ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=world.jing)
    assert Counted.objects.count() == 0
