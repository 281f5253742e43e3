// Marks at the door without a network: kept on this device, sent when it is back, each once by its key, gone at the close.
const list = document.querySelector("[data-doors]");
const closes = Number(list.dataset.closes);
const name = list.dataset.cache;
const place = `${name}:${list.dataset.whose}`;
const state = document.querySelector("[data-doors-state]");
const said = (what) => document.querySelector(`template[data-said="${what}"]`).content.textContent.trim();
let sending = false;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(place)) || [];
  } catch {
    return [];
  }
}

function keep(marks) {
  if (marks.length) localStorage.setItem(place, JSON.stringify(marks));
  else localStorage.removeItem(place);
}

function tell(sentence, tone) {
  state.hidden = !sentence;
  state.className = `notice ${tone || ""}`;
  state.querySelector("p").textContent = sentence;
}

function show() {
  const marks = kept();
  for (const mark of marks) write(mark, "kept");
  const waiting = said("waiting").replace("{n}", marks.length);
  if (marks.length) tell(navigator.onLine ? waiting : `${said("offline")} ${waiting}`);
  else tell(navigator.onLine ? "" : said("offline"));
}

// What stands at a door once it is marked: how, and whether the office has it yet.
function write(mark, how) {
  const door = document.getElementById(`d-${mark.tag}`);
  if (!door) return;
  const tag = door.querySelector("[data-mark]");
  tag.hidden = false;
  tag.className = how === "sent" ? "tag done" : "tag waiting";
  tag.textContent = how === "sent" ? mark.said : `${mark.said} · ${said("unsent")}`;
  if (mark.final) door.querySelectorAll("[data-ways]").forEach((part) => (part.hidden = true));
}

async function send() {
  if (sending || Date.now() >= closes) return;
  sending = true;
  try {
    for (let marks = kept(); marks.length; marks = kept()) {
      if (!(await sent(marks[0]))) return;
      keep(kept().filter((mark) => mark.key !== marks[0].key));
    }
    show();
  } finally {
    sending = false;
  }
}

// Whether a mark is done with: taken in, or refused for good. What could not be sent stays.
async function sent(mark) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "");
  for (const part of ["tag", "how", "made_at"]) form.set(part, mark[part]);
  form.set("_key", mark.key);
  let answer;
  try {
    answer = await fetch(location.pathname, { method: "POST", body: form, headers: { Accept: "application/json" } });
  } catch {
    show();
    return false;
  }
  if (answer.ok) {
    write(mark, "sent");
    return true;
  }
  const told = await answer.json().catch(() => ({}));
  tell(told.said || said("trouble"), "bad");
  return [404, 409, 422].includes(answer.status);
}

// A list of several pages is read through once, so that all of it is there without a network.
async function fetchRest() {
  const more = document.querySelector("[data-more]");
  let next = more && more.getAttribute("href");
  for (let pages = 0; next && pages < 50; pages += 1) {
    const answer = await fetch(location.pathname + next);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    next = page.querySelector("[data-more]")?.getAttribute("href");
  }
}

async function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`${name}:`)) localStorage.removeItem(key);
  list.replaceChildren();
  document.querySelector("[data-more]")?.remove();
  tell(said("over"), "bad");
  if (!("caches" in window)) return;
  await caches.delete(name);
  const worker = await navigator.serviceWorker.getRegistration(location.pathname);
  await worker?.unregister();
}

function begin() {
  list.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const mark = {
      key: crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
        (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)),
      tag: event.target.elements.tag.value,
      how: button.value,
      said: button.dataset.said,
      final: "final" in button.dataset,
      made_at: Date.now(),
    };
    keep([...kept().filter((one) => one.tag !== mark.tag), mark]);
    show();
    send();
  });
  addEventListener("online", send);
  addEventListener("offline", show);
  const left = closes - Date.now();
  if (left < 2 ** 31) setTimeout(() => forget(), left);
  show();
  send();
  if ("serviceWorker" in navigator) stay().catch(() => {});
}

async function stay() {
  const keeper = navigator.serviceWorker;
  const here = keeper.controller || new Promise((done) => keeper.addEventListener("controllerchange", done, { once: true }));
  await keeper.register(list.dataset.worker, { scope: location.pathname });
  await here;
  // The page came before its keeper: it and what it needs are asked for once more, through it.
  if (navigator.onLine) {
    await fetch(location.pathname);
    await Promise.all([...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(again));
    await fetchRest();
  }
  list.dataset.ready = "yes";
}

async function again(part) {
  const cache = await caches.open(name);
  await cache.add(part.href || part.src);
}

if (Date.now() >= closes) forget();
else begin();
