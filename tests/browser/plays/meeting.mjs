// Two windows at one text: what only one of them changed comes together by itself, and where both changed the same a person is asked.
import assert from "node:assert/strict";

import * as desk from "../lib/desk.mjs";

const TEXT = "**/draft/working";

export async function isAsked(story) {
  const { cast, place, words } = story;
  const lead = await cast.at("lead");
  await lead.open(`${place}/draft`);
  await desk.opens(lead);
  const other = { page: await lead.page.context().newPage(), hands: {}, press: (target) => target.click() };
  await other.page.goto(`${place}/draft`, { waitUntil: "load" });
  await desk.opens(other);
  await desk.goesIn(other);
  const before = await desk.text(lead);
  await isToldWhatIsMissing(lead, place, words);

  await slower(lead, "Control+Home", "Бірінші. ", async () => {
    await desk.keys(other, ["Control+End"]);
    await desk.types(other, " Екінші.");
    await desk.isKept(other);
  });
  await desk.isKept(lead);
  assert.equal(await desk.text(lead), `Бірінші. ${before} Екінші.`, "nobody had to choose");
  await other.page.getByText("Бірінші.").first().waitFor();

  await slower(lead, "Control+Home", "Біреуі. ", async () => {
    await desk.keys(other, ["Control+Home"]);
    await desk.types(other, "Екіншісі. ");
    await desk.isKept(other);
  });
  const form = lead.page.locator("[data-conflict]:not([hidden])");
  await form.waitFor();
  // Whoever writes goes on writing, and what they write goes along.
  await desk.types(lead, "Әрі. ");
  assert.ok((await desk.text(lead)).startsWith("Біреуі. Әрі. "), "the cursor stays in the text");
  await lead.look("both wrote", { rounds: false });
  await lead.go(lead.button(words.putTogether, form));
  await lead.look("two texts");
  await lead.goesWrong(422, lead.button(words.writeOn));
  await lead.look("two texts, nothing chosen");
  await lead.press(lead.page.locator(".merge-row.has-error input[value=mine]"));
  await lead.go(lead.button(words.writeOn));
  await desk.opens(lead);
  const chosen = await desk.text(lead);
  assert.ok(chosen.startsWith("Біреуі. Әрі. ") && !chosen.includes("Екіншісі."), "what was chosen is the text");
  await other.page.close();
  await lead.open(place);
}

/** What the form needs is asked for beside its field: the text stays where it is. */
async function isToldWhatIsMissing(lead, place, words) {
  const form = lead.page.locator("form#revise-draft");
  const name = lead.field(words.executorName, form);
  const error = form.locator("#revise-draft-executor-name-error");
  const was = await name.inputValue();
  await lead.write(name, " ");
  await lead.press(lead.sender(`${place}/commands/revise-draft`));
  await error.waitFor();
  assert.ok(await desk.isOpen(lead), "the editor is still there");
  await lead.write(name, was);
  await error.waitFor({ state: "detached" });
}

/** Somebody types, and what they typed arrives only when what the other one does is kept. */
async function slower(actor, key, typed, doing) {
  let arrives;
  const held = new Promise((done) => { arrives = done; });
  await actor.page.route(TEXT, async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  await desk.goesIn(actor);
  await desk.keys(actor, [key]);
  await actor.watch.expecting(actor.page, 412, async () => {
    await desk.types(actor, typed);
    await actor.page.waitForRequest((request) => request.method() === "PUT");
    await doing();
    arrives();
  });
  await actor.page.unroute(TEXT);
}
