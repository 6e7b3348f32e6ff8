// Starting real browsers: Chromium with and without WebGPU (SwiftShader, slow), Firefox with WebGPU on Mesa's software
// Vulkan (fast enough for the embedded model). CHROMIUM and FIREFOX name other programs than Debian's.

import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

/** A command may be busy on a software adapter for minutes. */
const PROTOCOL_TIMEOUT = 15 * 60_000;

export function chromium({ webgpu = false, args = [] } = {}) {
  return puppeteer.launch({
    executablePath: program(process.env.CHROMIUM ?? "chromium"),
    headless: true,
    protocolTimeout: PROTOCOL_TIMEOUT,
    args: [
      "--no-sandbox", // containers run as root
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(webgpu ? ["--enable-unsafe-webgpu"] : []),
      ...args,
    ],
  });
}

export function firefox({ webgpu = true } = {}) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: program(process.env.FIREFOX ?? "firefox-esr"),
    headless: true,
    protocolTimeout: PROTOCOL_TIMEOUT,
    env: { ...process.env, VK_ICD_FILENAMES: softwareVulkan() },
    extraPrefsFirefox: {
      "dom.webgpu.enabled": webgpu,
      "dom.webgpu.workers.enabled": webgpu,
      "gfx.webgpu.ignore-blocklist": true,
    },
  });
}

/** The full path of a program on PATH. */
function program(name) {
  const path = name.includes("/")
    ? name
    : process.env.PATH.split(delimiter)
        .map((folder) => join(folder, name))
        .find(existsSync);
  if (!path) throw new Error(`${name} is not installed: scripts/test installs it on Debian`);
  return path;
}

/** Mesa's lavapipe: a Vulkan driver that needs no GPU. */
function softwareVulkan() {
  const folder = "/usr/share/vulkan/icd.d";
  const file = existsSync(folder) && readdirSync(folder).find((name) => name.startsWith("lvp_icd"));
  if (!file) throw new Error("Mesa's lavapipe is not installed (Debian: mesa-vulkan-drivers)");
  return join(folder, file);
}
