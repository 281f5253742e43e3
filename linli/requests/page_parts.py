"""What requests lend to the pages of matters: similar ones before something is sent, and joining."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict

from linli.lib.text import Said
from linli.matters import chores, readymade
from linli.matters.category_rules import Brought
from linli.matters.category_rules import register as register_rule
from linli.matters.forms import Ask, Attempt, Option
from linli.matters.models import Matter
from linli.matters.parts import Lender, Part, Raising, register, register_door
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.playbooks.saying import join
from linli.requests.categories import categories, clear_choice, for_playbook, suggest, title_of
from linli.requests.joined import BEST, asks_verdict, joined_rows, joiner_of, numbers_joined, reply_for
from linli.requests.loop.actions.rechecks import look_after_rechecks
from linli.requests.loop.page_part import Loop
from linli.requests.menu.ordering_actions import ORDER, fold_scores
from linli.requests.menu.part import Menu
from linli.requests.policies import may_join
from linli.requests.replies.queries import Templates
from linli.requests.similar import similar_to

CATEGORY = "_category"
WHICH = Said("属于哪一类", "What kind of thing")
BY_WORDS = Said("按您写的内容选；不对就改选。", "Chosen by what you write; if it is wrong, choose another.")
PERHAPS = Said("从您写的内容看，可能是：{titles}。", "From what you wrote, perhaps: {titles}.")
CHOSEN = Said(
    "已按您写的内容选了“{title}”。如果不对，请改选。",
    "“{title}” was chosen by what you wrote. If it is wrong, choose another.",
)


class Requests(Lender):
    name = "requests"

    def before_raising(self, raising: Raising) -> Part | None:
        found = similar_to(raising.book, raising.place, _texts(raising.book, raising.posted), raising.reader)
        return Part("requests/similar.html", {"found": found, "book": raising.book.title}) if found else None

    def category_ask(self, book: Playbook, attempt: Attempt) -> Ask | None:
        offered = for_playbook(book.name) if book.subject == "request" else []
        if not offered:
            return None
        texts = _texts(book, attempt.given)
        suggested = suggest(texts, offered)
        clear = clear_choice(texts, offered) if not attempt.given.get(CATEGORY) else None
        chosen = clear.code if clear else attempt.given.get(CATEGORY, "")
        codes = dict.fromkeys(one.code for one in [*suggested, *offered])
        options = tuple(Option(code, title_of(code) or Said(code, code), code == chosen) for code in codes)
        likely, others = options[: len(suggested)], options[len(suggested) :]
        told = PERHAPS.filled(titles=join([one.title for one in likely], "、", ", ")) if likely and not chosen else None
        if clear is not None:
            told = CHOSEN.filled(title=title_of(clear.code))
        asked = Ask(f"raise-{CATEGORY}", CATEGORY, WHICH, "select", optional=True, hint=BY_WORDS)
        return replace(asked, options=others, likely=likely, told=told)

    def category_in(self, book: Playbook, posted: QueryDict) -> str:
        chosen = posted.get(CATEGORY, "")
        known = {one.code for one in for_playbook(book.name)} if book.subject == "request" else set[str]()
        return chosen if chosen in known else ""

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        others = numbers_joined([matter.pk]).get(matter.pk, 0)
        joiner = joiner_of(matter, reader) if others and not whole else None
        offered = joiner is None and may_join(reader, matter, book, whole=whole)
        if not others and not offered:
            return None
        shows = {
            "number": matter.number,
            "open": matter.is_open,
            "others": others - (joiner is not None),
            "joiner": joiner,
            "may_join": offered,
            "may_judge": joiner is not None and joiner.score is None and asks_verdict(matter, book),
            "scores": range(1, BEST + 1),
            "reply": reply_for(matter, book) if joiner is not None else "",
        }
        return Part("requests/joining.html", shows)

    def on_mine(self, reader: Reader) -> Part | None:
        rows = joined_rows(reader)
        return Part("requests/joined.html", {"rows": rows}) if rows else None


def brought_by_category(code: str, book: Playbook) -> Brought:
    """Its urgency, and its own limits where the matter runs by the playbook that they were made for."""
    one = categories().get(code)
    if one is None or one.playbook not in ("", book.name):
        return Brought()
    limits = {stage: str(own.limit) for stage, own in one.limits.items() if stage in book.stages}
    return Brought(one.urgency, limits)


def _texts(book: Playbook, given: QueryDict) -> str:
    return " ".join(given.get(one.name, "") for one in book.form if one.kind == "text")


register(Requests())
register(Menu())
register(Loop())
register_door(ORDER, "menu")
readymade.register(Templates())
chores.register("ratings folded", fold_scores)
chores.register("rechecked", look_after_rechecks)
register_rule("categories", brought_by_category)
