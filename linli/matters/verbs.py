"""Every verb that the record of a matter can hold: its sentence, whether neighbours may see it, and what it says of people.

`{who}` made it, `{what}` is a move's title, `{to}` the stage or end that followed, `{holder}` and `{watcher}` who has the matter
or watches it since, `{due}` a moment. A verb written anywhere in `actions` and missing here fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said

ANSWERS, REASON = "answers", "reason"


@dataclass(frozen=True, slots=True)
class Verb:
    """`personal`: the sealed texts beside the event. `public`: which public field of a playbook lets neighbours see the line;
    empty means the parties alone."""

    sentence: Said
    personal: tuple[str, ...] = ()
    public: str = ""
    tone: str = ""  # how the line looks: waiting, late, done or nothing of these


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "raised": Verb(Said("{who}提出", "Raised by {who}"), (ANSWERS,), "stage"),
        "moved": Verb(Said("{who}：{what}", "{what}, by {who}"), (ANSWERS,), "stage"),
        "concluded": Verb(Said("各单位都已办结", "All units have finished"), (), "stage"),
        "lapsed": Verb(Said("到期没有回应，按约定自动办结", "No response in time; closed as agreed"), (), "stage"),
        "warned": Verb(
            Said("期限将到，已提醒{holder}", "The limit is drawing near; {holder} was reminded"), (), "", "waiting"
        ),
        "late": Verb(Said("超过期限，由{watcher}督办", "Past its limit; now watched by {watcher}"), (), "late", "late"),
        "climbed": Verb(
            Said("仍未办结，上报{watcher}督办", "Still not done; handed up to {watcher}"), (), "late", "late"
        ),
        "fell": Verb(
            Said("原来负责的岗位空缺，由{holder}接手", "The post that held it is vacant; {holder} takes over"),
            (),
            "stage",
        ),
        "delay_asked": Verb(
            Said("{who}申请延期到{due}", "{who} asked for a delay until {due}"), (REASON,), "", "waiting"
        ),
        "delay_granted": Verb(Said("{who}同意延期到{due}", "{who} granted a delay until {due}"), (REASON,), "due"),
        "delay_refused": Verb(
            Said("{who}没有同意延期，期限不变", "{who} refused the delay; the limit stands"), (REASON,)
        ),
        "delay_lapsed": Verb(
            Said("延期申请到期没有裁定，期限不变", "Nobody ruled on the delay in time; the limit stands")
        ),
        "objected": Verb(
            Said("{who}提出异议：不该由自己负责", "{who} objected: it is not theirs to do"), (REASON,), "", "waiting"
        ),
        "objection_upheld": Verb(
            Said("{who}裁定异议成立，由{holder}接手", "{who} upheld it; {holder} takes over"), (REASON,)
        ),
        "objection_dismissed": Verb(
            Said("{who}裁定异议不成立，仍由原负责人办理", "{who} dismissed it; it stays where it was"), (REASON,)
        ),
        "objection_lapsed": Verb(
            Said("异议到期没有裁定，仍由原负责人办理", "Nobody ruled on the objection in time; it stays where it was")
        ),
        "exclusion_asked": Verb(
            Said("{who}申请本件不计入三率", "{who} asked to leave this out of the rates"), (REASON,), "", "waiting"
        ),
        "exclusion_approved": Verb(
            Said("{who}同意本件不计入三率", "{who} approved: this is left out of the rates"), (REASON,)
        ),
        "exclusion_refused": Verb(
            Said("{who}不同意，本件照常计入三率", "{who} refused: this counts in the rates as any other"), (REASON,)
        ),
        "joined": Verb(Said("又有一位邻居反映同样的情况", "One more neighbour reported the same")),
        "left": Verb(Said("一位加入的邻居退出了", "A neighbour who had joined left again")),
        "judged": Verb(Said("一位加入的邻居作了评价", "A neighbour who had joined gave a verdict")),
        "opened": Verb(
            Said("{who}说明理由后查看了加密内容", "{who} gave a reason and opened what is encrypted"), (REASON,)
        ),
    }
)
