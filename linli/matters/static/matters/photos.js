// Photos before they are sent: seen, taken out again, and shrunk, so that a slow line carries little and no place goes along.
// Without this the form works as well: the server does the same and more. When a form comes back, its photos are put into it
// again from this tab's own store, which is emptied whenever a page of matters is read.
const LONG_SIDE = 1600, QUALITY = 0.85, TILE = 208, KEPT = "photos of ", MOST_KEPT = 1500000;

function field(box) {
  const input = box.querySelector("input"), list = box.querySelector("ul"), said = box.querySelector("p");
  const most = Number(box.dataset.photos);
  let chosen = [];

  function keep() {
    const files = new DataTransfer();
    chosen.forEach((one) => files.items.add(one.file));
    input.files = files.files;
  }

  function show(leftOut = 0) {
    list.hidden = chosen.length === 0;
    list.replaceChildren(...chosen.map((one) => one.tile));
    chosen.forEach((one, index) => one.button.setAttribute("aria-label", box.dataset.remove.replace("{n}", index + 1)));
    const count = chosen.length ? box.dataset.chosen.replace("{n}", chosen.length) : "";
    said.textContent = leftOut > 0 ? `${count} ${box.dataset.tooMany.replace("{n}", most)}` : count;
  }

  function remove(one) {
    const index = chosen.indexOf(one);
    chosen = chosen.filter((other) => other !== one);
    keep();
    show();
    (chosen[Math.min(index, chosen.length - 1)]?.button ?? input).focus();
  }

  function picked(file) {
    const one = { file, tile: document.createElement("li"), button: document.createElement("button") };
    const name = document.createElement("span"), cross = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    cross.textContent = "×";
    cross.setAttribute("aria-hidden", "true");
    one.button.type = "button";
    one.button.append(cross);
    one.button.addEventListener("click", () => remove(one));
    one.tile.append(name, one.button);
    return one;
  }

  input.addEventListener("change", async () => {
    const fresh = [...input.files];
    const added = fresh.slice(0, Math.max(0, most - chosen.length)).map(picked);
    chosen.push(...added);
    keep();
    show(fresh.length - added.length);
    for (const one of added) {
      await shrink(one);
      keep();
      await pack(one);
    }
  });
  input.form.addEventListener("submit", () => {
    if (chosen.length && chosen.every((one) => one.packed)) {
      const all = chosen.map((one) => ({ name: one.file.name, type: one.file.type, packed: one.packed }));
      try { sessionStorage.setItem(KEPT + input.id, JSON.stringify(all)); } catch { /* no room: they have to be chosen again */ }
    }
  });
  box.classList.add("live");
  const lost = document.getElementById(`${input.id}-lost`);
  if (lost && before.has(input.id)) {
    const files = new DataTransfer();
    before.get(input.id).map(unpacked).forEach((file) => files.items.add(file));
    input.files = files.files;
    lost.hidden = true;
    lost.textContent = "";
  }
  if (input.files.length) input.dispatchEvent(new Event("change"));
}

function drawn(picture, width, height, cover) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  const scale = cover ? Math.max(width / picture.width, height / picture.height) : width / picture.width;
  const [wide, high] = [picture.width * scale, picture.height * scale];
  pen.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high);
  return canvas;
}

function unpacked({ name, type, packed }) {
  return new File([Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))], name, { type });
}

async function pack(one) {
  if (one.file.size > MOST_KEPT) return;
  const reader = new FileReader();
  await new Promise((done) => { reader.onloadend = done; reader.readAsDataURL(one.file); });
  one.packed = String(reader.result).split(",")[1];
}

function takeBack() {
  const found = new Map();
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT))) {
    found.set(key.slice(KEPT.length), JSON.parse(sessionStorage.getItem(key)));
    sessionStorage.removeItem(key);
  }
  return found;
}

// What the browser cannot open, such as HEIC, is sent as it is and opened by the server.
async function shrink(one) {
  const picture = await createImageBitmap(one.file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return;
  const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
  const small = drawn(picture, Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)), false);
  const seen = drawn(picture, TILE, TILE, true);
  seen.setAttribute("role", "img");
  seen.setAttribute("aria-label", one.file.name);
  one.tile.querySelector(".name").replaceWith(seen);
  picture.close();
  const blob = await new Promise((done) => small.toBlob(done, "image/jpeg", QUALITY));
  if (blob) one.file = new File([blob], `${one.file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
}

const before = takeBack();
document.querySelectorAll("[data-photos]").forEach(field);
