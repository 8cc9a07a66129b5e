// With scripts switched off: the whole story, each form sent and each decision taken, and every page that shows something showing it.
import assert from "node:assert/strict";

import { Cast } from "../lib/actor.mjs";
import { blind } from "../lib/eyes.mjs";
import { drafts } from "../lib/facts.mjs";
import { Story } from "./story.mjs";

/** The same people at browsers that run no script. axe is a script too: these pages are looked at elsewhere. */
export const withoutScripts = (cast) => new Cast(cast.browser, { ...cast, eyes: blind, isScriptless: true, profile: { javaScriptEnabled: false } });

export async function play(cast) {
  const plain = withoutScripts(cast);
  const story = new Story(plain);
  await story.arrives();
  await worklist(plain, story);
  await story.isResolved();
  await story.isAnsweredByMinistries();
  await story.isRefusedByOne();
  await story.isApprovedByAll();
  await comparison(plain, story);
  await story.isSigned();
  await story.isSent();
  await story.isReceived();
  await story.isClosed();
  await history(plain, story);
  await story.isSeenByOthers();
}

/** The worklist is searched by its form, and says so when there is nothing. */
async function worklist(cast, story) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.goes(words.inquiries);
  const rows = () => clerk.page.locator(".c-number").getByRole("link").count();
  assert.equal(await rows(), 1);
  await clerk.write(clerk.field(words.search), "Корея");
  await clerk.go(clerk.button(words.show));
  assert.equal(await rows(), 1, story.registered.subject);
  await clerk.write(clerk.field(words.search), "Аустралия");
  await clerk.go(clerk.button(words.show));
  assert.ok(await clerk.page.getByText(words.nothingFound).isVisible());
}

/** Two versions are chosen and compared. */
async function comparison(cast, story) {
  const { words } = cast;
  const lead = await cast.at("lead");
  await lead.open(`${story.place}/draft/changes`);
  await lead.choose(lead.field(words.toVersion), "1");
  await lead.go(lead.button(words.compare));
  assert.equal(new URL(lead.page.url()).searchParams.get("to"), "1");
  await lead.open(`${story.place}/draft/changes?from=1&to=2`);
  const added = drafts[1].body.blocks.at(-1).content[0].text.slice(0, 40);
  assert.ok(await lead.page.locator("ins").filter({ hasText: added }).first().isVisible(), "what was added is shown");
}

/** The history is folded, and opens. */
async function history(cast, story) {
  const auditor = await cast.at("auditor");
  await auditor.open(story.place);
  await auditor.unfold(cast.words.events);
  assert.ok(await auditor.page.locator(".timeline code").filter({ hasText: "inquiry_closed" }).isVisible());
}
