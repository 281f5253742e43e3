"""P06: the chain climbs as far as the community, and each duty can be found from wherever a matter is raised."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case
from linli.playbooks.checks.parts import duties_of, mark_of
from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.wording import holder, listed, problem
from linli.playbooks.model import SUPERVISOR, Duty, Playbook, Problem

NO_CHAIN = Said(
    "没有写链条，逾期的事项没有人接。请写上 chain，由低到高，顶端至少到社区，"
    "例如 [grid_worker@grid, community@community]。",
    "There is no chain, so nobody takes up what is late. Write a `chain` from the lowest step up to the community at "
    "least, for example [grid_worker@grid, community@community].",
)
CHAIN_GOES_DOWN = Said(
    "链条应当由低到高，但“{step}”（{level}）排在“{before}”（{above}）后面，范围反而变小了。请调换次序。",
    "The chain must climb, but “{step}” ({level}) follows “{before}” ({above}) and is narrower. Change their order.",
)
CHAIN_TOO_LOW = Said(
    "链条的顶端“{step}”只到{level}。请在最后加上社区或更高一级，例如 community@community。",
    "The chain's top “{step}” is only at the level {level}. End it at the community or above, for example "
    "community@community.",
)
NOT_A_POST = Said(
    "这里要写一个固定岗位，例如 community@community，不能写“{duty}”：逾期和异议不能交给事项里的某个人。",
    "This must be a post such as community@community, not “{duty}”: lateness and objections cannot be left to a "
    "person of the matter itself.",
)
LEVEL_NOT_ALLOWED = Said(
    "{role}不设在“{level}”这一级，只能设在：{levels}。请改写“{duty}”。",
    "{role} does not exist at the level {level}; it exists at: {levels}. Change “{duty}”.",
)
NARROWER_THAN_PLACE = Said(
    "事项可以在“{at}”提出，而“{duty}”只管一个{level}，范围更小，不知道该找哪一个。请改用“{at}”或更高一级的岗位，"
    "或从 at 中去掉 {name}。",
    "A matter may be raised for a whole {at}, but “{duty}” covers just one {level}, which is narrower, so it is open "
    "which one. Use a post at the level {at} or above, or take {name} out of `at`.",
)
CHAIN_TOP = "community"


def the_chain_climbs(case: Case) -> Iterator[Problem]:
    """P06. A step or duty whose level or role does not exist is left to P13."""
    book, registries = case.book, case.registries
    unread = any(path.startswith("chain.") for path in book.marks)
    if not book.chain and not unread:
        yield problem("P06", mark_of(book, "chain"), NO_CHAIN)
    yield from _posts_only(book)
    yield from _climbs(tuple(step for step in book.chain if step.level in registries.levels), registries)
    for duty in (*book.chain, *duties_of(book)):
        yield from _allowed_for_the_role(duty, registries)
    for duty in duties_of(book):
        yield from _found_from_every_place(book, duty, registries)


def _posts_only(book: Playbook) -> Iterator[Problem]:
    """The supervisor may decide about an objection, being a step of the chain; but cannot be a step of itself."""
    decider = book.objection.to if book.objection else None
    if decider is not None and decider.person not in ("", SUPERVISOR):
        yield problem("P06", decider.mark, NOT_A_POST, duty=holder(decider))
    for step in book.chain:
        if step.person:
            yield problem("P06", step.mark, NOT_A_POST, duty=holder(step))


def _climbs(steps: tuple[Duty, ...], registries: Registries) -> Iterator[Problem]:
    order, title = tuple(registries.levels), registries.levels
    for before, step in pairwise(steps):
        if order.index(step.level) > order.index(before.level):
            levels = {"level": title[step.level], "above": title[before.level]}
            yield problem("P06", step.mark, CHAIN_GOES_DOWN, step=step, before=before, **levels)
    if steps and order.index(steps[-1].level) > order.index(CHAIN_TOP):
        yield problem("P06", steps[-1].mark, CHAIN_TOO_LOW, step=steps[-1], level=title[steps[-1].level])


def _allowed_for_the_role(duty: Duty, registries: Registries) -> Iterator[Problem]:
    role = registries.roles.get(duty.role)
    if role is not None and duty.level in registries.levels and duty.level not in role.levels:
        allowed = listed(registries.levels[level] for level in role.levels)
        level = registries.levels[duty.level]
        yield problem("P06", duty.mark, LEVEL_NOT_ALLOWED, role=role.title, level=level, levels=allowed, duty=duty)


def _found_from_every_place(book: Playbook, duty: Duty, registries: Registries) -> Iterator[Problem]:
    """From a room one finds its building, but from an estate there are many buildings."""
    order = tuple(registries.levels)
    if duty.level not in order:
        return
    wider = [at for at in book.at if at in order and order.index(at) < order.index(duty.level)]
    if wider:
        at = min(wider, key=order.index)
        said = {"at": registries.levels[at], "level": registries.levels[duty.level], "name": at}
        yield problem("P06", duty.mark, NARROWER_THAN_PLACE, duty=duty, **said)
