// A static file server, standing in for any web host: it sends the headers of the site's own `_headers`, as some hosts do, or none.
// As a program: node scripts/server.mjs FOLDER [PORT]. A port that is taken is replaced by a free one.

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves folders on the loopback interface.
 *
 * @param {Record<string, string>} mounts URL prefix (with slashes at both ends) to folder; the longest prefix wins.
 * @param {object} options
 * @param {number} options.port 0 for any free one.
 * @param {RegExp} options.hold paths that are answered only after `release()`.
 * @param {boolean} options.headers whether the first folder's `_headers` are sent, with every file.
 * @param {Record<string, string>} options.more further headers.
 * @returns {Promise<{ origin: string, requests: { path: string, status: number }[], held: () => string[],
 *   release: () => void, close: () => Promise<void> }>}
 */
export async function serve(mounts, { port = 0, hold, headers = true, more = {} } = {}) {
  const sent = { ...(headers ? await headersOf(Object.values(mounts)[0]) : {}), ...more };
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const requests = [];
  const held = [];
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (hold?.test(path)) {
      held.push(path);
      await released;
    }
    const file = await find(mounts, prefixes, path);
    requests.push({ path, status: file ? 200 : 404 });
    if (!file) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end(`nothing at ${path}\n`);
      return;
    }
    response.writeHead(200, {
      ...sent,
      "Content-Type": TYPES[extname(file.path)] ?? "application/octet-stream",
      "Content-Length": file.size,
      "Cache-Control": "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(file.path).pipe(response);
  });
  await new Promise((listening, failed) => {
    server.once("error", failed).listen(port, "127.0.0.1", listening);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    held: () => held,
    release,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

/** The headers in a folder's `_headers`: lines of a name and a value, indented below the paths that they are for (here: all). */
async function headersOf(folder) {
  const text = await readFile(join(folder, "_headers"), "utf8").catch(() => "");
  return Object.fromEntries([...text.matchAll(/^ +([\w-]+): (.+)$/gm)].map(([, name, value]) => [name, value]));
}

async function find(mounts, prefixes, path) {
  const prefix = prefixes.find((prefix) => path.startsWith(prefix));
  if (prefix === undefined) return undefined;
  const root = resolve(mounts[prefix]);
  const wanted = normalize(join(root, path.slice(prefix.length), path.endsWith("/") ? "index.html" : ""));
  if (!wanted.startsWith(root + sep)) return undefined;
  try {
    const info = await stat(wanted);
    return info.isFile() ? { path: wanted, size: info.size } : undefined;
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "dist", port = "8080"] = process.argv.slice(2);
  const mounts = { "/": folder };
  const server = await serve(mounts, { port: Number(port) }).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    console.error(`port ${port} is taken, so another is used`);
    return serve(mounts);
  });
  console.log(`Mycoscope is at ${server.origin}/ (Ctrl-C stops it)`);
}
