"""What a large ballot costs: 100,000 owners, 5 questions. Freeze, count, publish, verify, each with its budget.

`python -m bench.ballots --owners 100000 --questions 5`. No database and no Django.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from linli.ballots import log
from linli.ballots.bundle import Closed, checkpoint, make, question_plain
from linli.ballots.casting import Ballot, usual_area
from linli.ballots.publication import Question
from linli.ballots.roll import Entrant, Roll, freeze
from linli.ballots.verifying import holds, verify
from linli.counting.rules import shipped
from linli.counting.tally import Cast, add_up, judge
from linli.lib.notes import Signer
from linli.lib.text import Said

BUDGETS = {"freeze": 20, "count": 2, "publish": 60, "verify": 60}
SIGNER = Signer("bench.example/log", bytes(range(32)))
CHOICES = ("yes", "yes", "yes", "no", "abstain", "yes", "blank")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owners", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=5)
    options = parser.parse_args()
    title, rule = Said("测试", "Bench"), shipped()["cn-civil-278-5"]
    questions = [Question(f"q{number}", title, rule, "not_counted") for number in range(options.questions)]
    entrants = [Entrant(f"owner {number}", 1, 6_000 + number * 37 % 9_000) for number in range(options.owners)]
    with measured("freeze"):
        roll, _ = freeze("bench", entrants)
        roll.root  # noqa: B018
    closed = voted(roll, questions)
    casts = [
        [Cast(one.subject, one.choices[question.id].replace("blank", "")) for one in closed.ballots]
        for question in questions
    ]
    with measured("count"):
        for of_question in casts:
            judge(add_up(roll.subjects, of_question), rule)
    with measured("publish"):
        data = make(closed, SIGNER)
    print(f"bundle: {len(data) / 2**20:.0f} MB")
    with measured("verify"):
        found = verify(data, SIGNER.verifier.text)
    if not holds(found):
        raise SystemExit("The bundle does not hold.")


def voted(roll: Roll, questions: list[Question]) -> Closed:
    """Nine owners in ten vote; the log is opened and closed."""
    ballots = [
        Ballot(
            row.tag,
            {question.id: CHOICES[(number + at) % len(CHOICES)] for at, question in enumerate(questions)},
            hashlib.sha256(row.tag.encode()).digest(),
        )
        for number, row in enumerate(roll.rows)
        if number % 10
    ]
    told, key = [question_plain(question) for question in questions], SIGNER.verifier.text
    notice = log.notice("bench", told, roll.notice, coin_area=usual_area(roll.subjects), key=key)
    start = [notice, {"what": "open"}]
    casts = [log.cast(ballot.subject, ballot.commitment("bench"), "online") for ballot in ballots]
    closed = Closed(
        "bench", questions[0].title, questions, roll, [*start, *casts, log.close(len(ballots), [])],
        checkpoint("bench", start, SIGNER), "", ballots, [], [bytes(16)] * len(questions),
    )  # fmt: skip
    return replace(closed, closing=checkpoint("bench", closed.entries, SIGNER))


@contextmanager
def measured(what: str) -> Iterator[None]:
    wall, work = time.perf_counter(), time.process_time()
    yield
    wall, work = time.perf_counter() - wall, time.process_time() - work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    kept = "within" if wall <= BUDGETS[what] else "OVER"
    print(f"{what}: {wall:.1f} s ({work:.1f} s CPU), peak {memory} MB, {kept} {BUDGETS[what]} s", flush=True)


if __name__ == "__main__":
    main()
