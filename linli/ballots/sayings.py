"""What the check of a bundle says: what was checked, what is broken, and what no check can see."""

from __future__ import annotations

from linli.lib.text import Said

FORM = Said(
    "格式：文件是规范形式，没有多余或重复的内容。", "Form: the file is in canonical form; nothing is spare or doubled."
)
SEAL = Said(
    "签封：全部内容的摘要 {digest} 已记入本次表决的记录并由记录的密钥签名。",
    "Seal: the digest of everything, {digest}, is in the ballot’s log, which its key signed.",
)
KEY_GIVEN = Said("密钥：与您给出的“{name}”的密钥一致。", "Key: the same as the one you gave for “{name}”.")
KEY_NOT_GIVEN = Said(
    "密钥：没有核对。请与张贴的公告上的密钥逐字比较：{key}",
    "Key: not compared. Compare it with the one on the posted notice, letter by letter: {key}",
)
ROLL = Said(
    "名册：{count} 个表决主体，共 {heads} 人、{area} 平方米，与公告相同，开始以后没有改动；根 {root}。",
    "Roll: {count} voting subjects, {heads} heads and {area} m², as in the notice and unchanged since the "
    "opening; root {root}.",
)
RULE_SHIPPED = Said(
    "规则：“{question}”按“{rule}”（{source}）计票，与本程序自带的规则一字不差，公告里就是这样写的。",
    "Rule: “{question}” is counted by “{rule}” ({source}), word for word the shipped rule, as the notice said.",
)
RULE_OTHER = Said(
    "规则：“{question}”按“{rule}”（{source}）计票，公告里就是这样写的；它不是本程序自带的规则，请看规则原文是否合法。",
    "Rule: “{question}” is counted by “{rule}” ({source}), as the notice said; it is not a shipped rule: read "
    "whether it is lawful.",
)
CHECKPOINTS = Said(
    "记录：开始时 {opening} 条、关闭时 {closing} 条，两次签名都对，开始时的记录原样保留。请与张贴的两次签名比较。",
    "Log: {opening} entries at the opening and {closing} at the close, both signed; what stood there at the "
    "opening still does. "
    "Compare with the two signed checkpoints that were posted.",
)
LOG = Said(
    "表决票：有效 {counted} 张，代表 {heads} 人、{area} 平方米；改投 {replaced} 次，作废 {invalid} 张，"
    "送达未交回 {delivered} 个主体。每个主体最多一张有效票。",
    "Ballots: {counted} count, with {heads} heads and {area} m²; {replaced} were cast again, {invalid} set "
    "aside, {delivered} subjects "
    "got one and did not return it. No subject has more than one that counts.",
)
RECOUNTED = Said(
    "重新计票：“{question}”的票据合计等于参加者在名册上的人数和面积，重新计算的结果是“{verdict}”，与公布的一致。",
    "Recount: the tokens of “{question}” sum up to the heads and area of those who took part; the recounted "
    "verdict is “{verdict}”, "
    "as published.",
)
ROUNDED_ONLY = Said(
    "“{question}”：为保护隐私只公布了结论“{verdict}”和约数，公众不能重新计票；准确数字由监票人核对，业主可以申请查看。",
    "“{question}”: to protect privacy only the verdict “{verdict}” and rounded shares are public, so the "
    "public cannot recount; "
    "scrutineers hold the exact figures, and owners may ask for them.",
)
SECOND = Said(
    "再次表决：编号 {first} 的表决参加的不够，没有形成决定，本次是再次组织；那一次公开包的 SHA-256 是 {bundle}。",
    "Second call: too few took part in the ballot {first}, so this one was held; the SHA-256 of its bundle is {bundle}.",
)
ELECTION = Said(
    "选举：“{title}”有候选人 {candidates} 名，应选 {seats} 名（此前已选出 {seated} 名），"
    "不足 {least} 名不能成立；公告里就是这样写的。",
    "Election: “{title}” has {candidates} candidates for {seats} seats ({seated} were filled before); with fewer than {least} "
    "the body is not formed. The notice said so.",
)
WITHDRAWN = Said(
    "选举：候选人“{name}”在公告以后退出，留在票上，不能当选。",
    "Election: the candidate “{name}” withdrew after the announcement, stays on the ballot and cannot be elected.",
)
ELECTED = Said("选举结果（按各候选人的票据重新计算）：{said}", "Result of the election, recounted: {said}")
ELECTED_ROUNDED = Said(
    "选举结果：{said}为保护隐私，有的候选人只公布了约数，公众不能重新排序；以上与公布的约数不矛盾。",
    "Result of the election: {said} To protect privacy some candidates have bands only, so the public cannot rank them anew; "
    "nothing contradicts the bands.",
)
AUDIT = Said(
    "抽查：按公开随机数“{chance}”应抽的 {picks} 张与公布的相同；其中 {differing} 张与原件不符。",
    "Audit draw: by the public chance “{chance}” the {picks} ballots drawn are the published ones; "
    "{differing} differed from the originals.",
)
NO_AUDIT = Said("抽查：没有公布抽查结果。", "Audit draw: none was published.")

MALFORMED = Said("文件的内容不符合公开包的格式。", "The contents are not shaped as those of a bundle.")
BAD_KEY = Said(
    "密钥不对：与您给出的不一致，或者写法不完好。",
    "The key is wrong: it is not the one that you gave, or it is damaged.",
)
BAD_SEAL = Said(
    "签封不成立：内容被改动过，或者签名不是这把密钥的。请重新下载原件；仍然如此，请告诉监票人。",
    "The seal does not hold: the content was changed, or this key did not sign it. Fetch the original again; "
    "if it stays so, tell the "
    "scrutineers.",
)
BAD_NOTICE = Said(
    "问题、规则或密钥与开始前公告的不一致。", "Questions, rules or key are not those of the notice before the opening."
)
BAD_ROLL = Said(
    "名册不对：人数、面积或根与公告的不一致，或者有重复的行。",
    "The roll is wrong: heads, area or root are not those of the notice, or a row stands there twice.",
)
BAD_CHECKPOINT = Said(
    "开始或关闭时的签名与记录不符：记录被改动过。", "A signed checkpoint does not fit the log: the log was changed."
)
BAD_DELIVERED = Said(
    "送达未交回的名单与关闭时固定的不一致。",
    "Those who got a ballot and did not return it are not those fixed at the close.",
)
BAD_RESULTS = Said("结果与问题对不上。", "Results and questions do not belong together.")
BAD_ROUNDED = Said("“{question}”公布的约数自相矛盾。", "The rounded shares of “{question}” contradict each other.")
BAD_AUDIT = Said("抽查的票不是随机数应抽的那些。", "The ballots audited are not those that the public chance draws.")

LIMITS = (
    Said(
        "不能查出：有没有人被迫或者拿了好处投票。收据连同密钥能证明自己怎么投的，请不要给任何人看。",
        "Not seen: whether somebody was forced or paid. A receipt with its secret shows the choice: show it to nobody.",
    ),
    Said(
        "不能查出：没有核对过收据的业主的票是否被换过。业主各自核对、监票人抽查原件，才能发现。",
        "Not seen: whether the ballot of an owner who never checked was exchanged. Owners’ checks and the audit "
        "draw find that.",
    ),
    Said(
        "不能查出：名册上的人是否真是业主、面积是否属实。那要在公示期内对照登记核对。",
        "Not seen: whether those on the roll are owners and the areas true. That is checked against the register "
        "while the roll is posted.",
    ),
    Said(
        "结果全体一致时，所有参加者的意见就都公开了；任何计票办法都避免不了。",
        "A unanimous result tells everybody’s choice; no way of counting can avoid that.",
    ),
)
HOLDS = Said("核对完毕：成立。", "Checked: it holds.")
BROKEN = Said("核对完毕：不成立！", "Checked: it does NOT hold!")
