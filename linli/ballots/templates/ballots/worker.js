// Keeps the list of doors readable without a network, and only until the vote ends. The network is always asked first.
const closes = {{ closes }};
const name = "{{ name }}";
const list = "{{ path }}";
const over = () => Date.now() >= closes;
const forget = () => caches.delete(name);
const kept = (request) => caches.match(request, { cacheName: name, ignoreVary: true });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || address.pathname.endsWith("worker.js")) return;
  if (address.pathname === list) event.respondWith(page(request, address));
  else if (request.destination === "style" || request.destination === "script") event.respondWith(asset(request));
});

async function page(request, address) {
  if (over()) await forget();
  let answer;
  try {
    answer = await fetch(request);
  } catch (gone) {
    return (await kept(request)) || (await kept(list)) || ended(gone);
  }
  // Whoever may no longer see the list keeps no copy of it. A redirect leads to the page for signing in.
  if (answer.status === 403 || answer.status === 404 || answer.type === "opaqueredirect" || answer.redirected) await forget();
  else if (answer.ok && !over() && !address.searchParams.has("done")) await (await caches.open(name)).put(request, answer.clone());
  return answer;
}

async function asset(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !over()) await (await caches.open(name)).put(request, answer.clone());
    return answer;
  } catch (gone) {
    const found = await kept(request);
    if (!found) throw gone;
    return found;
  }
}

function ended(gone) {
  if (!over()) throw gone;
  return new Response("{{ ended|escapejs }}", {
    status: 410,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}
