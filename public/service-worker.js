// Keeps the page for use without a network. scripts/service-worker puts VERSION, POLICY and FILES before this: FILES has every
// file of one build, by path, with its hash ("" is the page itself). A version is kept as a whole in a cache of its own, and a
// page gets all its files from one version: nothing is taken from the network that has not the listed hash.
"use strict";

const SCOPE = self.registration.scope;
// Other sites may share the origin, and its caches.
const PREFIX = `mycoscope ${new URL(SCOPE).pathname} `;
const NAME = PREFIX + VERSION;
// Kept once they are used: the GPU's program, which many browsers can't use, and models other than the default.
const LATER = /^engine-gpu|^models\/(?!vit-ti8-64\/|catalogue)/;

// A module with one relaxed instruction, as in worker.js: of the two programs of a kind, this browser uses one.
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 25, 1, 23, 0, 253, 12, ...Array(16).fill(0), 253, 129, 2, 11,
];
const UNUSED = WebAssembly.validate(Uint8Array.from(RELAXED)) ? /^(engine|analysis)(_bg)?\./ : /^(engine|analysis)-relaxed/;

const key = (path) => `${SCOPE}${path}?${FILES[path]}`;
const kept = (path) => caches.match(key(path), { cacheName: NAME });

/** Keeps a file, unless it is kept: from another version's cache, if it is the same there, or from the network. */
async function keep(path) {
  if (await kept(path)) return;
  const found =
    (await caches.match(key(path))) ?? (await fetch(SCOPE + path, { cache: "no-cache", integrity: FILES[path] }));
  if (!found.ok) throw new Error(`${path}: the server answered ${found.status}`);
  await (await caches.open(NAME)).put(key(path), found);
}

const own = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));
const drop = (names) => Promise.all(names.map((name) => caches.delete(name)));

async function install() {
  const versions = await Promise.all((await own()).map(async (name) => (await caches.open(name)).keys()));
  const used = versions.flat().map(({ url }) => url.slice(SCOPE.length).split("?")[0]);
  const wanted = (path) => path && !UNUSED.test(path) && (used.includes(path) || !LATER.test(path));
  await Promise.all(Object.keys(FILES).map((path) => wanted(path) && keep(path)));
  // The page itself comes last: where it is kept, so is everything that it needs.
  await keep("");
}

let installed = Promise.resolve();
self.addEventListener("install", (event) => event.waitUntil((installed = install())));

// Only now does no page use the version before.
self.addEventListener("activate", (event) =>
  event.waitUntil(own().then((names) => drop(names.filter((name) => name !== NAME)))),
);

async function answer(request, path) {
  // Switched off, or emptied by the browser: as if there were no service worker.
  if (!(await kept(""))) return fetch(request);
  await keep(path);
  const { body, headers } = await kept(path);
  // The policy as a header holds in workers too, where index.html's own does not.
  const sent = { "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff" };
  for (const name of ["Content-Type", "Content-Length"]) if (headers.has(name)) sent[name] = headers.get(name);
  return new Response(body, { headers: sent });
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const address = origin + pathname;
  if (event.request.method !== "GET" || !address.startsWith(SCOPE)) return;
  const path = address.slice(SCOPE.length).replace(/^index\.html$/, "");
  if (Object.hasOwn(FILES, path)) event.respondWith(answer(event.request, path));
});

// What the page asks for.
const TASKS = {
  /** Keeps again what the browser threw away, or what went when a person switched it off. */
  keep: install,

  /** Takes over from the version before, unless another page still runs on that one. */
  async replace(page) {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (open.some(({ id, url }) => id !== page.id && url.startsWith(SCOPE))) page.postMessage("elsewhere");
    else await self.skipWaiting();
  },

  /** Leaves nothing behind. */
  async forget() {
    await installed.catch(() => {});
    await drop(await own());
    // Last: a browser may end a service worker that no page uses as soon as it is gone.
    await self.registration.unregister();
  },
};

/** Keeps files whose paths begin so: the page uses them, and may have loaded them before there was a service worker. */
const keepUsed = (start) => Promise.all(Object.keys(FILES).map((path) => path.startsWith(start) && keep(path)));

self.addEventListener("message", (event) =>
  event.waitUntil(Object.hasOwn(TASKS, event.data) ? TASKS[event.data](event.source) : keepUsed(event.data)),
);
