"""What people are told of. Optional kinds can be turned off; an answer, one's turn and a ruling cannot."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`sentence` is all that a notice says beside the kind of matter and its number: no word of anybody."""

    title: Said
    sentence: Said
    optional: bool = True
    icon: str = "forward"


KINDS = MappingProxyType(
    {
        "your_turn": NoticeKind(
            Said("等您评判或决定", "Your turn"), Said("现在等您", "It is your turn"), optional=False, icon="clock"
        ),
        "ended": NoticeKind(
            Said("办结和答复", "Closed and answered"),
            Said("已经办结，请看答复", "It is closed; read the answer"),
            optional=False,
            icon="tick",
        ),
        "concern_answered": NoticeKind(
            Said("公示意见的答复", "Answers to your concerns"),
            Said("您对公示的意见有了答复", "Your concern about a posting was answered"),
            optional=False,
            icon="tick",
        ),
        "moved": NoticeKind(Said("办理进展", "Progress"), Said("有新的进展", "It has gone on"), icon="forward"),
        "late": NoticeKind(
            Said("超时和督办", "Late and watched"),
            Said("超过期限，已上报督办", "It is past its limit and watched from above"),
            icon="alert",
        ),
        "delay": NoticeKind(Said("延期", "Delays"), Said("延期申请有了结果", "A delay was ruled on"), icon="clock"),
        "joined_ended": NoticeKind(
            Said("我加入的事项办结", "Closed: what you joined"),
            Said("您加入的这件事已经办结", "What you joined is closed"),
            icon="tick",
        ),
        "followed_through": NoticeKind(
            Said("我参与议事的事有了结果", "What became of what you talked over"),
            Said("您参与商量的这件事有了结果，请看答复", "What you talked over has a result; read the answer"),
            icon="tick",
        ),
        "posting_ended": NoticeKind(
            Said("提过意见的公示结束", "Ended: postings you spoke to"),
            Said("您提过意见的公示已经结束", "The posting that you spoke to is over"),
            icon="forward",
        ),
    }
)
OPTIONAL = tuple(name for name, kind in KINDS.items() if kind.optional)
