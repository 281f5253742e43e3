"""The sentences of the notice and the certificate."""

from __future__ import annotations

from linli.lib.text import Said

NOTICE, CERTIFICATE = Said("表决公告", "Notice of a vote"), Said("表决结果证明", "Certificate of the result")
FOOT = Said("{title} · 表决编号 {id}", "{title} · ballot {id}")
LOOK_NOTICE = Said(
    "扫码看公告原文、查名册摘要、投票；结果公布后在同一页复核。",
    "The code leads to this notice with the roll’s root, to voting, and, once there is a result, to the recount.",
)
LOOK_CERTIFICATE = Said(
    "扫码到复核页：下载公开包，在自己的设备上重新计票。",
    "The code leads to the recount: download the file and count again on your own device.",
)
LOOK_RECORDED = Said("扫码看公布的结果。", "The code leads to the result as it is published.")

MATTER, ANNOUNCED, OPEN = Said("事项编号", "Matter"), Said("公告时间", "Announced"), Said("投票时间", "Voting")
FROM_TO = Said("{start} 至 {end}", "{start} to {end}")
ROLL = Said("表决名册", "The roll")
ROLL_SAID = Said("{count} 个表决主体，{heads} 人", "{count} voting subjects, {heads} heads")
ROLL_AREA = Said("{roll}，{area} 平方米", "{roll}, {area} m²")
SILENT, CLAUSE = (
    Said("未表态的", "The silent"),
    Said("{said}（议事规则：{clause}）", "{said} (the estate’s rules: {clause})"),
)
PROXIES = Said("委托", "Proxies")
PROXIES_SAID = Said("书面委托，一人最多受托 {most} 户", "in writing; one person for {most} homes at the most")
SYSTEM = Said("官方电子投票系统", "Official e-voting system")
KIND, SOURCE = Said("事项类别", "Kind of matter"), Said("{title}（{source}）", "{title} ({source})")
QUORUM, APPROVAL = Said("参加要求", "Must take part"), Said("通过要求", "Must agree")
ALSO, ALSO_SAID = Said("另外还需要", "Also needed"), Said("{who}：{how}（{source}）", "{who}: {how} ({source})")
QUESTION = Said("{number}. {title}", "{number}. {title}")

ELECTION = Said("选举：{title}", "Election: {title}")
SEATS = Said(
    "应选 {seats} 名，每户最多同意 {seats} 名；纸质票超过的，选举部分作废，没有标记的候选人按弃权计。",
    "{seats} seats; each vote is in favour of {seats} candidates at the most. With more, the election is void on that paper; a "
    "candidate left empty is an abstention.",
)
SEATED = Said("此前已选出 {seated} 名。", "{seated} were elected before.")
RESERVES = Said("候补最多 {reserves} 名。", "{reserves} reserves at the most.")
RANKED = Said(
    "达到要求的候选人按{order}从多到少当选；票数相同而余下的席位不够的，都不当选，在他们之间再选一次。",
    "Those who reach what is needed are elected in the order of {order} in favour. Equal votes for too few seats elect none of "
    "those equal; another round is held among them.",
)
ORDERS = {
    ("heads",): Said("同意的人数", "heads"),
    ("heads", "area"): Said("同意的人数（人数相同的按面积）", "heads (equal heads by area)"),
    ("area",): Said("同意的面积", "area"),
    ("area", "heads"): Said("同意的面积（面积相同的按人数）", "area (equal area by heads)"),
}
LEAST = Said(
    "有缺额的另行选举一次；不足 {least} 名不能成立，任期不超过 {years} 年。",
    "Seats left go to one further election. With fewer than {least} members the body is not formed; a term is {years} years at the "
    "most.",
)
STANDS_BACK = Said("{name}已退出，留在票上，不能当选。", "{name} withdrew, stays on the ballot and cannot be elected.")
SECOND = Said("再次表决", "Second call")
SECOND_SAID = Said(
    "编号 {first} 的表决参加的不够，这次再次组织；事项和规则不变，名册重新固定。",
    "Too few took part in the ballot {first}. Questions and rule are the same, the roll is frozen anew.",
)
HOW_TO_VOTE = Said("怎么投票", "How to vote")
BY_PHONE = Said(
    "手机：登录后在上面的网址投票；截止前可以重投，以最后一次为准。",
    "By phone: sign in at the address above. Until the close you can vote anew; the last ballot counts.",
)
ON_PLATFORM_ONLY = Said(
    "按规定，电子投票在“{system}”进行，本站不收电子票；结果由该系统导入。",
    "As prescribed, electronic votes are cast in “{system}” and not here; its result is imported.",
)
ON_PLATFORM_TOO = Said(
    "也可以在“{system}”投票；两处都投了的，以后投的为准。",
    "“{system}” may be used as well; of two electronic votes the later one counts.",
)
ON_PAPER = Said(
    "纸质票：向楼栋长或监票人领取，签名后交回，由两名监票人分别登记。收下的纸质票优先，不能再改。",
    "On paper: ask your building head or a scrutineer, sign, and hand it in; two scrutineers read it separately. A paper "
    "ballot that was taken in comes first and stands.",
)
BY_PROXY = Said(
    "委托他人：把签名的委托书交监票人登记，由受托人投票。",
    "By proxy: hand the signed authority to a scrutineer, who enters it; the proxy votes.",
)
OBJECTING = Said("名册有误怎么办", "If the roll is wrong")
OBJECT = Said(
    "在 {until} 投票开始以前，登录上面的网址提出，或者当面向业主委员会、社区提出。",
    "Say so before voting opens on {until}: at the address above, or in person to the committee or the community.",
)
OBJECTED = Said(
    "每一条都会答复；有一条没有答复，投票就不开始。更正名册要写明理由，名册摘要随之改变。",
    "Each objection is answered; voting does not open over one that is not. A correction says why and changes the root.",
)
CORRECTED = Said("名册更正过：{reason}", "The roll was corrected: {reason}")
SECRECY = Said("保密、公布和复核", "Secrecy, publication, recount")
SECRET = Said("不公布任何一户的选择，只公布合计。", "No home’s choice is ever published, only sums.")
GATED = Said(
    "某个选项不足 3 人，或者从合计可能推出谁怎么投时，只公布结论、参加情况和分档的比例。",
    "Where an option has fewer than 3 heads, or sums could tell who chose what, only verdict, turnout and bands are public.",
)
RECOUNTED = Said(
    "结果公布后，任何人都可以下载公开包，在自己的设备上重新计票。",
    "After the result anybody can download one file and recount the vote on a device of their own.",
)
PERIODS = Said(
    "计票结束后 {result} 日内公布结果，公示不少于 {posting} 日。依据：{source}。",
    "The result is published within {result} days of the count and posted for {posting} days at least. Source: {source}.",
)

PUBLISHED, BALLOTS = Said("公布时间", "Published"), Said("有效票", "Ballots that count")
CHANNELS = {
    "online": Said("手机 {n} 张", "{n} by phone"),
    "on_site": Said("现场 {n} 张", "{n} on site"),
    "paper": Said("纸质 {n} 张", "{n} on paper"),
    "platform": Said("官方系统 {n} 张", "{n} in the official system"),
}
BY_CHANNEL = Said("{n} 张：{parts}", "{n}: {parts}")
COMMA = Said("、", ", ")
WHAT, HEADS, AREA = Said("项目", "What"), Said("人数", "Heads"), Said("面积（平方米）", "Area, m²")
SHARE_OF_AREA = Said("面积", "Area")
CONDITION, NEEDED, REACHED = Said("条件", "Condition"), Said("要求", "Needed"), Said("是否达到", "Reached")
TOOK_PART, AGREED = Said("参加", "Took part"), Said("同意", "In favour")
STRICT = Said("{what}（严格口径）", "{what} (strict count)")
YES, NO = Said("达到", "yes"), Said("未达到", "no")
FRACTION = Said("{part}/{whole}（{percent}）", "{part}/{whole} ({percent})")
VERDICT = Said("结论：{verdict}", "Verdict: {verdict}")
STRICTLY_SAME = Said(
    "严格口径：未表态的没有计入，以上就是严格口径的结果。",
    "Strict count: the silent were not counted, so the figures above are the strict count.",
)
STRICTLY = Said(
    "严格口径（不计未表态的）的结论：{verdict}。",
    "Verdict of the strict count, without the silent: {verdict}.",
)
BANDS = Said(
    "某个选项人数很少，精确数字会让人看出谁怎么投，所以只公布结论和分档的比例；精确数字由监票人向业主当面出示。",
    "So few chose one of the options that exact figures would show who did: the verdict is exact, the shares are bands, "
    "and the scrutineers show the figures to owners who ask.",
)
CHECKING = Said("怎么复核", "How to recount it")
CHECK_PAGE = Said(
    "在上面的网址下载公开包，用同页的“在浏览器里核对”重新计票；文件不会发送到任何地方。",
    "Download the file at the address above and recount it with “Check it in the browser” there; it is sent nowhere.",
)
CHECK_COMMAND = Said("或者用命令：linli-verify {id}.json", "Or by command: linli-verify {id}.json")
CHECK_DIGEST = Said(
    "公开包的 SHA-256 应当与下面的摘要一致，签名密钥应当与公告上的一致。",
    "The SHA-256 of the file must be the one below, and the key the one on the notice.",
)
CHECK_OWN = Said(
    "手机投票的业主用自己的收据，还能找到自己的票。收据会显示选择，不要给别人看。",
    "Who voted by phone finds the own ballot with the receipt. It shows the choice: show it to nobody.",
)
CHECK_PLATFORM = Said(
    "从官方系统导入的票，本站只能核对它与导入的文件一致；系统里怎么投的，请在官方系统查询。",
    "Of ballots from the official system only this can be checked here: that they are those of the imported file. What was "
    "cast there is asked for there.",
)
NOT_HERE = Said(
    "本结果由“{system}”统计，本站只登记了合计，没有逐张的票，不能在这里复核。请向该系统的主管单位查询、核对。",
    "This result was counted by “{system}”. Only its sums were recorded here, no single ballot, so it cannot be recounted "
    "here. Ask whoever runs that system.",
)
DISAGREEING = Said("对结果有意见", "If you disagree")
DISAGREE = Said(
    "公示期内登录上面的网址提出，或者向社区书面提出，逐条答复。",
    "While it is posted, say so at the address above or in writing to the community; each concern is answered.",
)
REVOKE = Said(
    "业主认为决定侵害自己合法权益的，可以自知道之日起一年内请求人民法院撤销（民法典 §280）。",
    "An owner whose rights the decision infringes may ask a court to revoke it within a year (Civil Code art. 280).",
)
DIGESTS = Said("校验信息", "To check it against")
ROOT, KEY = Said("名册摘要", "Root of the roll"), Said("签名公钥", "Public key of the signatures")
BUNDLE = Said("公开包 SHA-256", "SHA-256 of the published file")
FILE = Said("官方系统文件 SHA-256", "SHA-256 of the official system’s file")
OPENING, CLOSING = (
    Said("开始时的签名检查点", "Signed checkpoint of the opening"),
    Said("关闭时的签名检查点", "Signed checkpoint of the close"),
)
