"""The practices that own the thing handled, and the categories a request may have until the category tree is data."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

SUBJECTS = MappingProxyType(
    {
        "request": Said("诉求", "Request"),
        "order": Said("点单", "Order"),
        "patrol": Said("巡查", "Patrol"),
        "ballot": Said("表决", "Ballot"),
        "meeting": Said("会议", "Meeting"),
        "posting": Said("公示", "Posting"),
        "enforcement": Said("联合整治", "Joint enforcement"),
    }
)
