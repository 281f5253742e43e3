"""The page that checks a published election says the same as the command, for sound and for false bundles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from linli.ballots.verifying import holds, verify
from linli.counting.elections import Terms
from tests.ballot_world import SIGNER, candidates, hold
from tests.browser.test_ballot_check import GOLDEN, Opened, address, check, opened, verdict
from tests.test_ballot_bundle import resealed
from tests.test_election_bundle import CHANGES, SEATING, VOTES, N, Y, banded, election, gated, small, told

__all__ = ["address", "opened"]
ALL = """async (bundles) => {
    const all = [];
    for (const text of bundles) all.push((await verify(bytesOf(text), {})).every((finding) => finding.ok !== false));
    return all;
}"""


def test_the_golden_election_holds_in_the_browser_and_says_who_is_elected(
    opened: Opened, accessible: Callable[[Page], None]
) -> None:
    page = opened()
    findings = check(page, GOLDEN / "ballot-election.json", key=SIGNER.verifier.text)
    assert verdict(page) == "核对完毕：成立"
    assert "已选出，尚有缺额。当选：候选人A。还缺 1 席，另行选举；候选人：候选人B。" in "".join(findings)
    accessible(page)
    page.get_by_role("button", name="English").click()
    assert "Elected: Candidate A. 1 seats are left" in page.locator("#findings").inner_text()


def test_what_is_false_is_caught_in_the_browser_as_by_the_command(opened: Opened) -> None:
    page = opened(language="en")
    false = [resealed(change, small()) for change, _ in CHANGES]
    for names in (["q1", "q2", "q4"], ["q2", "q3", "q4"], ["q1", "q3", "q4"]):
        false.append(resealed(election("elected", names), banded()))
    for name, value in (("elected", ["q2", "q1", "q3", "q4", "q5"]), ("left", 1), ("tied", ["q6"]), ("mode", "full")):
        false.append(resealed(election(name, value), gated()))
    sound = [vote().bundle for vote in (*VOTES.values(), banded)]
    said = page.evaluate(ALL, [data.decode() for data in [*false, *sound]])
    assert said == [holds(verify(data)) for data in [*false, *sound]] == [False] * len(false) + [True] * len(sound)


@pytest.mark.parametrize("seats", [1, 2, 3])
def test_any_election_is_ranked_alike_by_browser_and_command(opened: Opened, seats: int) -> None:
    """Votes that spread, tie and fall behind the gate; whoever withdrew; seats filled before."""
    page = opened()
    bundles = []
    for spread in range(2, 12):
        choices = [[Y if (voter * spread + at * at) % 7 < 4 else N for at in range(5)] for voter in range(24)]
        fair = [[one if one == N or row[:at].count(Y) < seats else N for at, one in enumerate(row)] for row in choices]
        terms = Terms(seats, SEATING, seated=spread % 5, reserves=spread % 2)
        withdrawn = ["q2"] if spread % 3 == 0 else []
        areas = [9_000 + voter % 3 * 400 for voter in range(24)]
        vote = hold(areas, fair, candidates(5, "cn-village-by-election"), terms=terms, withdrawn=withdrawn)
        assert told(vote)["verdict"]
        bundles.append(vote.bundle)
    assert page.evaluate(ALL, [data.decode() for data in bundles]) == [holds(verify(data)) for data in bundles]
    assert all(holds(verify(data)) for data in bundles)
