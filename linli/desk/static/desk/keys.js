// j and k go through the rows of the desk, Enter follows the link that has the focus, as everywhere; x chooses a row, and with
// Shift (or a click with Shift) all between it and the one that was chosen last. Without this script the boxes work as they are.
const list = document.querySelector("[data-keys]");
const boxes = () => [...document.querySelectorAll("[data-keys] input[name=_matter]")];
const chosen = document.querySelector("[data-chosen]");
const all = document.querySelector("[data-choose-all]");
const most = 100;
let last = null;

function count() {
  if (!chosen) return;
  const number = boxes().filter((box) => box.checked).length;
  chosen.textContent = number ? chosen.dataset.chosen.replace("{n}", number) : "";
}

function choose(box, checked, range) {
  const every = boxes();
  const from = every.indexOf(last), to = every.indexOf(box);
  const between = range && from >= 0 ? every.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
  for (const one of between) one.checked = checked;
  last = box;
  count();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const key = event.key.toLowerCase();
  const step = { j: 1, k: -1 }[key];
  if (key === "x") {
    const box = document.activeElement.closest("[data-keys] li")?.querySelector("input[name=_matter]");
    if (!box) return;
    event.preventDefault();
    choose(box, !box.checked, event.shiftKey);
  }
  if (!step) return;
  const rows = [...document.querySelectorAll("[data-keys] a.row-link")];
  const here = rows.indexOf(document.activeElement.closest("[data-keys] li")?.querySelector("a.row-link"));
  const next = rows[here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

list?.addEventListener("click", (event) => {
  if (event.target.matches("input[name=_matter]")) choose(event.target, event.target.checked, event.shiftKey);
});

if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const every = boxes().slice(0, most);
    const checked = every.some((box) => !box.checked);
    for (const box of every) box.checked = checked;
    count();
  });
}
count();
