// Reports: who answers in time, narrowed and as of a day, the inquiries behind a figure, where the time went, and what will probably be late. A state
// is looked at in both sizes of window.
import assert from "node:assert/strict";

import { DEVICES } from "../lib/browser.mjs";
import { Eyes } from "../lib/eyes.mjs";
import { Inquiry } from "../lib/office.mjs";
import { clock, settle } from "../lib/stage.mjs";

export const eyesFor = () => new Eyes(Object.values(DEVICES).map(({ viewport }) => viewport));

export async function play(cast) {
  const { words } = cast;
  await clock("2023-09-20T04:00:00Z");
  const subject = "Зейнетақы жүйесін жетілдіру туралы";
  const answered = await Inquiry.registered("ДС-701", subject);
  await answered.sent();
  const assigned = await Inquiry.registered("ДС-702", subject);
  await assigned.assigned();
  await Inquiry.registered("ДС-703", subject);
  await clock("2023-10-24T04:00:00Z");
  await settle();

  const head = await cast.at("head");
  const { page } = head;
  await head.goes(words.reports);
  await head.look("a report by ministry");
  assert.equal(await page.locator(".report-chart svg title").count(), 1);
  await head.go(head.link(words.faction));
  await head.look("a report by faction");
  await head.choose(head.field(words.lead), "mlsp");
  await head.go(head.button(words.show));
  await head.look("a report of one ministry");
  await head.go(page.locator(".report .total a").first());
  await head.look("the inquiries behind a figure");
  assert.equal(await page.locator("tbody tr").count(), 2);
  await head.open("/reports?as_of=2023-09-30&by=topic");
  await head.look("a report as of a day");
  await head.open("/reports/inquiries?figure=late");
  await head.look("a figure that counts nothing");
  await head.open("/reports?by=steps");
  await head.look("where the time went");
  await head.open("/reports/forecast");
  await head.look("a forecast without a past");

  const clerk = await cast.at("clerk");
  await clerk.open(`${answered.place}/commands/set-topic`);
  await clerk.look("a topic is set");
}
