// A stand-in for the hub on this machine, under the hub's own addresses: Chromium is told that they lead here, so that the
// page's real addresses and its real policy are at work.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that nobody vouches for. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "mycoscope-hub-"));
  const [key, cert] = ["key", "cert"].map((name) => join(folder, name));
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hub".split(" ");
  execFileSync("openssl", [...options, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const read = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true, force: true });
  return read;
}

/**
 * Serves `files` by path, each `{ bytes, etag, status, location, cors, pause, stallAt }`: `pause` are milliseconds between
 * pieces of 256 kB, and at `stallAt` nothing more comes. `breakOff` breaks all connections.
 *
 * @returns {Promise<{ files: Record<string, object>, requests: object[], args: string[], breakOff: () => void, close: () => Promise<void> }>}
 */
export async function serveHub(files) {
  const requests = [];
  const server = createServer(certificate(), async (request, response) => {
    const file = files[request.url];
    const range = request.headers.range;
    requests.push({ method: request.method, host: request.headers.host, path: request.url, range, headers: request.headers });
    const cors = file?.cors === false ? {} : { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag" };
    if (!file || file.status) return void response.writeHead(file?.status ?? 404, cors).end("no");
    if (file.location) return void response.writeHead(302, { ...cors, Location: file.location }).end();
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const rest = file.bytes.subarray(from);
    const partial = from > 0 ? { "Content-Range": `bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { ...cors, ...partial, "Content-Length": rest.length, ETag: file.etag ?? '"1"' });
    const closed = once(response, "close");
    if (request.method === "HEAD") return void response.end();
    for (let at = 0; at < rest.length && !response.destroyed; at += 262_144) {
      if (file.stallAt !== undefined && from + at >= file.stallAt) return;
      if (!response.write(rest.subarray(at, at + 262_144))) await Promise.race([once(response, "drain"), closed]);
      if (file.pause) await new Promise((go) => setTimeout(go, file.pause));
    }
    response.end();
  });
  await new Promise((listening, failed) => server.once("error", failed).listen(0, "127.0.0.1", listening));
  const here = `127.0.0.1:${server.address().port}`;
  return {
    files,
    requests,
    args: [`--host-resolver-rules=MAP huggingface.co ${here},MAP *.hf.co ${here}`, "--ignore-certificate-errors"],
    breakOff: () => server.closeAllConnections(),
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}
