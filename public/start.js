// Starts the page's program. A file of its own, since the page's policy allows no inline script.
"use strict";

if (typeof WebAssembly !== "object") {
  document.getElementById("trouble").textContent =
    "This browser has no WebAssembly, or it is switched off (some browsers do so in their strictest mode). The page needs it to compute.";
}

// Reports a failure to load, and a crash of the page's own program, which could no longer report it itself.
const broken = (event) => {
  const reason = String(event.reason ?? event.message ?? "");
  const trouble = document.getElementById("trouble");
  if (trouble) trouble.textContent = `The page's program could not be loaded. Please reload. ${reason}`;
  else if (/unreachable|RuntimeError|memory access|panicked/.test(reason))
    document.getElementById("broken").hidden = false;
};
addEventListener("unhandledrejection", broken);
addEventListener("error", broken);

// Trunk names the program's two files, with their hashes, in the page's head.
const [script, program] = ["modulepreload", "preload"].map((kind) => document.head.querySelector(`link[rel=${kind}]`));
import(script.href).then(({ default: init }) =>
  init({ module_or_path: fetch(program.href, { integrity: program.integrity }) }),
);
