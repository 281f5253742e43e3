"""P05: no end without an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case, Graph, Trail
from linli.playbooks.checks.witness import way
from linli.playbooks.checks.wording import place, problem
from linli.playbooks.ends import WITHOUT_ANSWER
from linli.playbooks.model import End, Mark, Playbook, Problem

NO_ANSWER = Said(
    "提出人可能得不到答复，事项就以“{end}”办结了：{way}。请在这条路的某个动作里必填答复，例如 needs: {{reply: {{kind: "
    "text}}}}。",
    "The matter can end as “{end}” without an answer to the raiser: {way}. Require an answer in a move on this way, "
    "for example needs: {{reply: {{kind: text}}}}.",
)


def no_end_without_an_answer(case: Case) -> Iterator[Problem]:
    """P05. Points to each last step into the end that can be taken before anything was answered."""
    book, graph = case.book, case.graph
    silent = graph.trails(lambda arc: not arc.answers)
    for end in book.ends.values():
        if end.outcome not in WITHOUT_ANSWER:
            yield from _unanswered(book, graph, silent, end)


def _unanswered(book: Playbook, graph: Graph, silent: Mapping[str, Trail], end: End) -> Iterator[Problem]:
    told: set[Mark] = set()
    for leg in graph.last_legs(end.name):
        guilty = leg[0]
        if guilty.source in silent and not guilty.answers and guilty.branch.mark not in told:
            told.add(guilty.branch.mark)
            shown = way(book, (*silent[guilty.source], *leg), graph.first)
            yield problem("P05", guilty.branch.mark, NO_ANSWER, end=place(book, end.name), way=shown)
