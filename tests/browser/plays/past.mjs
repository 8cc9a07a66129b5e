// The past: an auditor looks at an inquiry, the worklist and the load as of a moment, by slider, by fields and by links, and at what has changed since.
import assert from "node:assert/strict";

import { Inquiry } from "../lib/office.mjs";
import { clock, settle } from "../lib/stage.mjs";

export async function play(cast) {
  const { words } = cast;
  const inquiry = await Inquiry.registered("ДС-701", "Ауыл мектептерін жөндеу туралы");
  await clock("2023-09-27T05:00:00Z");
  await inquiry.forSignature();
  await settle();
  const auditor = await cast.at("auditor");
  const place = `/inquiries/${inquiry.id}`;
  await auditor.open(place);
  const today = auditor.page.url();

  // The slider stands at the last event; by keys to the first, and there.
  const bar = await auditor.unfold(words.asItStood);
  await auditor.look("an inquiry, the way to its past", { rounds: false });
  const slider = bar.locator("#moment-slider");
  await slider.focus();
  await auditor.page.keyboard.press("Home");
  assert.match(await auditor.page.locator("#moment-said").textContent(), /^20\.09\.2023/);
  await auditor.go(auditor.button(words.goThere, bar));
  await auditor.look("an inquiry of the past");
  assert.equal(await auditor.page.locator(".actions").count(), 0, "nothing acts in the past");
  await auditor.unfold(words.anotherMoment);
  await auditor.look("an inquiry of the past, another moment", { rounds: false });
  await auditor.go(auditor.page.locator('#main a[rel="next"]'));
  const permalink = await auditor.page.locator("#past-permalink").getAttribute("href");
  await auditor.go(auditor.page.locator("#past-between"));
  await auditor.look("an inquiry at two moments");
  await auditor.open(permalink);
  await auditor.go(auditor.link(words.backToNow));
  assert.equal(auditor.page.url(), today, "the way back leads to the present");

  await auditor.goes(words.inquiries);
  const day = await auditor.unfold(words.asItStood);
  await auditor.date(day.locator("#as-of-day"), "2023-09-25");
  await auditor.go(auditor.button(words.showAsItWas, day));
  await auditor.look("the worklist of the past");
  assert.ok(await auditor.link("ДС-701").isVisible());
  await auditor.go(auditor.page.locator("#past-between"));
  await auditor.look("the worklist at two moments");
  await auditor.open("/inquiries/between?since=2023-09-25&what=moved");
  assert.ok(await auditor.link("ДС-701").isVisible(), "it has moved since");
  await auditor.look("the worklist at two moments, moved");

  await auditor.open("/load?as_of=2023-09-25");
  await auditor.look("the load of the past");
  await auditor.finds(400, "/load?as_of=2999-01-01");
  await auditor.look("a moment that has not been", { rounds: false });
}
