// What tests of the Segmentation tab share: opening it on the drawn scenes, waiting for maps.

export const FEATURES = ["embedding", "fungi"];
export const EDITOR = '[data-testid="seg-support"]';

/** Opens the tab with the drawn scenes, and waits for the first maps. */
export async function scenes(page) {
  await page.click("tab-segmentation");
  await page.until("the engine", async () => /Ready/.test(await page.text("status")));
  await page.click("seg-scenes");
  await maps(page, 1);
}

/** Waits until maps have come at least so many times with nothing left to do; gives how many there were, and their scores. */
export async function maps(page, least) {
  await page.until(`maps for the ${least}th time`, async () => {
    const [ready, number] = await Promise.all([
      page.attribute("seg-map-fungi", "data-ready").catch(() => null),
      page.attribute("seg-map-fungi", "data-maps").catch(() => null),
    ]);
    return ready === "true" && Number(number) >= least && (await page.attribute("seg-status", "data-busy")) === "false";
  });
  const scores = {};
  for (const feature of FEATURES) scores[feature] = Number(await page.attribute(`seg-map-${feature}`, "data-iou"));
  scores.majority = Number(await page.tab.$eval(".seg-columns", ({ dataset }) => dataset.majority));
  scores.times = Number(await page.attribute("seg-map-fungi", "data-maps"));
  return scores;
}

/** The share of each support photo that is painted. */
export const painted = (page) =>
  page.tab.$$eval(EDITOR, (editors) => editors.map(({ dataset }) => Number(dataset.painted)));
