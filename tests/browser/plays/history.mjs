// The pictures of pages that need more behind them than one inquiry: an office with two made-up years (history.rs), which says of itself that it is made up.
import assert from "node:assert/strict";

import { Cast } from "../lib/actor.mjs";
import { Photographer } from "../lib/photographer.mjs";
import { clock, given } from "../lib/stage.mjs";

const whole = true;

/** State of a page → its picture. */
const ALBUM = {
  "a report by ministry": { file: "reports", shows: "Who answers on time, by ministry; every figure leads to its inquiries", whole, longest: 1400 },
  "a forecast": { file: "forecast", shows: "Which inquiries will probably be late, why, and how right that was before", whole, longest: 1400 },
  "the load of the ministries": { file: "load", shows: "What waits at each ministry, in an office that is made up and says so", whole, longest: 1200 },
  "why it was late": { file: "late", shows: "Why a reply was late: who held the paper, and for how long", whole, longest: 1400 },
  "found": { file: "search", shows: "Everything that is written is searched: where it was found, and what narrows it", whole, longest: 1200 },
};
/** What surely stands in some of the history's letters. */
const WORDS = "капитальный ремонт";

export async function play(cast) {
  await clock("2025-11-24T04:00:00Z");
  const camera = new Photographer(ALBUM, { folder: given.pictures, suffix: given.language === "kk" ? "" : `.${given.language}` });
  const set = new Cast(cast.browser, { ...cast, eyes: camera });
  const head = await set.at("head");
  const { page } = head;
  await head.open("/reports");
  await head.look("a report by ministry");
  await head.open("/reports/forecast");
  await head.look("a forecast");
  await head.open("/load");
  await head.look("the load of the ministries");
  await head.open("/reports/inquiries?figure=late");
  const late = await page.locator("main tbody a").first().getAttribute("href");
  await head.open(`${new URL(late, given.base).pathname}/waiting`);
  await head.look("why it was late");
  const clerk = await set.at("clerk");
  await clerk.open(`/search?q=${encodeURIComponent(WORDS)}`);
  await clerk.page.locator(".hit").first().waitFor();
  await clerk.look("found");
  assert.equal(camera.taken.length, Object.keys(ALBUM).length, "each page was come to");
  for (const picture of camera.taken) console.log(`picture ${JSON.stringify(picture)}`);
}
