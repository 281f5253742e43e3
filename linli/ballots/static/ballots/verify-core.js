/* The check of a published ballot, as `linli-verify` does it, with what a browser has: no network, no library.
 * `verify(bytes, {key, receipt})` gives findings [{ok: true | false | null, say, values}]; the first false one ends it. */
"use strict";

const FORMAT = "linli-ballot/1";
const OPTIONS = ["yes", "no", "abstain", "blank"];
const FIELDS = "audit ballot coin_area delivered format key log questions results roll title".split(" ");
const SHAPES = {
  notice: "ballot coin_area key questions roll what", correction: "reason roll what", open: "what",
  platform: "only system what", import: "behind entered file what",
  second: "bundle first what", election: "candidates reserves seated seats title what", withdrawn: "candidate what",
  cast: "channel commitment replaces subject what", invalid: "cast reason what", close: "counted delivered what",
};
const CHANNELS = ["online", "on_site", "paper", "platform"];
const REASONS = ["unsigned", "double_marked", "over_marked", "not_the_owner", "late", "disputed"];

class Broken extends Error {
  constructor(say, values) {
    super(say);
    this.finding = { ok: false, say, values: values || {} };
  }
}

const good = (say, values) => ({ ok: true, say, values: values || {} });
const mind = (say, values) => ({ ok: null, say, values: values || {} });
const require = (holds, say, values) => { if (!holds) throw new Broken(say, values); };

/* Bytes and hashes */

const bytesOf = (text) => new TextEncoder().encode(text);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
};
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/* RFC 8785: keys in the order of their UTF-16 units, which is how a browser sorts; numbers and texts as JSON.stringify has them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
const digestOf = async (value) => hexOf(await sha256(bytesOf(canonical(value))));
const same = (one, other) => canonical(one) === canonical(other);
const shaped = (value, fields) => Object.keys(value).sort().join(" ") === fields;

/* RFC 9162 */
const leafOf = async (value) => sha256(joined([0], bytesOf(canonical(value))));
async function rootOf(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const pairs = [];
    for (let at = 0; at + 1 < level.length; at += 2) pairs.push(sha256(joined([1], level[at], level[at + 1])));
    level = [...await Promise.all(pairs), ...(level.length % 2 ? [level[level.length - 1]] : [])];
  }
  return level[0];
}

/* Signed notes (c2sp.org/signed-note, tlog-checkpoint) */
async function openKey(text) {
  const [name, id, material] = [text.split("+", 2)[0], text.split("+", 2)[1], text.split("+").slice(2).join("+")];
  const raw = fromBase64(material);
  require(raw.length === 33 && raw[0] === 1 && base64Of(raw) === material, "bad_key");
  const told = (await sha256(joined(bytesOf(`${name}\n`), raw))).slice(0, 4);
  require(hexOf(told) === id && text === `${name}+${id}+${material}`, "bad_key");
  return { name, id: told, raw: raw.slice(1) };
}

/* Whether this browser knows Ed25519: null where it does not, and then the page says so. */
async function signed(key, text, signature) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, bytesOf(text));
}

async function checkpoint(note, key, origin, size, root, say, alone) {
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2).split("\n").slice(0, -1);
  require(gap > 0 && note.endsWith("\n") && (!alone || lines.length === 1), say);
  require(text === `${origin}\n${size}\n${base64Of(root)}\n`, say);
  for (const line of lines) {
    const [dash, name, encoded] = line.split(" ");
    require(dash === "\u2014" && encoded && base64Of(fromBase64(encoded)) === encoded, say);
    const raw = fromBase64(encoded);
    if (name !== key.name || hexOf(raw.slice(0, 4)) !== hexOf(key.id)) continue;
    const holds = await signed(key, text, raw.slice(4));
    require(holds !== false, say);
    return holds;
  }
  throw new Broken(say);
}

/* The log, from the notice to the close */
function walk(entries, tags) {
  const found = {
    live: new Map(), opened: 0, closed: false, roll: null, delivered: "", casts: new Map(), replaced: 0, invalid: 0,
    first: null, election: null, withdrawn: [],
  };
  const seen = new Set();
  let coming = 0; // ballots that an imported file still has to bring
  entries.forEach((entry, index) => {
    const say = (holds, what) => require(holds, what, { index });
    say(shaped(entry, SHAPES[entry.what] || ""), "bad_entry");
    say((entry.what === "notice") === (index === 0), "bad_entry");
    const during = ["cast", "invalid", "import", "close"].includes(entry.what);
    say(!found.closed && (entry.what === "withdrawn" || during === found.opened > 0), "bad_entry");
    say(coming > 0 === (entry.channel === "platform"), "bad_entry");
    if (entry.what === "platform") say(typeof entry.system === "string" && typeof entry.only === "boolean", "bad_entry");
    if (entry.what === "import") {
      say(/^[0-9a-f]{64}$/.test(entry.file), "bad_entry");
      say([entry.entered, entry.behind].every((number) => Number.isInteger(number) && number >= 0), "bad_entry");
      coming = entry.entered;
    }
    if (entry.what === "second") {
      say(!found.first && typeof entry.first === "string" && entry.first && /^([0-9a-f]{64})?$/.test(entry.bundle), "bad_entry");
      found.first = entry;
    }
    if (entry.what === "election") {
      say(!found.election, "bad_entry");
      found.election = entry;
    }
    if (entry.what === "withdrawn") {
      say(found.election && found.election.candidates.includes(entry.candidate), "bad_entry");
      say(!found.withdrawn.includes(entry.candidate), "bad_entry");
      found.withdrawn.push(entry.candidate);
    }
    if (entry.roll) found.roll = entry.roll;
    if (entry.what === "open") found.opened = index + 1;
    if (entry.what === "cast") {
      const before = found.live.get(entry.subject);
      say(CHANNELS.includes(entry.channel) && /^[0-9a-f]{64}$/.test(entry.commitment), "bad_entry");
      say(tags.has(entry.subject) && !seen.has(entry.commitment), "bad_entry");
      say(entry.replaces === (before === undefined ? null : before), "bad_entry");
      say(before === undefined || found.casts.get(before).channel !== "paper" || entry.channel === "paper", "bad_entry");
      seen.add(entry.commitment);
      coming -= entry.channel === "platform";
      found.replaced += before !== undefined;
      found.live.set(entry.subject, index);
      found.casts.set(index, entry);
    }
    if (entry.what === "invalid") {
      const cast = found.casts.get(entry.cast);
      say(cast && found.live.get(cast.subject) === entry.cast && REASONS.includes(entry.reason), "bad_entry");
      found.live.delete(cast.subject);
      found.invalid += 1;
    }
    if (entry.what === "close") {
      say(entry.counted === found.live.size, "bad_entry");
      [found.closed, found.delivered] = [true, entry.delivered];
    }
  });
  require(found.closed, "unfinished");
  return found;
}

/* Counting, on whole numbers */
function shareOf(text) {
  if (text === "none") return null;
  const found = /^(at least|more than) ([1-9][0-9]{0,5})\/([1-9][0-9]{0,5}) of (due|participants)$/.exec(text);
  require(found, "malformed");
  return { strictly: found[1] === "more than", numerator: BigInt(found[2]), denominator: BigInt(found[3]), of: found[4] };
}
function ratio(share, part, whole) {
  if (!share) return { numerator: part, denominator: whole, met: whole > 0, missing: 0 };
  const times = BigInt(whole) * share.numerator;
  let least = times / share.denominator;
  if (share.strictly || times % share.denominator) least += 1n;
  const missing = Math.max(0, Number(least > 1n ? least : 1n) - part);
  return { numerator: part, denominator: whole, met: missing === 0, missing };
}
function test(share, part, whole, area) {
  const [heads, size] = [ratio(share, part.heads, whole.heads), area ? ratio(share, part.area, whole.area) : null];
  return { heads, area: size, met: heads.met && (!size || size.met) };
}
const plus = (...weights) => weights.reduce((sum, one) => ({ heads: sum.heads + one.heads, area: sum.area + one.area }), { heads: 0, area: 0 });
function outcome(rule, tally) {
  const took = plus(tally.yes, tally.no, tally.abstain);
  const approvalShare = shareOf(rule.approval);
  const quorum = test(shareOf(rule.quorum), took, tally.due, rule.area);
  const approval = test(approvalShare, tally.yes, approvalShare.of === "due" ? tally.due : took, rule.area);
  const verdict = quorum.met ? (approval.met ? "passed" : "failed") : "no_quorum";
  const failing = quorum.met ? approval : quorum;
  return { verdict, quorum, approval, missing: { heads: failing.heads.missing, area: failing.area ? failing.area.missing : 0 }, tally };
}
function majority(tally, area) {
  const choices = ["yes", "no", "abstain"];
  return choices.find((choice) => choices.every((other) => other === choice
    || (tally[choice].heads > tally[other].heads && (!area || tally[choice].area > tally[other].area)))) || null;
}
function judge(rule, tally, silent) {
  require(rule.silent.includes(silent), "malformed");
  const followed = silent === "follow_majority" ? majority(tally, rule.area) : null;
  const to = followed || "abstain";
  const placed = silent === "not_counted" ? tally : { ...tally, silent: plus(), [to]: plus(tally[to], tally.silent) };
  return { rule: rule.name, silent, followed, area_unit: "0.01 m2", ...outcome(rule, placed), strict: outcome(rule, tally) };
}

/* Tokens */
const coinCount = (area, usual) => Math.min(area, 8 * Math.ceil(area / usual));
function recount(question, told, turnout) {
  const values = { question: question.title };
  require(shaped(told, "mode question result tokens") && shaped(told.tokens, [...OPTIONS].sort().join(" ")), "bad_tokens", values);
  const [seen, weights] = [new Set(), {}];
  let [number, coins] = [0, 0];
  const ascending = (list) => list.every((one, at) => at === 0 || list[at - 1] < one);
  for (const option of OPTIONS) {
    const lists = told.tokens[option];
    require(shaped(lists, "coins heads"), "bad_tokens", values);
    require(lists.heads.every((one) => /^[0-9a-f]{32}$/.test(one)), "bad_tokens", values);
    require(lists.coins.every((one) => /^[0-9a-f]{32}:[1-9][0-9]{0,14}$/.test(one)), "bad_tokens", values);
    const tokens = lists.coins.map((one) => one.slice(0, 32));
    require(ascending(lists.heads) && ascending(tokens), "bad_tokens", values);
    for (const token of lists.heads) seen.add(token);
    for (const token of tokens) seen.add(token);
    number += lists.heads.length + tokens.length;
    coins += tokens.length;
    weights[option] = { heads: lists.heads.length, area: lists.coins.reduce((sum, one) => sum + Number(one.slice(33)), 0) };
  }
  require(seen.size === number, "token_twice", values);
  require(same(plus(...Object.values(weights)), turnout.voted) && coins === turnout.coins, "not_the_sum", values);
  const { yes, no, abstain } = weights;
  const tally = { due: turnout.due, yes, no, abstain, silent: plus(turnout.delivered, weights.blank) };
  const result = judge(question.rule, tally, question.silent);
  require(same(result, told.result), "not_the_result", values);
  return good("recounted", { question: question.title, verdict: result.verdict, tally: result.tally, area: question.rule.area });
}

/* Whether some figures within the bands give the verdict, the silent taking no part; heads and area are looked at apart. */
function possible(question, told, turnout) {
  const [rule, known] = [question.rule, question.rule.area ? ["heads", "area"] : ["heads"]];
  const [quorum, approval] = [shareOf(rule.quorum), shareOf(rule.approval)];
  const measures = known.map((what) => {
    const [due, voted, spans] = [turnout.due[what], turnout.voted[what], {}];
    for (const option of OPTIONS) {
      const [low, high] = told.shares[option][what].map((edge) => BigInt(edge) * BigInt(voted));
      const number = BigInt(told.bands);
      spans[option] = { least: Number((low + number - 1n) / number), most: Number(high / number) };
    }
    const { yes, no, abstain, blank } = spans;
    const most = Math.min(yes.most, voted - no.least - abstain.least - blank.least);
    const fewest = Math.max(most + no.least + abstain.least, voted - blank.most);
    const all = Math.min(yes.least + no.most + abstain.most, voted - blank.least);
    const reached = (share, part, whole) => ratio(share, part, whole).met;
    return {
      mayReach: !quorum || reached(quorum, voted - blank.least, due),
      mayMiss: quorum && !reached(quorum, Math.max(0, voted - blank.most), due),
      mayAgree: reached(approval, most, approval.of === "due" ? due : fewest),
      mayRefuse: !reached(approval, yes.least, approval.of === "due" ? due : all),
    };
  });
  const mayCome = measures.every((one) => one.mayReach);
  return {
    no_quorum: measures.some((one) => one.mayMiss),
    passed: mayCome && measures.every((one) => one.mayAgree),
    failed: mayCome && measures.some((one) => one.mayRefuse),
  }[told.verdict];
}
function rounded(question, told, turnout) {
  const number = [20, 10, 5, 4, 2].find((one) => Math.floor(turnout.voted.heads / one) >= 5) || 1;
  const together = (what) => {
    const edges = OPTIONS.map((option) => told.shares[option][what]);
    const [low, high] = [0, 1].map((side) => edges.reduce((sum, edge) => sum + edge[side], 0));
    return low <= number && number <= high && edges.every(([from, to]) => from >= 0 && from < number && to === from + 1);
  };
  const sound = shaped(told, "bands exact mode question shares verdict") && ["passed", "failed", "no_quorum"].includes(told.verdict)
    && told.bands === number && /^[0-9a-f]{64}$/.test(told.exact) && together("heads") && together("area");
  require(sound && (question.silent !== "not_counted" || possible(question, told, turnout)), "bad_rounded", { question: question.title });
  return mind("rounded", { question: question.title, verdict: told.verdict });
}

/* An election: who is elected from what each candidate got */
function electionOf(told, questions, withdrawn) {
  const names = told.candidates;
  require(Array.isArray(names) && names.length && new Set(names).size === names.length, "bad_election");
  const asked = names.map((id) => questions.find((question) => question.id === id));
  require(asked.every(Boolean) && [told.seats, told.seated, told.reserves].every((one) => Number.isInteger(one) && one >= 0), "bad_election");
  const { rule, silent } = asked[0];
  const alike = asked.every((question) => same(question.rule, rule) && question.silent === silent);
  require(told.seats > 0 && alike && rule.election && silent !== "follow_majority", "bad_election");
  const said = shaped(told.title, "en zh") && [told.title.zh, told.title.en].every((text) => typeof text === "string" && text.trim());
  require(said, "malformed");
  return { ...told, seating: rule.election, withdrawn, names: new Map(asked.map((question) => [question.id, question.title])) };
}
function rank(names, votes, order) {
  const groups = [];
  const compare = (one, other) => order.reduce((found, what) => found || votes[other][what].least - votes[one][what].least, 0);
  for (const name of [...names].sort(compare)) {
    const last = groups[groups.length - 1];
    if (last && compare(last[0], name) === 0) last.push(name);
    else groups.push([name]);
  }
  return groups;
}
function fill(groups, places) {
  const found = [];
  for (const [at, group] of groups.entries()) {
    if (found.length + group.length > places) return [found, groups.slice(at)];
    found.push(...group);
  }
  return [found, []];
}
function endOf(election, elected) {
  if (elected === election.seats) return "filled";
  return election.seated + elected >= election.seating.least ? "formed" : "not_formed";
}
function elect(election, verdicts, votes) {
  const { candidates, seats, seating } = election;
  const nobody = { ranked: [], elected: [], tied: [], reserves: [], following: [] };
  if (candidates.every((name) => verdicts[name] === "no_quorum")) return { mode: "full", verdict: "no_quorum", left: seats, ...nobody };
  const standing = candidates.filter((name) => !election.withdrawn.includes(name));
  const ranked = rank(standing.filter((name) => verdicts[name] === "passed"), votes, seating.order);
  const [elected, rest] = fill(ranked, seats);
  const left = seats - elected.length;
  const tied = left && rest.length ? rest[0] : [];
  const following = [...tied];
  if (left && !tied.length) {
    for (const group of rank(standing.filter((name) => !elected.includes(name)), votes, seating.order)) {
      if (following.length >= left + seating.more) break;
      following.push(...group);
    }
  }
  const reserves = left ? [] : fill(rest, election.reserves)[0];
  return { mode: "full", verdict: endOf(election, elected.length), ranked, elected, tied, left, reserves, following };
}
/* What is said where the gate keeps figures back: it must be possible within the bands. */
const LISTS = ["elected", "tied", "reserves", "following"];
function claimed(election, told, verdicts, votes) {
  const { candidates, seats, seating } = election;
  const standing = candidates.filter((name) => !election.withdrawn.includes(name));
  const listed = (names) => same(names, standing.filter((name) => names.includes(name)));
  if (!shaped(told, "elected following left mode reserves tied verdict") || told.mode !== "rounded") return false;
  if (!LISTS.every((name) => listed(told[name]))) return false;
  const { elected, tied, reserves, following, left } = told;
  if (candidates.every((name) => verdicts[name] === "no_quorum")) {
    return told.verdict === "no_quorum" && left === seats && LISTS.every((name) => !told[name].length);
  }
  if (left !== seats - elected.length || left < 0 || told.verdict !== endOf(election, elected.length)) return false;
  const passed = standing.filter((name) => verdicts[name] === "passed");
  const chosen = [...elected, ...tied, ...reserves];
  if (new Set(chosen).size !== chosen.length || !chosen.every((name) => passed.includes(name))) return false;
  const others = passed.filter((name) => !chosen.includes(name));
  const leads = (one, other) => {
    for (const what of seating.order) {
      const [mine, theirs] = [votes[one][what].most, votes[other][what].least];
      if (mine !== theirs) return mine > theirs;
    }
    return false;
  };
  const mayLead = (ahead, behind) => ahead.every((one) => behind.every((other) => leads(one, other)));
  if (left === 0) {
    return !tied.length && !following.length && reserves.length <= election.reserves
      && mayLead(elected, [...reserves, ...others]) && mayLead(reserves, others);
  }
  if (reserves.length || (tied.length && tied.length <= left) || (!tied.length && others.length)) return false;
  if (!mayLead(elected, tied) || !mayLead(tied, others)) return false;
  if (tied.length) return same(following, tied);
  const rest = standing.filter((name) => !elected.includes(name));
  return following.every((name) => rest.includes(name)) && following.length >= Math.min(rest.length, left + seating.more)
    && mayLead(following, rest.filter((name) => !following.includes(name)));
}
function electedOf(content, election, voted) {
  const [votes, verdicts] = [{}, {}];
  const mine = content.results.filter((told) => election.names.has(told.question));
  for (const told of mine) {
    const full = told.mode === "full";
    verdicts[told.question] = full ? told.result.verdict : told.verdict;
    votes[told.question] = Object.fromEntries(["heads", "area"].map((what) => {
      if (full) {
        const exact = told.result.strict.tally.yes[what];
        return [what, { least: exact, most: exact }];
      }
      const [low, high] = told.shares.yes[what].map((edge) => BigInt(edge) * BigInt(voted[what]));
      const number = BigInt(told.bands);
      return [what, { least: Number((low + number - 1n) / number), most: Number(high / number) }];
    }));
  }
  for (const what of ["heads", "area"]) {
    const least = Object.values(votes).reduce((sum, one) => sum + one[what].least, 0);
    require(least <= election.seats * voted[what], "too_many_votes");
  }
  const exact = mine.every((told) => told.mode === "full");
  const told = content.election;
  require(exact ? same(elect(election, verdicts, votes), told) : claimed(election, told, verdicts, votes), "not_elected");
  return { ok: exact || null, say: exact ? "elected" : "elected_rounded", values: { told, names: Object.fromEntries(election.names) } };
}

/* The audit draw */
async function draw(ballot, closing, chance, indexes, picks) {
  const left = [...indexes].sort((one, other) => one - other);
  const key = await sha256(bytesOf(canonical({ ballot, closing: hexOf(closing), chance })));
  let block = 0;
  const below = async (limit) => {
    const top = 2n ** 64n - (2n ** 64n % limit);
    for (;;) {
      const counter = new Uint8Array(8);
      new DataView(counter.buffer).setBigUint64(0, BigInt(block++));
      const number = new DataView((await sha256(joined(key, counter))).buffer).getBigUint64(0);
      if (number < top) return Number(number % limit);
    }
  };
  for (let place = 0; place < Math.min(picks, left.length); place += 1) {
    const other = place + await below(BigInt(left.length - place));
    [left[place], left[other]] = [left[other], left[place]];
  }
  return left.slice(0, picks);
}

/* An owner's own ballot */
async function own(content, walked, receipt) {
  const hmac = await crypto.subtle.importKey("raw", fromHex(receipt.secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const piece = async (purpose, question, index) => new Uint8Array(
    await crypto.subtle.sign("HMAC", hmac, bytesOf(`${FORMAT}\0${purpose}\0${question}\0${index}`)));
  require(receipt.ballot === content.ballot, "other_ballot");
  const identity = hexOf(await sha256(joined(fromHex(receipt.salt), bytesOf(canonical(receipt.identity)))));
  const mine = [receipt.subject, receipt.heads, receipt.area, identity];
  require(content.roll.rows.some((row) => same(row, mine)), "no_row");
  const blind = hexOf(await piece("commit", "", 0));
  const commitment = await digestOf({ ballot: receipt.ballot, subject: receipt.subject, choices: receipt.choices, blind });
  const cast = walked.casts.get(receipt.index);
  require(cast && cast.subject === receipt.subject && cast.commitment === commitment, "no_cast");
  require(walked.live.get(receipt.subject) === receipt.index, "replaced");
  const found = [good("own_row", { heads: receipt.heads, size: receipt.area }), good("own_cast", { index: receipt.index })];
  for (const [at, question] of content.questions.entries()) {
    const told = content.results[at];
    if (told.mode !== "full") { found.push(mind("own_rounded", { question: question.title })); continue; }
    const option = receipt.choices[question.id];
    const there = new Set([...told.tokens[option].heads, ...told.tokens[option].coins]);
    const wanted = [];
    for (let index = 0; index < receipt.heads; index += 1) wanted.push(hexOf((await piece("head", question.id, index)).slice(0, 16)));
    const amounts = await cuts(piece, question.id, receipt.area, coinCount(receipt.area, content.coin_area));
    for (const [index, amount] of amounts.entries()) {
      wanted.push(`${hexOf((await piece("coin", question.id, index)).slice(0, 16))}:${amount}`);
    }
    require(wanted.every((one) => there.has(one)), "own_missing", { question: question.title, option });
    found.push(good("own_tokens", { question: question.title, option, tokens: wanted.length }));
  }
  return found;
}
async function cuts(piece, question, area, wanted) {
  if (wanted <= 1) return wanted ? [area] : [];
  if (2 * wanted > area) return [area - wanted + 1, ...Array(wanted - 1).fill(1)];
  const places = new Set();
  for (let block = 0; places.size < wanted - 1; block += 1) {
    const numbers = new DataView((await piece("cuts", question, block)).buffer);
    for (let at = 0; at < 32 && places.size < wanted - 1; at += 4) places.add(1 + numbers.getUint32(at) % (area - 1));
  }
  const edges = [0, ...[...places].sort((one, other) => one - other), area];
  return edges.slice(1).map((edge, at) => edge - edges[at]);
}

/* All of it */
function read(data) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  const whole = JSON.parse(text);
  require(canonical(whole) === text && shaped(whole, "content seal"), "not_canonical");
  const { election, ...content } = whole.content;
  require(shaped(content, FIELDS.join(" ")) && whole.content.format === FORMAT && shaped(whole.seal, "note"), "malformed");
  const said = (one) => shaped(one, "en zh") && [one.zh, one.en].every((text) => typeof text === "string" && text.trim());
  const asked = whole.content.questions.every((one) => shaped(one, "id rule silent title") && /^[a-z0-9-]{1,40}$/.test(one.id) && said(one.title));
  require(asked && said(whole.content.title) && /^[A-Za-z0-9._-]{1,80}$/.test(whole.content.ballot), "malformed");
  return whole;
}

async function* steps(data, given) {
  const { content, seal } = read(data);
  yield good("form");
  const rows = content.roll.rows;
  const sound = rows.length && rows.every(([tag, heads, area, identity], at) => typeof tag === "string" && typeof identity === "string"
    && Number.isInteger(heads) && heads > 0 && Number.isInteger(area) && area >= 0 && (at === 0 || rows[at - 1][0] < tag));
  require(sound, "bad_roll");
  const weights = new Map(rows.map(([tag, heads, area]) => [tag, { heads, area }]));
  const walked = walk(content.log.entries, weights);
  const leaves = await Promise.all(content.log.entries.map(leafOf));
  const digest = await digestOf(content);
  const last = await leafOf({ what: "published", ballot: content.ballot, content: digest });
  const key = await openKey(content.key);
  const origin = `${key.name}/ballot/${content.ballot}`;
  const held = await checkpoint(seal.note, key, origin, leaves.length + 1, await rootOf([...leaves, last]), "bad_seal", true);
  yield held ? good("seal", { digest }) : mind("seal_unsigned", { digest });
  require(!given.key || given.key.trim() === content.key, "bad_key");
  yield given.key ? good("key_given", { name: key.name }) : mind("key_not_given", { key: content.key });

  const [first, due] = [content.log.entries[0], plus(...weights.values())];
  require(["ballot", "questions", "coin_area", "key"].every((field) => same(first[field], content[field])), "bad_notice");
  const rowLeaves = await Promise.all(rows.map(([subject, heads, area, identity]) => leafOf({ ballot: content.ballot, subject, heads, area, identity })));
  const notice = { count: rows.length, ...due, root: hexOf(await rootOf(rowLeaves)) };
  require(same(notice, walked.roll) && same({ ...notice, rows }, content.roll), "bad_roll");
  yield good("roll", { count: rows.length, heads: due.heads, size: due.area });
  for (const question of content.questions) yield mind("rule", { question: question.title, rule: question.rule });

  if (walked.first) yield mind("second", { first: walked.first.first, bundle: walked.first.bundle || "\u2014" });
  require((walked.election !== null) === ("election" in content), "bad_notice");
  const election = walked.election && electionOf(walked.election, content.questions, walked.withdrawn);
  if (election) {
    const { title, seats, seated, candidates, seating } = election;
    yield mind("election", { question: title, seats, seated, candidates: candidates.length, least: seating.least });
    for (const name of [...walked.withdrawn].sort()) yield mind("withdrawn", { question: election.names.get(name) });
  }

  const start = leaves.slice(0, walked.opened);
  await checkpoint(content.log.opening, key, origin, start.length, await rootOf(start), "bad_checkpoint", false);
  await checkpoint(content.log.closing, key, origin, leaves.length, await rootOf(leaves), "bad_checkpoint", false);
  yield good("log", { opening: start.length, closing: leaves.length });

  const delivered = content.delivered;
  const fixed = await digestOf(delivered) === walked.delivered
    && delivered.every((tag, at) => weights.has(tag) && !walked.live.has(tag) && (at === 0 || delivered[at - 1] < tag));
  require(fixed, "bad_delivered");
  const voters = [...walked.live.keys()].map((tag) => weights.get(tag));
  const turnout = {
    due, voted: plus(...voters), delivered: plus(...delivered.map((tag) => weights.get(tag))),
    coins: voters.reduce((sum, one) => sum + coinCount(one.area, content.coin_area), 0),
  };
  yield good("casts", { counted: voters.length, heads: turnout.voted.heads, size: turnout.voted.area, replaced: walked.replaced, invalid: walked.invalid });

  const ids = content.questions.map((question) => question.id);
  require(ids.length && new Set(ids).size === ids.length && same(ids, content.results.map((told) => told.question)), "bad_results");
  for (const [at, question] of content.questions.entries()) {
    const told = content.results[at];
    yield told.mode === "full" ? recount(question, told, turnout) : rounded(question, told, turnout);
  }
  if (election) yield electedOf(content, election, turnout.voted);
  const audit = content.audit;
  if (audit === null) {
    yield mind("no_audit");
  } else {
    const again = await draw(content.ballot, await rootOf(leaves), audit.chance, [...walked.live.values()], audit.picks.length);
    const fits = shaped(audit, "chance differing picks") && same(again, audit.picks) && audit.differing.every((one) => again.includes(one));
    require(fits, "bad_audit");
    yield { ok: audit.differing.length ? null : true, say: "audit", values: { chance: audit.chance, picks: again.length, differing: audit.differing.length } };
  }
  if (given.receipt) {
    const receipt = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(given.receipt));
    require(receipt.format === "linli-receipt/1" && /^[0-9a-f]{64}$/.test(receipt.secret), "bad_receipt");
    for (const finding of await own(content, walked, receipt)) yield finding;
  }
}

async function verify(data, given) {
  const findings = [];
  try {
    for await (const finding of steps(data, given)) findings.push(finding);
  } catch (wrong) {
    findings.push(wrong instanceof Broken ? wrong.finding : { ok: false, say: "malformed", values: {} });
  }
  return findings;
}
