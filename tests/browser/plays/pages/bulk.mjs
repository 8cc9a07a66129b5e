// One form for several inquiries: what it is about, what it cannot be done to, and what became of each.
import assert from "node:assert/strict";

import { resolution } from "../../lib/facts.mjs";
import { settle } from "../../lib/stage.mjs";

export async function severalAtOnce(cast, office) {
  const head = await chooses(cast, "head", [...office.fresh, office.withdrawn]);
  await head.go(head.page.locator('.bulk button[formaction="/inquiries/assign"]'));
  await head.look("several to assign");
  await head.goesWrong(422, head.sender("/inquiries/assign"));
  await head.look("several to assign, faults");
  const { words } = cast;
  const form = head.page.locator('form[action="/inquiries/assign"]');
  await head.write(head.field(words.resolution, form), resolution);
  await head.choose(head.field(words.lead, form), "mlsp");
  await head.date(head.field(words.leadDue, form), "2023-10-06");
  await head.go(head.sender("/inquiries/assign"));
  await head.look("several assigned");
  assert.equal(await head.page.locator(".visas .tag.ok").count(), 2);
  await settle();

  const control = await chooses(cast, "control", [office.late, office.working]);
  await control.go(control.page.locator('.bulk button[formaction="/inquiries/extend"]'));
  await control.look("several to extend");
  await control.go(control.sender("/inquiries/extend"));
  await control.look("several extended");
  assert.equal(await control.page.locator(".visas .tag.ok").count(), 1);
  await settle();
  await control.open(`/inquiries/extend?chosen=yes&inquiry=${office.withdrawn.id}`);
  await control.look("none to extend");
  await reminds(cast, office);
}

async function reminds(cast, office) {
  const control = await chooses(cast, "control", [office.late, office.withdrawn]);
  await control.go(control.page.locator('.bulk button[formaction="/inquiries/remind"]'));
  await control.look("several to remind of");
  await control.go(control.sender("/inquiries/remind"));
  await control.look("several reminded of");
  await settle();
}

async function chooses(cast, part, inquiries) {
  const somebody = await cast.at(part);
  await somebody.goes(cast.words.inquiries);
  for (const { id } of inquiries) await somebody.press(somebody.page.locator(`.pick input[value="${id}"]`));
  return somebody;
}
