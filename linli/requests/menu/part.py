"""What the menu lends to the page of an order: what was ordered, for when, at which price."""

from __future__ import annotations

from linli.matters.models import Matter
from linli.matters.parts import Lender, Part
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.requests.menu.kinds import QUOTE, money_said
from linli.requests.menu.models import ServiceOrder
from linli.requests.menu.ordering_actions import ORDER
from linli.requests.menu.queries import slot_said


class Menu(Lender):
    name = "menu"

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        """For the parties alone: what somebody has done at home is nobody else's business."""
        if book.name != ORDER or not whole:
            return None
        found = ServiceOrder.objects.select_related("slot", "item__organisation").filter(matter=matter).first()
        return Part("menu/ordered.html", shown(found, matter), early=True) if found else None


def shown(order: ServiceOrder, matter: Matter) -> dict[str, object]:
    """A quote says what is labour and what parts, so that nobody has to subtract."""
    facts = matter.facts
    quoted = "parts" in facts
    organisation = order.item.organisation
    return {
        "order": order,
        "slot": slot_said(order.slot.starts_at, order.slot.ends_at) if order.slot else None,
        "provider": organisation,
        "by_quote": order.pricing == QUOTE,
        "quote": money_said(facts["quote"]) if quoted else None,
        "parts": money_said(facts["parts"]) if quoted else None,
        "labour": money_said(facts["quote"] - facts["parts"]) if quoted else None,
        "charged": money_said(facts["price"]) if "price" in facts else None,
    }
