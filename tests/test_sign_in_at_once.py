"""Two browsers at the same moment: one code lets one in, and no try slips past a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django_tenants.utils import tenant_context
from pytest_django import DjangoDbBlocker, Settings

from linli.config.environment import whole
from linli.districts.models import District
from linli.lib.refusals import Refused
from linli.people.entrance.channels import FileChannel
from linli.people.entrance.code_actions import add_newcomer, ask_code, enter_code
from linli.people.entrance.guard_actions import take
from linli.people.entrance.limits import LIMITS
from linli.people.models import Person
from tests.entering import last_code
from tests.world import World

TOGETHER = 12
HERE = "here"


def at_once(blocker: DjangoDbBlocker, act: Callable[[], object]) -> list[bool]:
    """Whether each of a dozen threads, let go at the same moment, was let through."""
    gate, through = threading.Barrier(TOGETHER), []

    def one() -> None:
        with blocker.unblock(), tenant_context(District.objects.get(schema_name=HERE)):
            try:
                gate.wait(30)
                act()
                through.append(True)
            except Refused:
                through.append(False)
            finally:
                connection.close()

    threads = [threading.Thread(target=one) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return through


def test_a_limit_lets_through_as_many_as_it_says_and_not_one_more(
    committed_world: World, django_db_blocker: DjangoDbBlocker
) -> None:
    through = at_once(django_db_blocker, lambda: take("factor", "somebody"))
    assert len(through) == TOGETHER
    assert sum(through) == LIMITS["factor"].most


def test_a_code_that_many_type_at_the_same_moment_is_taken_once(
    committed_world: World, django_db_blocker: DjangoDbBlocker, settings: Settings, tmp_path: Path
) -> None:
    settings.SMS = FileChannel(tmp_path / "messages.jsonl")
    asked = ask_code("13800000001", address="1.1.1.1", language="zh-hans")
    code = last_code(settings.SMS)
    through = at_once(django_db_blocker, lambda: enter_code(asked, code))
    assert len(through) == TOGETHER
    assert sum(through) == 1


def test_a_newcomer_who_clicks_twice_is_one_person(
    committed_world: World, django_db_blocker: DjangoDbBlocker, settings: Settings, tmp_path: Path
) -> None:
    settings.SMS = FileChannel(tmp_path / "messages.jsonl")
    asked = ask_code("13922223333", address="1.1.1.1", language="zh-hans")
    enter_code(asked, last_code(settings.SMS))
    try:
        through = at_once(django_db_blocker, lambda: add_newcomer(asked, "牛小北"))
        assert through == [True] * TOGETHER
        assert Person.objects.filter(name="牛小北").count() == 1
    finally:
        Person.objects.filter(name="牛小北").delete()


@pytest.mark.parametrize("given", ["", "0", "-1", "half", "1.5", "٣"])
def test_a_number_that_is_none_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("LINLI_IDLE_STAFF", given)
    with pytest.raises(ImproperlyConfigured, match="LINLI_IDLE_STAFF"):
        whole("LINLI_IDLE_STAFF", 30, least=1)


def test_a_number_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_IDLE_STAFF", "15")
    assert whole("LINLI_IDLE_STAFF", 30, least=1) == 15
    monkeypatch.delenv("LINLI_IDLE_STAFF")
    assert whole("LINLI_IDLE_STAFF", 30, least=1) == 30
