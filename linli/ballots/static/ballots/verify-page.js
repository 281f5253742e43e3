/* The face of the check: words in two languages, and a line for each finding. */
"use strict";

const WORDS = {
  title: ["核对一次表决", "Check a vote"],
  about: [
    "选择公布的公开包，本页就在您的设备上逐项核对并重新计票。文件不会发送到任何地方，断网也能用。",
    "Choose the published bundle: this page checks it step by step on your own device and counts it again. The file is sent nowhere; it works offline.",
  ],
  bundle: ["公开包（必选）", "The bundle (needed)"],
  receipt: ["我的投票收据（可选，只在本机读取）", "My receipt (optional, read on this device alone)"],
  key: ["公告上张贴的密钥（可选）", "The key on the posted notice (optional)"],
  pick: ["选择文件", "Choose a file"],
  check: ["核对", "Check"],
  limits: ["查不出什么", "What no check can see"],
  limit_forced: [
    "有没有人被迫或者拿了好处投票。收据连同密钥能证明自己怎么投的，请不要给任何人看。",
    "Whether somebody was forced or paid. A receipt with its secret shows the choice: show it to nobody.",
  ],
  limit_unchecked: [
    "没有核对过收据的业主的票是否被换过。业主各自核对、监票人抽查原件，才能发现。",
    "Whether the ballot of an owner who never checked was exchanged. Owners’ checks and the audit draw find that.",
  ],
  limit_roll: [
    "名册上的人是否真是业主、面积是否属实。那要在公示期内对照登记核对。",
    "Whether those on the roll are owners and the areas true. That is checked against the register while the roll is posted.",
  ],
  limit_all: [
    "结果全体一致时，所有参加者的意见就都公开了；任何计票办法都避免不了。",
    "A unanimous result tells everybody’s choice; no way of counting can avoid that.",
  ],
  working: ["正在核对…", "Checking…"],
  choose: ["请先选择公开包文件。", "Choose the file of the bundle first."],
  no_crypto: [
    "这个浏览器在不加密的网址（http）上不能计算摘要。请用 https 打开本页，或把本页保存到电脑上打开。",
    "On an address without encryption (http) this browser cannot make digests. Open this page by https, or save it and open it from your disk.",
  ],
  holds: ["核对完毕：成立", "Checked: it holds"],
  broken: ["核对完毕：不成立！", "Checked: it does NOT hold!"],
  form: ["文件是规范形式，没有多余或重复的内容。", "The file is in canonical form; nothing is spare or doubled."],
  seal: [
    "全部内容的摘要 {digest} 已记入本次表决的记录，签名成立。",
    "The digest of everything, {digest}, is in the ballot’s log, and the signature holds.",
  ],
  seal_unsigned: [
    "全部内容的摘要 {digest} 已记入本次表决的记录；这个浏览器不会核对 Ed25519 签名，请换新版浏览器或用 linli-verify。",
    "The digest of everything, {digest}, is in the ballot’s log; this browser cannot check Ed25519 signatures: use a newer one, or linli-verify.",
  ],
  key_given: ["与您给出的“{name}”的密钥一致。", "The key is the one that you gave for “{name}”."],
  key_not_given: [
    "没有核对密钥。请与张贴的公告上的密钥逐字比较：{key}",
    "The key was not compared. Compare it with the one on the posted notice, letter by letter: {key}",
  ],
  roll: [
    "名册：{count} 个表决主体，共 {heads} 人、{size} 平方米，与公告相同，开始以后没有改动。",
    "Roll: {count} voting subjects, {heads} heads and {size} m², as in the notice and unchanged since the opening.",
  ],
  rule: [
    "“{question}”按“{rule}”计票，公告里就是这样写的：参加的要{quorum}，同意的要{approval}。请看是否合法。",
    "“{question}” is counted by “{rule}”, as the notice said: taking part {quorum}, in favour {approval}. Read whether it is lawful.",
  ],
  log: [
    "开始时 {opening} 条、关闭时 {closing} 条记录，都与签名的检查点相符。请与张贴的两次签名比较。",
    "{opening} entries at the opening and {closing} at the close fit their signed checkpoints. Compare with the two that were posted.",
  ],
  casts: [
    "有效表决票 {counted} 张，代表 {heads} 人、{size} 平方米；改投 {replaced} 次，作废 {invalid} 张。每个主体最多一张有效票。",
    "{counted} ballots count, with {heads} heads and {size} m²; {replaced} were cast again, {invalid} set aside. No subject has more than one.",
  ],
  second: [
    "再次表决：编号 {first} 的表决参加的不够，没有形成决定，本次是再次组织；那一次公开包的 SHA-256 是 {bundle}。",
    "Second call: too few took part in the ballot {first}, so this one was held; the SHA-256 of its bundle is {bundle}.",
  ],
  election: [
    "选举：“{question}”有候选人 {candidates} 名，应选 {seats} 名（此前已选出 {seated} 名），不足 {least} 名不能成立；公告里就是这样写的。",
    "Election: “{question}” has {candidates} candidates for {seats} seats ({seated} were filled before); with fewer than {least} the body is not formed. The notice said so.",
  ],
  withdrawn: [
    "候选人“{question}”在公告以后退出，留在票上，不能当选。",
    "The candidate “{question}” withdrew after the announcement, stays on the ballot and cannot be elected.",
  ],
  elected: ["选举结果（按各候选人的票据重新计算）：{elected}", "Result of the election, recounted: {elected}"],
  elected_rounded: [
    "选举结果：{elected}为保护隐私，有的候选人只公布了约数，公众不能重新排序；以上与公布的约数不矛盾。",
    "Result of the election: {elected}To protect privacy some candidates have bands only, so the public cannot rank them anew; nothing contradicts the bands.",
  ],
  bad_election: ["选举的说明不对：候选人、席位或者规则不成立。", "The terms of the election are wrong: candidates, seats or rule."],
  not_elected: ["公布的当选名单与重新计算的不符。", "Who is said to be elected is not what a recount of the candidates gives."],
  too_many_votes: ["候选人的赞成票合计超过了参加者每人可投的名额。", "The votes in favour of all candidates are more than those who took part could give."],
  end_filled: ["已选满。", "All seats filled. "],
  end_formed: ["已选出，尚有缺额。", "Elected, with seats left. "],
  end_not_formed: ["当选的不够，不能成立。", "Too few elected to form it. "],
  end_no_quorum: ["参加的不够，没有选出。", "Too few took part: nobody elected. "],
  list_elected: ["当选：{names}。", "Elected: {names}. "],
  list_reserves: ["候补：{names}。", "Reserves: {names}. "],
  list_tied: ["{names}票数相同，都不当选，在他们之间再选一次（余 {left} 席）。", "{names} have equal votes, none of them is elected: another round among them for {left} seats left. "],
  list_following: ["还缺 {left} 席，另行选举；候选人：{names}。", "{left} seats are left for a further election among: {names}. "],
  list_nobody: ["还缺 {left} 席，没有可以另行选举的候选人。", "{left} seats are left, and nobody else stands for them. "],
  between_names: ["、", ", "],
  recounted: ["重新计票：“{question}”{verdict}。{tally}。", "Recount: “{question}”: {verdict}. {tally}."],
  rounded: [
    "“{question}”：为保护隐私只公布了结论“{verdict}”和约数，公众不能重新计票。",
    "“{question}”: to protect privacy only the verdict “{verdict}” and rounded shares are public, so the public cannot recount.",
  ],
  audit: [
    "抽查：按公开随机数“{chance}”应抽的 {picks} 张与公布的相同；其中 {differing} 张与原件不符。",
    "Audit draw: by the public chance “{chance}” the {picks} ballots drawn are the published ones; {differing} differed from the originals.",
  ],
  no_audit: ["没有公布抽查结果。", "No audit draw was published."],
  own_row: ["您在名册上：{heads} 人，{size} 平方米。", "You are on the roll with {heads} heads and {size} m²."],
  own_cast: ["您的票在记录的第 {index} 条，没有改动，计入结果。", "Your ballot is entry {index} of the log, unchanged, and counts."],
  own_tokens: ["“{question}”：您的 {tokens} 枚票据都计在“{option}”下。", "“{question}”: your {tokens} tokens all stand under “{option}”."],
  own_rounded: ["“{question}”：没有公布票据，您可以请监票人当面核对。", "“{question}”: no tokens are public; the scrutineers can check yours with you."],
  not_canonical: ["文件不是规范形式，或者被改动过。请重新下载原件。", "The file is not in canonical form, or was changed. Fetch the original again."],
  malformed: ["这不是完好的公开包或收据。", "This is no sound bundle or receipt."],
  bad_seal: ["签封不成立：内容被改动过，或者签名不是这把密钥的。", "The seal does not hold: the content was changed, or this key did not sign it."],
  bad_key: ["密钥不对：与您给出的不一致，或者写法不完好。", "The key is wrong: not the one that you gave, or damaged."],
  bad_notice: ["问题、规则或密钥与开始前公告的不一致。", "Questions, rules or key are not those of the notice before the opening."],
  bad_roll: ["名册的人数、面积或根与公告的不一致。", "Heads, area or root of the roll are not those of the notice."],
  bad_entry: ["第 {index} 条记录不合规则。", "Entry {index} of the log breaks the rules."],
  unfinished: ["记录没有开始和关闭。", "The log was not opened and closed."],
  bad_checkpoint: ["开始或关闭时的签名与记录不符。", "A signed checkpoint does not fit the log."],
  bad_delivered: ["送达未交回的名单与关闭时固定的不一致。", "Those who got a ballot and did not return it are not those fixed at the close."],
  bad_results: ["结果与问题对不上。", "Results and questions do not belong together."],
  bad_tokens: ["“{question}”的票据格式或顺序不对。", "The tokens of “{question}” are malformed or out of order."],
  token_twice: ["“{question}”有票据出现了两次。", "A token of “{question}” stands there twice."],
  not_the_sum: ["“{question}”的票据合计与参加者的人数和面积不符。", "The tokens of “{question}” do not sum up to those who took part."],
  not_the_result: ["“{question}”公布的结果与重新计算的不符。", "The result of “{question}” is not what a recount gives."],
  bad_rounded: ["“{question}”公布的约数自相矛盾。", "The rounded shares of “{question}” contradict each other."],
  bad_audit: ["抽查的票不是随机数应抽的那些。", "The ballots audited are not those that the public chance draws."],
  bad_receipt: ["这不是完好的投票收据。", "This is no sound receipt."],
  other_ballot: ["收据属于另一次表决。", "The receipt belongs to another ballot."],
  no_row: ["名册上没有您的这一行，或人数、面积与收据不同。请带收据找监票人。", "Your row is not on the roll, or differs. Take the receipt to the scrutineers."],
  no_cast: ["记录里收据所指的不是您的这张票。请带收据找监票人。", "The log does not have your ballot where the receipt says. Take the receipt to the scrutineers."],
  replaced: ["您的这张票已被后来的票替代或作废。如果不是您所为，请找监票人。", "This ballot was replaced or set aside later. If not by you, go to the scrutineers."],
  own_missing: [
    "“{question}”：在“{option}”下没有找到您的全部票据，您的票没有照您的意思计入。请带收据找监票人。",
    "“{question}”: not all of your tokens stand under “{option}”; it was not counted as you cast it. Take the receipt to the scrutineers.",
  ],
  passed: ["通过", "passed"],
  failed: ["未通过", "not passed"],
  no_quorum: ["参加的不够，没有形成决定", "too few took part, no decision"],
  yes: ["同意", "yes"],
  no: ["不同意", "no"],
  abstain: ["弃权", "abstain"],
  blank: ["未填", "left empty"],
  heads: ["{number} 人", "{number} heads"],
  metres: ["（{number} 平方米）", " ({number} m²)"],
  comma: ["，", ", "],
  "at least": ["不低于", "at least"],
  "more than": ["超过", "more than"],
  due: ["应参加的 ", "of all who are due "],
  participants: ["参加的 ", "of those taking part "],
  none: ["没有另定", "not set apart"],
};
const MARKS = { true: ["✓", "holds"], false: ["✗", "broken"], null: ["!", "mind"] };
const page = { language: navigator.language.startsWith("en") ? "en" : "zh", findings: null, notice: null };

const at = (id) => document.getElementById(id);
const say = (name, values) => {
  const text = WORDS[name][page.language === "en" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (_, field) => (values && field in values ? values[field] : ""));
};
const metres = (area) => `${Math.floor(area / 100)}.${String(area % 100).padStart(2, "0")}`;

function sharing(text) {
  if (text === "none") return say("none");
  const [, how, part, of] = /^(at least|more than) (\S+) of (\w+)$/.exec(text);
  return page.language === "en" ? `${how} ${part} ${say(of).trim()}` : `${say(how)}${say(of).trim()} ${part}`;
}

function whoIsElected(told, names) {
  const listed = (name) => told[name].map((one) => names[one][page.language]).join(say("between_names"));
  const parts = [say(`end_${told.verdict}`)];
  if (told.verdict === "no_quorum") return parts[0];
  for (const name of ["elected", "reserves", "tied"]) {
    if (told[name].length) parts.push(say(`list_${name}`, { names: listed(name), left: told.left }));
  }
  if (told.left && !told.tied.length) {
    parts.push(say(told.following.length ? "list_following" : "list_nobody", { names: listed("following"), left: told.left }));
  }
  return parts.join("");
}

/* What a finding holds as words of the reader's language. */
function worded(values) {
  const words = { ...values };
  if (values.question) words.question = values.question[page.language];
  if (values.rule) {
    words.rule = values.rule.title[page.language];
    [words.quorum, words.approval] = [sharing(values.rule.quorum), sharing(values.rule.approval)];
  }
  if (values.verdict) words.verdict = say(values.verdict);
  if (values.told) words.elected = whoIsElected(values.told, values.names);
  if (values.option) words.option = say(values.option);
  if ("size" in values) words.size = metres(values.size);
  if (values.tally) {
    const weight = (one) => say("heads", { number: one.heads }) + (values.area ? say("metres", { number: metres(one.area) }) : "");
    words.tally = ["yes", "no", "abstain"].map((choice) => `${say(choice)} ${weight(values.tally[choice])}`).join(say("comma"));
  }
  return words;
}

function show() {
  document.documentElement.lang = page.language === "en" ? "en" : "zh-Hans";
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === page.language));
  }
  at("outcome").hidden = !page.findings && !page.notice;
  const holds = page.findings && page.findings.every((finding) => finding.ok !== false);
  at("verdict").textContent = page.notice ? say(page.notice) : page.findings ? say(holds ? "holds" : "broken") : "";
  at("verdict").className = page.notice || !page.findings ? "" : holds ? "holds" : "broken";
  at("findings").replaceChildren(...(page.findings || []).map((finding) => {
    const [line, mark, text] = ["li", "span", "span"].map((name) => document.createElement(name));
    const [sign, kind] = MARKS[finding.ok];
    mark.className = `mark ${kind}`;
    mark.textContent = sign;
    text.textContent = say(finding.say, worded(finding.values));
    line.append(mark, text);
    return line;
  }));
}

async function check(event) {
  event.preventDefault();
  const [bundle, receipt] = [at("bundle").files[0], at("receipt").files[0]];
  page.findings = null;
  page.notice = bundle ? (globalThis.crypto && crypto.subtle ? "working" : "no_crypto") : "choose";
  show();
  if (page.notice !== "working") return;
  const bytes = async (file) => new Uint8Array(await file.arrayBuffer());
  page.findings = await verify(await bytes(bundle), { key: at("key").value, receipt: receipt && await bytes(receipt) });
  page.notice = null;
  show();
}

for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    document.querySelector(`[data-name=${input.id}]`).textContent = input.files.length ? input.files[0].name : "";
  });
}
document.querySelector("form").addEventListener("submit", check);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { page.language = button.dataset.language; show(); });
}
show();
