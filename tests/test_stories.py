"""The main suite: each story is told once, and together they walk every way of every shipped playbook."""

from __future__ import annotations

import pytest
from django.db import transaction

from linli.playbooks.library import shipped
from tests.story_runner import Story, Way, all_stories, tell, ways_in
from tests.world import World

STORIES = all_stories()


@pytest.fixture(scope="session")
def told() -> dict[str, set[Way]]:
    """The ways that each story went, so that none is told twice."""
    return {}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.file}-{story.number}")
def test_a_story_goes_as_it_is_told(story: Story, world: World, told: dict[str, set[Way]]) -> None:
    told[str(story)] = tell(world, story)


@pytest.mark.parametrize("name", shipped())
def test_each_shipped_playbook_has_a_happy_and_an_unhappy_story(name: str) -> None:
    assert {story.data["ending"] for story in STORIES if story.data["playbook"] == name} == {"happy", "unhappy"}


def test_together_the_stories_walk_every_way_of_every_shipped_playbook(world: World, told: dict[str, set[Way]]) -> None:
    walked: set[Way] = set()
    for story in STORIES:
        walked |= told.get(str(story)) or tell_and_undo(world, story)
    there_are = {way for book in shipped().values() for way in ways_in(book)}
    assert sorted(there_are - walked) == []
    assert sorted(walked - there_are) == []


def tell_and_undo(world: World, story: Story) -> set[Way]:
    with transaction.atomic():
        ways = tell(world, story)
        transaction.set_rollback(True)
    return ways
