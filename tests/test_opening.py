"""Opening a neighbourhood: it can be used at once, and a slip of the pen leaves none behind. Real processes, real database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from pytest_django import DjangoDbBlocker

from linli.districts.actions import furnish, furnish_all, open_district
from linli.districts.models import Address, District
from linli.districts.schema import point_at_public
from linli.lib.refusals import Refused
from linli.playbooks.library import shipped_names
from linli.playbooks.models import Version
from tests.test_at_once import ROOT, database_url

NEW = "fresh"


@pytest.fixture
def outside(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Afterwards only the two districts of the tests are there."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            point_at_public()
            Address.objects.filter(tenant__schema_name=NEW).delete()
            District.objects.filter(schema_name=NEW).delete()
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {NEW} CASCADE")
            connection.close()


def linli(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "linli", *words], cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url()},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def opened() -> District | None:
    found: District | None = District.objects.filter(schema_name=NEW).first()
    return found


def current_books(district: District) -> set[str]:
    with tenant_context(district):
        return set(Version.objects.filter(current=True).values_list("name", flat=True))


def test_a_neighbourhood_that_was_opened_from_the_command_line_has_every_shipped_playbook(outside: None) -> None:
    status, said = linli("districts", "open", NEW, "新苑", "--host", "fresh.localhost")
    assert (status, "新苑" in said) == (0, True)
    district = opened()
    assert district is not None
    assert current_books(district) == set(shipped_names())
    assert "fresh.localhost" in linli("districts", "list")[1]
    assert linli("districts", "open", NEW, "新苑")[0] == 0
    assert District.objects.filter(schema_name=NEW).count() == 1


def test_loading_the_divisions_opens_a_neighbourhood_that_can_be_used(outside: None, tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text(
        "code,name,cityCode,areaCode,provinceCode\n150105001,人民路街道,1501,150105,15\n"
    )
    (tmp_path / "villages.csv").write_text(
        "code,name,streetCode,provinceCode,cityCode,areaCode\n150105001001,锡林社区,150105001,15,1501,150105\n"
    )
    status, said = linli("import", "places", "--from", str(tmp_path), "--district", NEW, "--open", "新苑")
    assert status == 0, said
    district = opened()
    assert district is not None
    assert current_books(district) == set(shipped_names())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "requests", "{file}", "--map", "{map}"), "请先导入区划"),
        (("import", "requests", "{file}", "--map", "nothing.yaml"), "找不到映射文件"),
        (("import", "register", "{file}"), "请先导入区划"),
        (("import", "places", "--add", "新街道", "--under", "150105"), "没有任何地点"),
        (("import", "places", "--from", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_loaded_opens_nothing(
    outside: None, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "in.csv").write_text("编号,内容\n1,路灯不亮\n", "utf-8")
    (tmp_path / "map.yaml").write_text(
        "source: letters\nid: 编号\ntext: 内容\nplace: {}\ntime: {column: 时间}\nclosed: {column: 时间}\n".replace(
            "时间", "编号"
        ),
        "utf-8",
    )
    known = {"file": tmp_path / "in.csv", "map": tmp_path / "map.yaml"}
    status, said = linli(*(word.format(**known) for word in words), "--district", NEW, "--open", "新苑")
    assert (status, sentence in said) == (1, True), said
    assert opened() is None


def test_a_name_without_a_code_and_a_bad_code_open_nothing(outside: None, tmp_path: Path) -> None:
    status, said = linli("import", "places", "--open", "新苑")
    assert (status, "--open 要和 --district 一起写" in said) == (1, True)
    status, said = linli("districts", "open", "New-1", "新苑")
    assert (status, "不能作片区代号" in said) == (1, True)
    assert District.objects.count() == 2


@pytest.mark.parametrize("schema", ["public", "pg_mine", "1st", "a", "x" * 41, "a b", ""])
def test_a_code_that_the_database_keeps_for_itself_is_refused(db: None, schema: str) -> None:
    with pytest.raises(Refused, match="cannot be the code"):
        open_district(schema, name="新苑")


def test_an_empty_neighbourhood_gets_its_playbooks_by_the_command_that_says_so(outside: None) -> None:
    district = open_district(NEW, name="新苑")
    with tenant_context(district):
        Version.objects.all().delete()
    status, said = linli("districts", "furnish")
    assert (status, f"{NEW}：已启用随系统提供的" in said) == (0, True), said
    assert current_books(district) == set(shipped_names())
    assert "没有改动" in linli("districts", "furnish")[1]


def test_a_playbook_that_a_neighbourhood_gave_up_does_not_come_back(district: District) -> None:
    Version.objects.filter(name="repair").update(current=False)
    assert furnish(district) == []
    assert "repair" not in current_books(district)
    assert district.schema_name not in [one.schema_name for one, _ in furnish_all()]
