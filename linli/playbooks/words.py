"""The standard words: a field, move, stage or end with one of these names needs no title of its own in a playbook.

Stages are named as what they wait for, moves as what is done, so that each name has one meaning wherever it stands.
"""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

FIELD_WORDS = MappingProxyType(
    {
        "what": Said("情况", "What it is about"),
        "photos": Said("照片", "Photos"),
        "phone": Said("联系电话", "Phone"),
        "reply": Said("答复", "Reply"),
        "reason": Said("理由", "Reason"),
        "score": Said("评分", "Score"),
        "comment": Said("评价", "Comment"),
        "worker": Said("经办人", "Worker"),
        "quote": Said("报价", "Quote"),
        "note": Said("备注", "Note"),
        "findings": Said("核实情况", "Findings"),
        "plan": Said("整改方案", "Plan"),
        "result": Said("办理结果", "Result"),
        "place": Said("地点", "Place"),
        "when": Said("时间", "When"),
        "units": Said("呼叫单位", "Units called"),
        "amount": Said("金额", "Amount"),
        "paid": Said("已付款", "Paid"),
    }
)
MOVE_WORDS = MappingProxyType(
    {
        "accept": Said("受理", "Accept"),
        "decline": Said("不予受理", "Decline"),
        "start": Said("开始办理", "Start"),
        "arrive": Said("到场", "Arrive"),
        "finish": Said("办结并答复", "Finish and answer"),
        "answer": Said("答复", "Answer"),
        "explain": Said("解释说明", "Explain"),
        "hand_up": Said("上报", "Hand up"),
        "hand_on": Said("转交", "Hand on"),
        "hand_over": Said("交办", "Hand over"),
        "send": Said("派单", "Send"),
        "assign": Said("指派", "Assign"),
        "offer": Said("报价并约时间", "Offer"),
        "agree": Said("同意", "Agree"),
        "refuse": Said("不同意", "Refuse"),
        "confirm": Said("确认解决", "Confirm"),
        "reopen": Said("没有解决，重办", "Not solved, reopen"),
        "ask_again": Said("再次提问", "Ask again"),
        "understood": Said("知道了", "Understood"),
        "withdraw": Said("撤回", "Withdraw"),
        "merge": Said("并入已有事项", "Merge"),
        "approve": Said("批准", "Approve"),
        "reject": Said("不批准", "Reject"),
        "check": Said("复查", "Check again"),
        "report": Said("报告", "Report"),
        "whistle": Said("吹哨", "Call the units"),
    }
)
STAGE_WORDS = MappingProxyType(
    {
        "received": Said("待受理", "Received"),
        "sorting": Said("分流", "Sorting"),
        "accepted": Said("已受理", "Accepted"),
        "doing": Said("办理中", "Being handled"),
        "confirming": Said("待评价", "Awaiting the verdict"),
        "coordinating": Said("协调中", "Being coordinated"),
        "answering": Said("待答复", "To be answered"),
        "called": Said("已吹哨", "Units called"),
        "arriving": Said("待到场", "On the way"),
        "judging": Said("待评判", "To be judged"),
        "checking": Said("复查中", "Being checked again"),
        "urgent": Said("紧急办理", "Urgent"),
    }
)
END_WORDS = MappingProxyType(
    {
        "solved": Said("已解决", "Solved"),
        "close_unrated": Said("已解决（未评价）", "Solved, not rated"),
        "closed": Said("已办结", "Closed"),
        "explained": Said("已解释说明", "Explained"),
        "declined": Said("不予受理", "Declined"),
        "withdrawn": Said("已撤回", "Withdrawn"),
        "merged": Said("已合并办理", "Merged"),
        "enacted": Said("已通过并实施", "Enacted"),
        "rejected": Said("未通过", "Rejected"),
    }
)
WORDS = MappingProxyType({**FIELD_WORDS, **MOVE_WORDS, **STAGE_WORDS, **END_WORDS})
