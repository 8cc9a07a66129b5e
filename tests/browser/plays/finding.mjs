// Something is searched for from any page, narrowed, kept under a name, and told of when something new is found; and an earlier answer is read beside its
// question, taken over into a draft, and warned of once it is replaced.
import assert from "node:assert/strict";

import { clock, settle } from "../lib/stage.mjs";
import { Inquiry } from "../lib/office.mjs";

const NAME = "Зейнетақы бойынша жаңа сауалдар";
const SUBJECT = "Зейнетақы жүйесін жетілдіру туралы";

export async function play(cast) {
  await clock("2023-09-20T09:40:00Z");
  const answered = await Inquiry.registered("ДС-701", SUBJECT);
  await answered.sent();
  const open = await Inquiry.registered("ДС-702", SUBJECT);
  await open.assigned();
  await settle();
  await searches(cast, answered);
  await takesOver(cast, answered, open);
}

async function searches(cast, answered) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  const { page } = clerk;
  await clerk.open("/search");
  await clerk.look("a search for nothing");
  await clerk.open("/outbox");
  if (!cast.isScriptless) {
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "topsearch", "the key / leads to the search");
  }
  const box = page.getByRole("searchbox", { name: words.searchEverywhere });
  await clerk.write(box, "зейнетақының");
  await clerk.arrives(() => page.keyboard.press("Enter"));
  assert.equal(await page.locator(".hit").count(), 2);
  assert.ok(await page.locator("mark").count() > 0);
  await clerk.look("hits");
  const address = page.url();
  await clerk.go(page.locator(".facet a").first());
  await clerk.look("hits, narrowed");
  const narrowed = page.url();
  await clerk.go(page.locator(".chips a").first());
  assert.equal(new URL(page.url()).searchParams.get("q"), new URL(address).searchParams.get("q"), "what narrowed is gone, the words stay");

  const fold = await clerk.unfold(words.saveSearch);
  await clerk.write(clerk.field(words.searchName, fold), NAME);
  await clerk.look("a search is being kept", { rounds: false });
  await clerk.go(clerk.button(words.save, fold));
  await Inquiry.registered("ДС-703", SUBJECT);
  await settle();
  await clerk.open("/search/saved");
  await clerk.look("something new is found");
  await clerk.go(page.locator('.views button[value="look"]').first());
  assert.equal(await page.locator(".hit").count(), 1, "only what is new");
  await clerk.look("what is new");
  await bothAreKept(clerk, narrowed);

  await clerk.open(`/search?q=${encodeURIComponent("ғғғққққ")}`);
  await clerk.look("nothing was found");
  await clerk.open(`/search?q=${encodeURIComponent("дс 701")}`);
  assert.ok(page.url().includes(answered.place), "a number leads straight there");
  await clerk.look("where a number leads");
  await clerk.go(clerk.link(words.allHits));
  assert.equal(new URL(page.url()).pathname, "/search");
}

/** Another search under a name that is taken: nothing is replaced before it is said which of the two is meant. */
async function bothAreKept(clerk, address) {
  const { page, words } = clerk;
  await clerk.open(address);
  const fold = await clerk.unfold(words.saveSearch);
  await clerk.write(clerk.field(words.searchName, fold), NAME);
  await clerk.goesWrong(409, clerk.button(words.save, fold));
  await clerk.look("another search has the name");
  await clerk.go(clerk.button(words.keepBoth));
  await clerk.open("/search/saved");
  assert.equal(await page.locator('.views button[value="look"]').count(), 2, "both are kept");
}

async function takesOver(cast, answered, open) {
  const { words } = cast;
  const lead = await cast.at("lead");
  const { page } = lead;
  await lead.open(`${open.place}/earlier`);
  await lead.look("earlier answers");
  await lead.open(`${open.place}/draft#panel-earlier`);
  await lead.look("a draft beside earlier answers", { rounds: false });
  await lead.open(`${open.place}/earlier`);
  await lead.go(page.locator(".earlier a.button").first());
  await lead.look("question and answer");
  await lead.goesWrong(422, lead.button(words.takeOver));
  await lead.look("nothing was chosen");
  await lead.press(page.getByRole("checkbox").first());
  await lead.go(lead.button(words.takeOver));
  assert.ok(await page.locator(".sources a").count() > 0, "where it came from");
  await lead.look("a paragraph was taken over", { rounds: false });
  answered.seen = (await answered.dossier()).version;
  await answered.command("signatory", "replace-reply", { reason: "Қате түзетіледі." });
  await settle();
  await lead.open(`${open.place}/draft`);
  assert.ok(await page.locator(".sources .warn").count() > 0, "it was replaced since");
  await lead.look("what was taken over was replaced", { rounds: false });
}
