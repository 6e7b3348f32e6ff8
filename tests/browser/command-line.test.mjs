// The page in a browser and the command line on this machine find the same features and the same neighbours.

import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { featuresOf, folder, mycoscope } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const FILES = {
  "rings/a.png": picture("rings", 1),
  "rings/b.png": picture("rings", 2, 64, 64),
  "stripes/c.png": picture("stripes", 3, 200, 133),
  "checks/d.png": picture("checks", 4, 61, 97),
};
const SEED = "7";

scenario(
  "features are the command line's",
  { browser: chromium, hash: `#device=cpu&seed=${SEED}` },
  async (page, t) => {
    const root = folder(t);
    const paths = writeFiles(root, FILES);
    await page.choose(paths);
    await page.untilComputed(4);

    for (const { file, part, vector } of featuresOf(root, SEED)) {
      const cosine = await page.bestCosine(vector);
      t.diagnostic(`${file} ${part}: cosine ${cosine.toFixed(7)}`);
      assert.ok(cosine > 0.999, `${part} of ${file}: cosine ${cosine}`);
    }

    await page.query("a.png");
    const told = JSON.parse(mycoscope("neighbours", root, join(root, "rings/a.png"), "--seed", SEED, "--json"));
    for (const column of ["embedding", "fungi"]) {
      const expected = told[column].filter(({ name }) => !name.endsWith("a.png"));
      const shown = await page.neighbours(column);
      assert.equal(shown.length, 3, column);
      for (const { name, score } of shown) {
        const twin = expected.find((neighbour) => neighbour.name.endsWith(name));
        assert.ok(
          Math.abs(score - twin.score) < 1e-3,
          `${name} in ${column}: ${score} here, ${twin.score} on the command line`,
        );
      }
    }
  },
);
