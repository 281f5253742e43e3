"""The page that checks a published ballot: in a real browser, without our server, against the golden bundles."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from linli.ballots.verifying import examine, holds, verify
from tests.ballot_world import PARKING, SIGNER, hold
from tests.test_ballot_bundle import CHANGES, VOTES, put, resealed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "linli" / "ballots" / "static" / "ballots"
GOLDEN = ROOT / "tests" / "golden"
Opened = Callable[..., Page]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are no news."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(PAGE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/verify.html"
        server.shutdown()


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Opened]:
    """The page, with the network cut once it is there; whatever it asks for afterwards or complains about fails the test."""
    contexts, complaints = [], []

    def open_page(*, language: str = "zh-CN", width: int = 360, scheme: str = "light", where: str = address) -> Page:
        size = {"width": width, "height": 780}
        context = chromium.new_context(locale=language, viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        page.goto(where)
        context.set_offline(True)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []


def check(page: Page, bundle: Path, *, receipt: Path | None = None, key: str = "") -> list[str]:
    page.locator("#bundle").set_input_files(bundle)
    if receipt:
        page.locator("#receipt").set_input_files(receipt)
    page.locator("#key").fill(key)
    page.locator("form .go").click()
    page.locator("#findings li").first.wait_for()
    return page.locator("#findings li").all_inner_texts()


def verdict(page: Page) -> str:
    return page.locator("#verdict").inner_text()


@pytest.mark.parametrize("name", ["full", "rounded", "large"])
def test_a_golden_bundle_holds_in_the_browser_too(name: str, opened: Opened) -> None:
    page = opened(language="en")
    findings = check(page, GOLDEN / f"ballot-{name}.json", key=SIGNER.verifier.text)
    assert verdict(page) == "Checked: it holds"
    assert not any(line.startswith("✗") for line in findings)
    assert any("in the ballot’s log, and the signature holds" in line for line in findings)


def test_the_owner_finds_the_own_ballot_and_everybody_the_figures(
    opened: Opened, accessible: Callable[[Page], None]
) -> None:
    page = opened()
    findings = check(page, GOLDEN / "ballot-large.json", receipt=GOLDEN / "receipt-large.json")
    assert verdict(page) == "核对完毕：成立"
    assert any("“绿地改车位”未通过。同意 26 人（4875.00 平方米），不同意 5 人" in line for line in findings)
    assert any("您的 9 枚票据都计在“同意”下" in line for line in findings)
    assert any("请与张贴的公告上的密钥逐字比较" in line for line in findings)
    accessible(page)
    page.get_by_role("button", name="English").click()
    assert verdict(page) == "Checked: it holds"
    assert "your 9 tokens all stand under “yes”" in page.locator("#findings").inner_text()


@pytest.mark.parametrize("part", ["verdict", "token", "seal", "rule"])
def test_a_flipped_byte_is_caught_in_the_browser_too(part: str, opened: Opened, tmp_path: Path) -> None:
    data = bytearray((GOLDEN / "ballot-full.json").read_bytes())
    marks = {
        "verdict": b'"verdict":"',
        "token": b'"yes":{"coins":["',
        "seal": b"linli.example/log ",
        "rule": b"at least ",
    }
    place = data.rindex(marks[part]) + len(marks[part])
    data[place] ^= 1
    assert not holds(verify(bytes(data)))
    (tmp_path / "flipped.json").write_bytes(data)
    page = opened(language="en")
    findings = check(page, tmp_path / "flipped.json")
    assert verdict(page) == "Checked: it does NOT hold!"
    assert findings[-1].startswith("✗")


def test_what_a_publisher_signed_falsely_is_caught_in_the_browser_as_by_the_command(opened: Opened) -> None:
    """The same changed and newly sealed bundles as in `test_ballot_bundle.py`, each looked at by both."""
    page = opened(language="en")
    false = [resealed(change) for change, _ in CHANGES]
    for verdict in ("failed", "no_quorum"):
        landslide = hold([9_000] * 50, [["yes"]] * 48 + [["no"]] * 2)
        false.append(resealed(put("results", 0, "verdict", verdict), landslide))
    sound = [vote().bundle for vote in VOTES.values()]
    said = page.evaluate(
        """async (bundles) => {
            const all = [];
            for (const text of bundles) all.push((await verify(bytesOf(text), {})).every((finding) => finding.ok !== false));
            return all;
        }""",
        [data.decode() for data in [*false, *sound]],
    )
    assert said == [holds(verify(data)) for data in [*false, *sound]] == [False] * len(false) + [True] * len(sound)


def test_any_vote_is_checked_alike_by_browser_and_command(opened: Opened) -> None:
    page = opened()
    for silent, share in (("not_counted", 5), ("abstain", 7), ("follow_majority", 9)):
        question = replace(PARKING, silent=silent)
        choices = [[["yes"], ["yes"], ["no"], ["abstain"], ["blank"], []][number * share % 6] for number in range(61)]
        vote = hold([8_900 + number // 7 % 3 * 50 for number in range(60)] + [1_000_000], choices, (question,))
        findings = page.evaluate("text => verify(bytesOf(text), {})", vote.bundle.decode())
        told = next(one["values"]["verdict"] for one in findings if one["say"] == "recounted")
        assert told == examine(vote.bundle).results[0].outcome.verdict
        assert all(one["ok"] is not False for one in findings)


def test_another_key_and_a_receipt_of_something_else_are_refused(opened: Opened, tmp_path: Path) -> None:
    page = opened(language="en")
    assert "The key is wrong" in check(page, GOLDEN / "ballot-full.json", key="other+00+AA")[-1]
    receipt = json.loads((GOLDEN / "receipt-large.json").read_text("utf-8"))
    (tmp_path / "mine.json").write_text(json.dumps({**receipt, "choices": {"q1": "no", "q2": "no"}}), "utf-8")
    page = opened(language="en")
    findings = check(page, GOLDEN / "ballot-large.json", receipt=tmp_path / "mine.json")
    assert "The log does not have your ballot" in findings[-1]
    assert verdict(page) == "Checked: it does NOT hold!"


def test_it_says_what_to_do_before_a_file_is_chosen(opened: Opened, accessible: Callable[[Page], None]) -> None:
    page = opened(scheme="dark", width=1280)
    page.locator("form .go").click()
    assert verdict(page) == "请先选择公开包文件。"
    accessible(page)


def test_it_works_from_a_disk(opened: Opened) -> None:
    page = opened(where=(PAGE / "verify.html").as_uri())
    check(page, GOLDEN / "ballot-rounded.json")
    assert verdict(page) == "核对完毕：成立"
