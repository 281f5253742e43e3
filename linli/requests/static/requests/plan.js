// Makes the plan larger and smaller, and lets a mouse move it. Without this it is scrolled and read as a table.
(() => {
  "use strict";
  const part = document.querySelector("[data-plan]");
  if (!part) return;
  const frame = part.querySelector(".plan-window");
  const picture = part.querySelector("svg");
  const tools = part.querySelector(".plan-tools");
  const told = tools.querySelector("[data-size]");
  const STEP = 1.4, MOST = 5;
  let scale = 1;

  const show = (wanted) => {
    const now = Math.min(Math.max(wanted, 1), MOST);
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    const grown = now / scale;
    scale = now;
    frame.classList.toggle("larger", scale > 1);
    picture.style.inlineSize = `${Math.round(100 * scale)}%`;
    if (scale > 1) picture.style.minInlineSize = `${Math.round(42 * scale)}rem`; else picture.style.removeProperty("min-inline-size");
    frame.scrollTo(middle[0] * grown - frame.clientWidth / 2, middle[1] * grown - frame.clientHeight / 2);
    told.textContent = told.dataset.size.replace("{n}", Math.round(100 * scale));
  };
  const whole = () => {
    scale = 1;
    frame.classList.remove("larger");
    picture.style.inlineSize = "100%";
    picture.style.minInlineSize = "0";
    told.textContent = told.dataset.size.replace("{n}", 100);
  };
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (wish === "in") show(scale * STEP);
    if (wish === "out") show(scale / STEP);
    if (wish === "whole") whole();
  });

  let from = null, moved = false;
  frame.classList.add("grab");
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
    moved = false;
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const [left, top] = [from[0] - event.clientX, from[1] - event.clientY];
    if (Math.abs(left - frame.scrollLeft) + Math.abs(top - frame.scrollTop) > 4) moved = true;
    if (!moved) return;
    frame.classList.add("held");
    frame.scrollTo(left, top);
  });
  addEventListener("pointerup", () => {
    from = null;
    frame.classList.remove("held");
  });
  frame.addEventListener("click", (event) => { if (moved) { event.preventDefault(); moved = false; } }, true);
  frame.addEventListener("dragstart", (event) => event.preventDefault());
})();
