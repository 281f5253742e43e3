"""The published bundle: golden ones hold, every flipped byte is caught, and so is a publisher who signs something false anew."""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.ballots import log
from linli.ballots.bundle import Audit, bound, checkpoint, make
from linli.ballots.casting import coins
from linli.ballots.publication import Question
from linli.ballots.receipts import Receipt, check, read_receipt
from linli.ballots.roll import Entrant, freeze
from linli.ballots.verify_command import main
from linli.ballots.verifying import Broken, Finding, examine, holds, take_apart, verify
from linli.counting.rules import as_plain, rule_from, shipped
from linli.lib import merkle
from linli.lib.notes import Signer, new_private_key
from linli.lib.text import Said
from linli.record.chain import canonical, commitment
from tests.ballot_world import BALLOT, FUND, PARKING, SIGNER, Vote, hold, row, secret_of, tag_of

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
KEY = SIGNER.verifier.text
VILLAGE = Question("q1", Said("修路", "The road"), shipped()["cn-village-assembly"], "not_counted")


def full() -> Vote:
    """Six of seven owners vote three to three: the least that passes the gate."""
    return hold([9_000] * 6 + [12_000], [["yes"]] * 3 + [["no"]] * 3 + [[]], recast=[0], audit=Audit("3 5 1", 2))


def rounded() -> Vote:
    return hold([9_000, 9_100, 9_200], [["yes"], ["yes"], ["no"]])


def large() -> Vote:
    """Two questions, silent ones, a recast ballot, one set aside, blanks, a developer."""
    areas = [8_900 + number % 5 * 300 for number in range(44)] + [250_000]
    choices: list[list[str] | None] = [*[["yes", "yes"]] * 25, *[["no", "abstain"]] * 6, *[["abstain", "no"]] * 4]
    choices += [[], [], None, *[["blank", "yes"]] * 6, ["yes", "yes"]]
    return hold(areas, choices, (PARKING, FUND), recast=[0, 7], set_aside=[25], audit=Audit("6 6 1 2", 5))


VOTES: dict[str, Callable[[], Vote]] = {"full": full, "rounded": rounded, "large": large}


def last(data: bytes, key: str | None = KEY) -> str:
    """The sentence of what is broken."""
    finding = verify(data, key)[-1]
    assert finding.ok is False
    return finding.sentence.en


# Golden bundles


@pytest.mark.parametrize("name", VOTES)
def test_a_golden_bundle_holds_and_is_made_again_to_the_byte(name: str) -> None:
    golden = (GOLDEN / f"ballot-{name}.json").read_bytes()
    assert VOTES[name]().bundle == golden
    assert holds(verify(golden, KEY))
    assert [finding.ok for finding in verify(golden, KEY)][:4] == [True] * 4


def test_the_golden_figures_are_those_that_anybody_can_add_up_by_hand() -> None:
    parking, fund = examine((GOLDEN / "ballot-large.json").read_bytes()).results
    assert [parking.outcome.verdict, fund.outcome.verdict] == ["failed", "passed"]
    assert parking.outcome.quorum.heads.numerator == 25 + 5 + 4 + 1  # six left it empty, one no was set aside
    assert parking.outcome.missing.heads == 1  # 26 of 35 agree, 27 is three quarters
    assert parking.strict.tally.silent.heads == 2 + 6
    assert fund.outcome.quorum.heads.numerator == 41


# Every byte is bound


@pytest.mark.parametrize("name", ["full", "rounded"])
def test_every_flipped_byte_is_caught(name: str) -> None:
    data = bytearray((GOLDEN / f"ballot-{name}.json").read_bytes())
    missed = []
    for place in range(len(data)):
        data[place] ^= 1
        if holds(verify(bytes(data))):
            missed.append(place)
        data[place] ^= 1
    assert missed == []
    assert holds(verify(bytes(data)))


@pytest.mark.parametrize("name", ["full", "rounded"])
def test_every_bit_of_the_seal_and_every_missing_byte_of_it_is_caught(name: str) -> None:
    data = (GOLDEN / f"ballot-{name}.json").read_bytes()
    start = data.index(b'"seal":')
    for place in range(start, len(data)):
        for bit in range(1, 8):
            assert not holds(verify(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]))
        assert not holds(verify(data[:place] + data[place + 1 :]))
        assert not holds(verify(data[:place] + data[place : place + 1] + data[place:]))


LARGE = (GOLDEN / "ballot-large.json").read_bytes() if (GOLDEN / "ballot-large.json").exists() else b""


@settings(deadline=None)
@given(place=st.integers(0, max(0, len(LARGE) - 1)), byte=st.integers(0, 255), longer=st.booleans())
def test_any_changed_or_inserted_byte_of_the_large_one_is_caught(place: int, byte: int, longer: bool) -> None:
    changed = LARGE[:place] + bytes([byte]) + LARGE[place + (not longer) :]
    assert holds(verify(changed)) is (changed == LARGE)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"\n",
        lambda data: b" " + data,
        lambda data: data[:-1],
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b'"ballot":"b', b'"ballot":"x","ballot":"b', 1),
        lambda data: data.replace(b'"heads":7', b'"heads":7.0', 1),
        lambda data: data.replace(b'"heads":7', b'"heads":7e0', 1),
        lambda data: data.replace("业".encode(), b"\\u4e1a", 1),
        lambda data: data.replace(b'"count":7', b'"count":NaN', 1),
        lambda data: json.dumps(json.loads(data), ensure_ascii=False).encode(),
        lambda data: b"",
        lambda data: b"[" * 100_000,
        lambda data: b"{}",
        lambda data: b'{"content":{},"seal":{}}',
        lambda data: b'{"content":[],"seal":1}',
        lambda data: b'{"content":"\\ud800","seal":{}}',
        lambda data: b"\xff\xfe",
    ],
)
def test_another_way_of_writing_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    data = spoil((GOLDEN / "ballot-full.json").read_bytes())
    assert verify(data)[0].ok is False


# A publisher who signs something false anew


def resealed(change: Callable[[dict[str, Any]], object], vote: Vote | None = None, *, notes: bool = True) -> bytes:
    """The bundle with its content changed, every signature made anew and the log's proofs too."""
    content = copy.deepcopy(json.loads((vote or full()).bundle)["content"])
    change(content)
    entries = content["log"]["entries"]
    if notes:
        opened = next((index for index, entry in enumerate(entries) if entry.get("what") == "open"), 0) + 1
        content["log"]["opening"] = checkpoint(BALLOT, entries[:opened], SIGNER)
        content["log"]["closing"] = checkpoint(BALLOT, entries, SIGNER)
        path = merkle.consistency_path([log.leaf(entry) for entry in entries], opened)
        content["log"]["consistency"] = [step.hex() for step in path]
    data = canonical(content)
    note = checkpoint(BALLOT, [*entries, log.published(BALLOT, hashlib.sha256(data).hexdigest())], SIGNER)
    return bound([data], {"note": note})


def tokens(content: dict[str, Any], option: str, kind: str) -> list[str]:
    found: list[str] = content["results"][0]["tokens"][option][kind]
    return found


def entry_of(content: dict[str, Any], what: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in content["log"]["entries"] if entry["what"] == what)
    return found


def move_a_head(content: dict[str, Any]) -> None:
    tokens(content, "yes", "heads").append(tokens(content, "no", "heads").pop())
    tokens(content, "yes", "heads").sort()


def move_an_amount(content: dict[str, Any]) -> None:
    coin = tokens(content, "yes", "coins")
    token, _, amount = coin[0].partition(":")
    coin[0] = f"{token}:{int(amount) + 1}"


def double_a_head(content: dict[str, Any]) -> None:
    tokens(content, "no", "heads")[:] = tokens(content, "yes", "heads")


def split_a_coin(content: dict[str, Any]) -> None:
    coin = tokens(content, "yes", "coins")
    token, _, amount = coin.pop().partition(":")
    coin += [f"{token}:1", f"{'f' * 32}:{int(amount) - 1}"]


def weigh_more(content: dict[str, Any]) -> None:
    content["roll"]["rows"][0][1] += 1


def weigh_more_and_say_so(content: dict[str, Any]) -> None:
    weigh_more(content)
    content["roll"]["heads"] += 1
    entry_of(content, "notice")["roll"]["heads"] += 1


def another_rule(content: dict[str, Any]) -> None:
    content["questions"][0]["rule"] = as_plain(shipped()["cn-civil-278-4"])


def cast_twice(content: dict[str, Any]) -> None:
    cast = next(entry for entry in content["log"]["entries"] if entry.get("replaces"))
    cast["replaces"] = None


def vote_for_a_silent_one(content: dict[str, Any]) -> None:
    entries = content["log"]["entries"]
    entries.insert(-1, log.cast(tag_of(6), "ab" * 32, "online"))
    entries[-1]["counted"] += 1


def cast_after_the_close(content: dict[str, Any]) -> None:
    content["log"]["entries"].append(log.cast(tag_of(6), "ab" * 32, "online"))


def same_commitment(content: dict[str, Any]) -> None:
    casts = [entry for entry in content["log"]["entries"] if entry["what"] == "cast"]
    casts[-1]["commitment"] = casts[0]["commitment"]


def paper_overridden(content: dict[str, Any]) -> None:
    entry_of(content, "cast")["channel"] = "paper"


def stranger(content: dict[str, Any]) -> None:
    entry_of(content, "cast")["subject"] = "nobody"


def put(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Set the last of the path at the places before it."""

    def change(content: dict[str, Any]) -> None:
        where: Any = content
        for step in path[:-2]:
            where = where[step]
        where[path[-2]] = path[-1]

    return change


def drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        where: Any = content
        for step in path[:-1]:
            where = where[step]
        del where[path[-1]]

    return change


def import_of(**changed: Any) -> Callable[[dict[str, Any]], object]:
    entry = {"what": "import", "file": "ab" * 32, "entered": 0, "behind": 0, **changed}
    return lambda content: content["log"]["entries"].insert(3, entry)


def imported_late(content: dict[str, Any]) -> None:
    """A file is said to have brought a ballot, and a ballot by phone stands in its place."""
    import_of(entered=1)(content)


def from_no_file(content: dict[str, Any]) -> None:
    entry_of(content, "cast")["channel"] = "platform"


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (move_a_head, "is not what a recount gives"),
    (move_an_amount, "do not sum up"),
    (double_a_head, "stands there twice"),
    (split_a_coin, "The number of area coins"),
    (lambda content: tokens(content, "yes", "heads").pop(), "do not sum up"),
    (lambda content: tokens(content, "yes", "heads").reverse(), "out of order"),
    (lambda content: tokens(content, "yes", "heads").append("0"), "malformed"),
    (lambda content: tokens(content, "yes", "coins").append("f" * 32 + ":0"), "malformed"),
    (lambda content: tokens(content, "yes", "coins").append("f" * 32 + ":007"), "malformed"),
    (put("results", 0, "result", "verdict", "passed"), "is not what a recount gives"),
    (put("results", 0, "result", "strict", "verdict", "passed"), "is not what a recount gives"),
    (put("results", []), "do not belong together"),
    (put("results", 0, "question", "q2"), "do not belong together"),
    (weigh_more, "The roll is wrong"),
    (weigh_more_and_say_so, "The roll is wrong"),
    (lambda content: content["roll"]["rows"].reverse(), "The roll is wrong"),
    (lambda content: content["roll"]["rows"].append(content["roll"]["rows"][-1]), "The roll is wrong"),
    (put("roll", "rows", 0, 1, 0), "The roll is wrong"),
    (put("roll", "rows", 0, 1, True), "The roll is wrong"),
    (put("roll", "root", "00" * 32), "The roll is wrong"),
    (another_rule, "are not those of the notice"),
    (put("questions", 0, "silent", "abstain"), "are not those of the notice"),
    (put("coin_area", 1), "are not those of the notice"),
    (put("ballot", "b-2"), "The seal does not hold"),
    (cast_twice, "does not say rightly which ballot it replaces"),
    (vote_for_a_silent_one, "got a ballot and did not return it"),
    (cast_after_the_close, "does not belong there"),
    (same_commitment, "repeats a commitment"),
    (paper_overridden, "replaces a paper ballot by another channel"),
    (stranger, "not on the roll"),
    (put("log", "entries", -1, "counted", 7), "At the close 7 ballots were told, the log has 6"),
    (lambda content: content["log"]["entries"].pop(), "was not opened and closed"),
    (lambda content: content["log"]["entries"].pop(1), "does not belong there"),
    (lambda content: content["log"]["entries"].insert(3, {"what": "open"}), "does not belong there"),
    (lambda content: content["log"]["entries"].insert(3, {"what": "coffee"}), "Entry 3 is malformed"),
    (
        lambda content: content["log"]["entries"].insert(3, {"what": "invalid", "cast": 0, "reason": "late"}),
        "sets aside what is no valid ballot",
    ),
    (imported_late, "does not fit what was imported"),
    (from_no_file, "does not fit what was imported"),
    (import_of(file="none"), "Entry 3 is malformed"),
    (import_of(entered=True), "Entry 3 is malformed"),
    (import_of(behind=-1), "Entry 3 is malformed"),
    (
        lambda content: content["log"]["entries"].insert(3, {"what": "platform", "system": "x", "only": False}),
        "does not belong there",
    ),
    (
        lambda content: content["log"]["entries"].insert(1, {"what": "platform", "system": "x", "only": 1}),
        "Entry 1 is malformed",
    ),
    (put("delivered", []), "got a ballot and did not return it"),
    (put("delivered", [tag_of(0)]), "got a ballot and did not return it"),
    (put("audit", "chance", "6"), "not those that the public chance draws"),
    (put("audit", "differing", [999]), "not those that the public chance draws"),
    (drop("audit"), "not shaped"),
    (drop("roll", "rows"), "not shaped"),
    (drop("results", 0, "tokens", "yes"), "malformed"),
    (put("more", 1), "not shaped"),
    (put("title", None), "not shaped"),
    (put("title", {"zh": "只有中文"}), "not shaped"),
    (put("ballot", "b\n2"), "not shaped"),
    (put("questions", 0, "id", "q\x001"), "not shaped"),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES)
def test_what_is_false_is_caught_though_it_is_signed(change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert sentence in last(resealed(change))


def test_changing_nothing_holds_so_it_is_the_changes_that_are_caught() -> None:
    assert resealed(lambda content: None) == full().bundle


def test_a_log_that_was_changed_after_its_checkpoints_is_caught() -> None:
    def later(content: dict[str, Any]) -> None:
        entry_of(content, "cast")["commitment"] = "ab" * 32

    assert "does not fit the log" in last(resealed(later, notes=False))
    assert "does not fit the log" in last(resealed(put("log", "consistency", []), notes=False))
    swapped = full().bundle
    content = json.loads(swapped)["content"]
    assert "does not fit the log" in last(resealed(put("log", "opening", content["log"]["closing"]), notes=False))


def test_rounded_shares_that_contradict_each_other_are_caught() -> None:
    vote = rounded()
    for change in (
        put("results", 0, "shares", "yes", "heads", [0, 2]),
        put("results", 0, "shares", "yes", "heads", [1, 2]),
        put("results", 0, "bands", 20),
        put("results", 0, "exact", "none"),
        put("results", 0, "verdict", "won"),
    ):
        assert "contradict each other" in last(resealed(change, vote))


@pytest.mark.parametrize(
    ("choices", "verdict", "others"),
    [
        ([["yes"]] * 48 + [["no"]] * 2, "passed", ("failed", "no_quorum")),
        ([["no"]] * 48 + [["yes"]] * 2, "failed", ("passed", "no_quorum")),
        ([["yes"]] * 12 + [["no"]] * 2 + [None] * 36, "no_quorum", ("passed", "failed")),
    ],
)
def test_behind_the_gate_a_verdict_that_the_rounded_shares_exclude_is_caught(
    choices: list[list[str] | None], verdict: str, others: tuple[str, ...]
) -> None:
    vote = hold([9_000] * 50, choices)
    assert json.loads(vote.bundle)["content"]["results"][0]["verdict"] == verdict
    assert holds(verify(vote.bundle, KEY))
    for other in others:
        assert "contradict each other" in last(resealed(put("results", 0, "verdict", other), vote))


def test_another_key_is_seen_when_the_posted_one_is_given() -> None:
    forger = Signer(SIGNER.name, new_private_key())
    forged = make(replace(full().closed), forger)
    assert "this key did not sign it" in last(forged) or "The key is wrong" in last(forged)
    assert "The key is wrong" in last(full().bundle, forger.verifier.text)
    without = verify(full().bundle)
    assert [finding.ok for finding in without].count(None) == 1
    assert KEY in next(finding.sentence.en for finding in without if finding.ok is None)


def test_a_second_line_in_the_seal_is_refused_since_nothing_binds_it() -> None:
    whole = json.loads(full().bundle)
    line = Signer("witness.example", bytes(32)).line("anything\n")
    assert "The seal does not hold" in last(
        bound([canonical(whole["content"])], {"note": whole["seal"]["note"] + line})
    )


def test_a_rule_of_ones_own_is_counted_and_pointed_out() -> None:
    plain = {**as_plain(shipped()["cn-civil-278-4"]), "name": "cn-civil-278-8", "posting_days": 3}
    vote = hold([9_000] * 6, [["yes"]] * 3 + [["no"]] * 3, (replace(PARKING, rule=rule_from(plain)),))
    found = verify(vote.bundle, KEY)
    assert holds(found)
    assert any(one.ok is None and "it is not a shipped rule" in one.sentence.en for one in found)


def test_a_ballot_found_false_by_the_draw_is_pointed_out() -> None:
    drawn = full()
    picks = json.loads(drawn.bundle)["content"]["audit"]["picks"]
    vote = hold(
        [9_000] * 6 + [12_000], [["yes"]] * 3 + [["no"]] * 3 + [[]], recast=[0], audit=Audit("3 5 1", 2, (picks[0],))
    )
    finding = verify(vote.bundle, KEY)[-1]
    assert (finding.ok, "1 differed" in finding.sentence.en) == (None, True)


def test_a_village_without_areas_is_published_and_checked_the_same_way() -> None:
    vote = hold([0] * 9, [["yes"]] * 5 + [["no"]] * 3 + [None], (VILLAGE,))
    assert holds(verify(vote.bundle, KEY))
    assert examine(vote.bundle).results[0].outcome.verdict == "passed"
    assert holds(check(take_apart(vote.bundle), vote.receipt(0)))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([8_900, 12_100, 30_000]),
            st.integers(1, 2),
            st.sampled_from([["yes"], ["yes"], ["no"], ["abstain"], ["blank"], [], None]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_the_vote_the_bundle_holds_and_every_owner_finds_the_own_ballot(
    votes: list[tuple[int, int, list[str] | None]],
) -> None:
    areas, heads, choices = (list(one) for one in zip(*votes, strict=True))
    vote = hold(areas, choices, heads=heads)
    bundle = take_apart(vote.bundle)
    assert holds(verify(vote.bundle, KEY))
    for number in vote.ballots:
        assert holds(check(bundle, vote.receipt(number)))


# The owner's own check


def broken(findings: Sequence[Finding]) -> str:
    assert findings[-1].ok is False
    return findings[-1].sentence.en


def test_an_owner_finds_the_own_ballot_with_heads_and_area_under_the_own_choice() -> None:
    vote = large()
    found = check(take_apart(vote.bundle), vote.receipt(7))
    assert holds(found)
    said = [finding.sentence.en for finding in found]
    assert said[0] == "You are on the roll with 1 heads and 95.00 m²."
    assert "8 area coins (95.00 m² together) all stand under “yes”" in said[2]
    assert "all stand under “yes”" in said[3]


def changed(receipt: Receipt, **values: Any) -> Receipt:
    return replace(receipt, **values)


def test_every_way_in_which_a_ballot_can_be_wrong_is_told_to_its_owner() -> None:
    vote = large()
    bundle, mine = take_apart(vote.bundle), vote.receipt(7)
    other = replace(mine.cast, choices={"q1": "no", "q2": "yes"})
    assert "belongs to another ballot" in broken(check(bundle, changed(mine, ballot="b-9")))
    assert "Your row is not on the roll" in broken(check(bundle, changed(mine, area=9_501)))
    assert "Your row is not on the roll" in broken(check(bundle, changed(mine, heads=2)))
    assert "Your row is not on the roll" in broken(check(bundle, changed(mine, identity="somebody")))
    assert "is not your ballot" in broken(check(bundle, changed(mine, index=mine.index - 1)))
    assert "is not your ballot" in broken(check(bundle, changed(mine, cast=other)))
    assert "is not your ballot" in broken(check(bundle, changed(mine, cast=replace(mine.cast, secret=bytes(32)))))


def test_a_ballot_that_was_set_aside_is_told() -> None:
    vote = large()
    set_aside = hold([row.area for row in vote.closed.roll.rows][:1] * 8, [["yes"]] * 4 + [["no"]] * 4, set_aside=[7])
    receipt = replace(set_aside.receipt(0), index=set_aside.indexes[7])
    whole = hold([row.area for row in vote.closed.roll.rows][:1] * 8, [["yes"]] * 4 + [["no"]] * 4)
    mine = whole.receipt(7)
    assert mine.index == receipt.index
    assert "replaced or set aside" in broken(check(take_apart(set_aside.bundle), mine))


def test_an_exchanged_ballot_is_found_by_its_owner_though_all_sums_are_right() -> None:
    """Somebody at the server counts a yes as a no and signs: every public check holds, the owner's does not."""
    honest = large()
    ballots = [
        replace(ballot, choices={"q1": "no", "q2": "yes"}) if ballot.subject == tag_of(7) else ballot
        for ballot in honest.closed.ballots
    ]
    false = make(replace(honest.closed, ballots=ballots), SIGNER)
    assert holds(verify(false, KEY))
    assert "not all of your tokens stand under “yes”" in broken(check(take_apart(false), honest.receipt(7)))
    assert holds(check(take_apart(false), honest.receipt(8)))


def test_an_area_that_was_counted_smaller_is_found_by_its_owner() -> None:
    vote = large()
    pieces = dict(coins(secret_of(7), "q1", 9_500, 9_500))
    assert sum(pieces.values()) == 9_500
    short = changed(vote.receipt(7), area=9_400)
    assert "Your row is not on the roll" in broken(check(take_apart(vote.bundle), short))


def test_behind_the_gate_the_owner_still_sees_that_the_ballot_counts() -> None:
    vote = rounded()
    found = check(take_apart(vote.bundle), vote.receipt(2))
    assert [finding.ok for finding in found] == [True, True, None]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"format":"linli-receipt/1"}', b"\xff", b"[" * 100_000])
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(Broken, match="no sound receipt"):
        read_receipt(data)


def test_a_receipt_with_half_a_secret_or_an_unknown_choice_is_refused() -> None:
    plain = json.loads(large().receipt(3).data)
    for spoilt in (
        {**plain, "secret": plain["secret"][:32]},
        {**plain, "choices": {"q1": "perhaps"}},
        {**plain, "x": 1},
    ):
        with pytest.raises(Broken, match="no sound receipt"):
            read_receipt(json.dumps(spoilt).encode())


def test_a_receipt_comes_back_from_its_file() -> None:
    receipt = large().receipt(3)
    assert read_receipt(receipt.data) == receipt


# The roll


def test_a_frozen_roll_binds_each_owner_and_tells_no_name() -> None:
    entrants = [Entrant(f"owner {number}", 1, 9_000 + number) for number in range(9)]
    roll, told = freeze(BALLOT, entrants)
    assert roll.notice == {"count": 9, "heads": 9, "area": 81_036, "root": roll.root.hex()}
    for entrant in entrants:
        tag, salt = told[entrant.identity]
        index, path = roll.inclusion_path(tag)
        mine = roll.rows[index]
        assert (mine.heads, mine.area, mine.identity) == (1, entrant.area, commitment(salt, entrant.identity))
        assert merkle.verify_inclusion(mine.leaf(BALLOT), index, 9, path, roll.root)
        assert not merkle.verify_inclusion(replace(mine, area=1).leaf(BALLOT), index, 9, path, roll.root)
        assert not merkle.verify_inclusion(mine.leaf("another ballot"), index, 9, path, roll.root)
    assert b"owner" not in canonical([one.plain for one in roll.rows])
    assert freeze(BALLOT, entrants)[0].root != roll.root  # fresh tags and salts


def test_somebody_who_stands_there_twice_is_not_frozen() -> None:
    with pytest.raises(ValueError, match="twice"):
        freeze(BALLOT, [Entrant("li", 1, 1), Entrant("li", 1, 2)])


def test_a_corrected_roll_is_the_one_that_counts() -> None:
    vote = full()
    wrong = {"count": 1, "heads": 1, "area": 1, "root": "00" * 32}
    right = vote.closed.roll.notice

    def corrected(content: dict[str, Any]) -> None:
        entries = content["log"]["entries"]
        entries[0]["roll"] = wrong
        entries.insert(1, {"what": "correction", "roll": right, "reason": "a flat was left out"})
        for entry in entries:
            if entry.get("replaces"):
                entry["replaces"] += 1
        content["audit"] = None

    assert holds(verify(resealed(corrected), KEY))
    assert row(1, 5).plain[1:3] == [1, 5]


# The command


def run(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(words)
    return status, capsys.readouterr().out


def test_the_command_says_what_it_checked_and_what_no_check_can_see(capsys: pytest.CaptureFixture[str]) -> None:
    golden = str(GOLDEN / "ballot-large.json")
    receipt = str(GOLDEN / "receipt-large.json")
    status, chinese = run(golden, "--receipt", receipt, "--key", KEY, capsys=capsys)
    assert status == 0
    assert "核对完毕：成立。" in chinese
    assert "有没有人被迫或者拿了好处投票" in chinese
    assert "✓ 您的票在记录的第" in chinese
    status, english = run(golden, "--lang", "en", capsys=capsys)
    assert (status, "! Key: not compared." in english, "Checked: it holds." in english) == (0, True, True)


def test_the_command_refuses_a_changed_bundle_and_a_receipt_of_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "changed.json"
    changed.write_bytes((GOLDEN / "ballot-full.json").read_bytes().replace(b'"heads":7', b'"heads":8', 1))
    status, said = run(str(changed), "--lang", "en", capsys=capsys)
    assert (status, "Checked: it does NOT hold!" in said) == (1, True)
    status, said = run(
        str(GOLDEN / "ballot-full.json"), "--receipt", str(GOLDEN / "receipt-large.json"), "--json", capsys=capsys
    )
    assert (status, json.loads(said)["holds"]) == (1, False)
    assert main([str(tmp_path / "nothing")]) == 2


def test_it_needs_neither_django_nor_database_nor_network() -> None:
    """A process in which they cannot be imported, and no connection can be made, gives the same answer."""
    program = (
        "import sys, socket\n"
        "for name in ('django', 'psycopg', 'django_tenants', 'urllib.request', 'http.client'): sys.modules[name] = None\n"
        "socket.socket = None\n"
        "from linli.ballots.verify_command import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", program, str(GOLDEN / "ballot-large.json"), "--lang", "en", "--key", KEY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Checked: it holds." in done.stdout
