"""Every verb that the record of a matter can hold: its sentence, whether neighbours may see it, and what it says of people.

`{who}` made it, `{what}` is a move's title, `{to}` the stage or end that followed, `{holder}` and `{watcher}` who has the matter
or watches it since, `{due}` a moment, `{numbers}` other matters, `{entry}` what a list
says. A verb written anywhere in `actions` and missing here fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.words import FIELD_WORDS

ANSWERS, REASON = "answers", "reason"
QUESTION, ANSWER, REPLY, FINDINGS = "question", "answer", "reply", "findings"
CONCERN, PROOF = "concern", "proof"
SHEETS = "sheets"
TEXTS = MappingProxyType(
    {
        REASON: FIELD_WORDS["reason"],
        REPLY: FIELD_WORDS["reply"],
        FINDINGS: FIELD_WORDS["findings"],
        QUESTION: Said("问题", "Question"),
        ANSWER: Said("回答", "Answer"),
        CONCERN: Said("意见", "Concern"),
        PROOF: Said("张贴照片", "Photos of the posting"),
        SHEETS: Said("共识和方案", "What was agreed, and the options"),
    }
)
# How the outcome of a stage's kind reads; `all_back` is the sentence of the verb itself.
CONCLUDED = MappingProxyType(
    {
        "posted": Said("公示期满，没有意见成立", "The notice hung its whole time, and no concern was upheld"),
        "objected": Said("有意见成立，公示撤下", "A concern was upheld, and the notice was taken down"),
        "passed": Said("会议通过", "The meeting agreed"),
        "failed": Said("会议没有通过", "The meeting did not agree"),
        "no_quorum": Said("到会人数不足", "Too few were present"),
        "adjourned": Said("会议延期再开", "The meeting was adjourned"),
        "consensus": Said("议事桌达成共识", "The table agreed"),
        "no_consensus": Said("议事桌没有达成共识", "The table did not agree"),
    }
)


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
        "taken_down": Verb(Said("{who}代为录入", "Taken down by {who}")),
        "call_back": Verb(
            Said("{who}回访了提出人，代为记下评价", "{who} called the raiser back and wrote down the verdict")
        ),
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
        "due_moved": Verb(
            Said("期限因工作日历调整，改为{due}", "The working calendar was changed; the limit is now {due}"), (), "due"
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
        "asked": Verb(
            Said(
                "{who}请提出人补充情况，{due} 前回答；办理期限照常",
                "{who} asked the raiser, by {due}; the limit goes on",
            ),
            (QUESTION,),
            "",
            "waiting",
        ),
        "told": Verb(Said("{who}回答了问题", "{who} answered the question"), (ANSWER,)),
        "told_by_link": Verb(
            Said("提出人用一次性链接回答了问题", "The raiser answered by the one-time link"), (ANSWER,)
        ),
        "question_lapsed": Verb(
            Said("到期没有回答，不影响办理", "No answer in time; it goes on without"), (), "", "waiting"
        ),
        "question_withdrawn": Verb(Said("{who}收回了问题", "{who} took the question back")),
        "link_made": Verb(
            Said("{who}取了一次性回答链接，{due} 前有效", "{who} took a one-time link for the answer, good until {due}")
        ),
        "link_revoked": Verb(Said("{who}作废了回答链接", "{who} revoked the link for the answer")),
        "split": Verb(
            Said("{who}分出 {numbers} 号，各自办理", "{who} split off No. {numbers}, each handled on its own")
        ),
        "waits_for_parts": Verb(
            Said(
                "{numbers} 号还没有办结，评价期限延到{due}",
                "No. {numbers} go on; the time for a verdict runs until {due}",
            ),
            (),
            "",
            "waiting",
        ),
        "merged": Verb(
            Said("{who}确认与 {numbers} 号重复，并入办理", "{who} found it the same as No. {numbers} and merged it"),
            (REPLY,),
        ),
        "unmerged": Verb(Said("{who}撤销合并，恢复办理", "{who} undid the merging; it goes on"), (REASON,)),
        "absorbed": Verb(Said("{numbers} 号重复反映，并入本件", "No. {numbers} was the same and was merged into this")),
        "released": Verb(Said("{numbers} 号撤销合并，不再并入本件", "No. {numbers} is no longer merged into this")),
        "recheck_drawn": Verb(
            Said(
                "办结后抽中回访，由没有经手的人在{due}前核实",
                "Drawn for a re-check by somebody who had no hand in it, by {due}",
            ),
            (),
            "",
            "waiting",
        ),
        "recheck_confirmed": Verb(Said("{who}回访：属实", "Re-checked by {who}: done"), (FINDINGS,), "", "done"),
        "recheck_not_done": Verb(
            Said(
                "{who}回访：没有办好，已另立 {numbers} 号继续办",
                "Re-checked by {who}: not done; No. {numbers} takes it up",
            ),
            (FINDINGS,),
            "",
            "late",
        ),
        "recheck_unreachable": Verb(Said("{who}回访：联系不上", "Re-checked by {who}: nobody reached"), (FINDINGS,)),
        "recheck_lapsed": Verb(Said("回访到期没有完成", "The re-check was not made in time")),
        "refused_by_list": Verb(
            Said(
                "{who}按工作清单“{entry}”提出：不该由社区主办",
                "{who} refused by the list: “{entry}” is not theirs to lead",
            ),
            (REASON,),
            "",
            "waiting",
        ),
        "declined_by_list": Verb(
            Said("{who}裁定不予受理，并告知归谁负责", "{who} ruled: not accepted, with word of whose it is"),
            (REPLY,),
            "stage",
        ),
        "posting_opened": Verb(
            Said("公示已登出，{due} 前上传张贴证明", "The notice is up here; its proof is due by {due}"), (), "stage"
        ),
        "posting_proven": Verb(
            Said("{who}上传了张贴证明，公示期{due} 届满", "{who} showed that it hangs; its time is over on {due}"),
            (PROOF,),
            "stage",
        ),
        "concern_raised": Verb(
            Said("{who}提了一条意见，{due} 前答复", "{who} raised a concern, to be answered by {due}"),
            (CONCERN,),
            "",
            "waiting",
        ),
        "concern_upheld": Verb(Said("{who}答复：意见成立", "{who} answered: upheld"), (ANSWER,), "", "late"),
        "concern_dismissed": Verb(Said("{who}答复：意见不成立", "{who} answered: not upheld"), (ANSWER,)),
        "table_agreed": Verb(
            Said("{who}宣布达成共识，方案定稿", "{who} closed the table with an agreement; the options stand"),
            (SHEETS,),
            "stage",
        ),
        "opened": Verb(
            Said("{who}说明理由后查看了加密内容", "{who} gave a reason and opened what is encrypted"), (REASON,)
        ),
    }
)
