"""Real PostgreSQL, with two districts from the first test on: what is true must be true in a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django_tenants.utils import tenant_context
from pytest_django import DjangoDbBlocker

from linli.districts.actions import open_district
from linli.districts.models import District
from linli.districts.queries import all_districts
from tests.world import World, build_world, draw_nothing, find_world

HERE, NEXT_DOOR = "here", "nextdoor"
EMPTIED = (
    "requests_serviceorder",
    "requests_serviceslot",
    "requests_serviceitem",
    "requests_replytemplate",
    "desk_takendown",
    "desk_bulkmove",
    "desk_savedfilter",
    "desk_export",
    "requests_question",
    "requests_repeat_joiners",
    "requests_repeat",
    "requests_recheck",
    "requests_samplerule",
    "requests_remitentry",
    "requests_words",
    "requests_joiner",
    "insight_exclusion",
    "insight_counted",
    "insight_daycount",
    "insight_watermark",
    "matters_photo",
    "notices_notice",
    "notices_declined",
    "notices_toldupto",
    "notices_concern",
    "notices_posting",
    "record_cosignature",
    "record_witness",
    "record_checkpoint",
    "record_logkey",
    "record_logtile",
    "record_logentry",
    "record_publiclog",
    "record_walk",
    "record_sealed",
    "record_event",
    "requests_categorytree",
    "workdays_workday",
    "workdays_officehours",
    "workdays_calendarstate",
    "matters_duty",
    "matters_matter",
    "django_session",
    "people_attempt",
    "people_signin",
    "people_signincode",
    "people_invitation",
    "mfa_authenticator",
    "register_claim",
    "register_holding",
    "register_owner",
    "register_ownerset",
    "ballots_votecast",
    "ballots_paperreading",
    "ballots_proxy",
    "ballots_rollobjection",
    "ballots_logrow",
    "ballots_slot",
    "ballots_ballotquestion",
    "ballots_ballot",
)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Two neighbourhoods with the same people, so that a query that reaches across is seen at once.

    In place of pytest-django's own, which makes no database when only tests with `committed_world` were chosen.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": None})
        for schema, host in ((HERE, "testserver"), (NEXT_DOOR, "nextdoor.localhost")):
            with tenant_context(open_district(schema, name=schema, name_en=schema, hosts=(host,))):
                build_world()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def district(db: None) -> Iterator[District]:
    """The district `here`; what a test writes is rolled back."""
    found = District.objects.get(schema_name=HERE)
    with tenant_context(found):
        yield found


@pytest.fixture
def world(district: District) -> World:
    return find_world()


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """For tests with real threads, processes or browsers: what they write is committed, and emptied afterwards."""
    with django_db_blocker.unblock():
        with tenant_context(District.objects.get(schema_name=HERE)):
            yield find_world()
        connection.close()
        for one in all_districts():
            with tenant_context(one):
                empty_the_book()
                draw_nothing()
        connection.close()


def empty_the_book() -> None:
    """The record refuses to be emptied; only a superuser who sets its triggers aside can, as here."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in EMPTIED:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET session_replication_role = DEFAULT")
