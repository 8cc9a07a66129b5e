// Between two versions: an approver suggests words in the shared text, the lead accepts one and refuses the other by keys, and suggests something too.
import assert from "node:assert/strict";

import * as desk from "../lib/desk.mjs";
import { clock } from "../lib/stage.mjs";

const WORDS = " Ұсынылған сөз.";
const STRUCK = 3;

export async function areSettled(story) {
  const { cast, place } = story;
  await clock("2023-09-29T06:20:00Z");
  const legal = await cast.at("legal");
  await legal.open(`${place}/draft?suggest=yes`);
  await desk.opens(legal);
  const before = await desk.text(legal);
  await desk.goesIn(legal);
  await desk.keys(legal, ["Control+Home", "End"]);
  await desk.types(legal, WORDS);
  await desk.keys(legal, ["Control+End", ...Array(STRUCK).fill("Backspace")]);
  await desk.isKept(legal);
  assert.equal(await desk.text(legal, "ins"), WORDS, "what is typed is an insertion");
  assert.equal((await desk.text(legal, "del")).length, STRUCK, "what is taken away stays, struck through");
  await legal.look("suggesting, approver", { rounds: false });

  const lead = await cast.at("lead");
  await lead.open(`${place}/draft`);
  await desk.opens(lead);
  await lead.page.locator("[data-suggested]", { hasText: "2" }).waitFor();
  await desk.opensPanel(lead, "suggestions");
  await lead.look("suggestions beside the text");
  await desk.goesIn(lead);
  await desk.keys(lead, ["Control+Home", "Control+Alt+n"]);
  const aloud = lead.page.locator("[data-aloud]");
  await aloud.filter({ hasText: WORDS.trim() }).waitFor({ state: "attached" });
  await desk.keys(lead, ["Control+Alt+a", "Control+Alt+n", "Control+Alt+r"]);
  await lead.page.locator("[data-suggested]", { hasText: "0" }).waitFor();
  await desk.isKept(lead);
  const after = await desk.text(lead);
  assert.equal(after.replace(WORDS, ""), before, "one is accepted, and what was refused is as it was");
  assert.ok(after.includes(WORDS));

  // What the lead types is the text itself, until they say otherwise.
  await desk.keys(lead, ["Control+Alt+s", "Control+End"]);
  await desk.types(lead, WORDS);
  await desk.isKept(lead);
  assert.equal(await desk.text(lead, "ins"), WORDS);
  await lead.look("suggesting, lead", { rounds: false });
  await lead.page.locator("[data-suggested]", { hasText: "1" }).waitFor();
  await desk.keys(lead, ["Control+Alt+r", "Control+Alt+s"]);
  await lead.page.locator("[data-suggested]", { hasText: "0" }).waitFor();
  await desk.isKept(lead);
  await lead.open(place);
}
