// An auditor looks through the journal: by chapter and person, by an inquiry, by something that nobody did; takes along what was found; looks at one event, at a person,
// and at where the time of an inquiry went, as a head and a deputy see it too.
import assert from "node:assert/strict";

import { Inquiry } from "../lib/office.mjs";
import { settle } from "../lib/stage.mjs";

export async function play(cast) {
  const { words } = cast;
  const letter = await Inquiry.registered("ДС-701", "Зейнетақы туралы");
  await letter.sent();
  const waits = await Inquiry.registered("ДС-702", "Жинақ туралы");
  await waits.assigned();
  await waits.written("Үкімет сауалды қарап, келесіні хабарлайды.");
  await waits.sentForApproval();
  const { content_hash } = (await waits.dossier()).draft;
  await waits.command("legal", "refuse-visa", { version: 1, content_hash, kind: "legal", remarks: "Сөйлем түсініксіз." });
  await settle();

  const auditor = await cast.at("auditor");
  const { page } = auditor;
  await auditor.goes(words.journal);
  await auditor.look("the journal, everything");
  await auditor.choose(page.locator("#what"), "approval");
  await auditor.write(page.locator("#who"), "legal");
  await auditor.choose(page.locator("#order"), "oldest");
  await auditor.go(auditor.button(words.show));
  await auditor.look("the journal, one chapter of one person");
  assert.equal(await page.locator("main tbody tr").filter({ has: page.locator('a[href="/journal/people/legal"]') }).count(), 2);
  assert.match(await auditor.downloads(page.locator('a[href^="/journal/export.zip"]')), /\.zip$/);
  await auditor.go(page.locator('a[href^="/journal/events/"]').first());
  await auditor.look("an event as it is stored, with its proof");
  await auditor.press(page.locator(".more-facts summary").first());
  await auditor.look("what is hashed", { rounds: false });
  await auditor.go(page.locator('a[href^="/journal?conversation="]').first());
  await auditor.look("everything of one act");
  await auditor.go(page.locator('a[href="/journal/people/legal"]').first());
  await auditor.look("what a person did and looked at");
  await auditor.open("/journal?inquiry=%D0%94%D0%A1-702&from=2040-01-01");
  await auditor.look("nothing was found");
  await auditor.finds(400, "/journal?from=tomorrow");
  await auditor.look("a moment that is none");

  await auditor.open(`${waits.place}/waiting`);
  await auditor.look("where the time goes, an auditor");
  const head = await cast.at("head");
  await head.open(letter.place);
  await head.go(head.page.locator(`a[href="${letter.place}/waiting"]`));
  await head.look("where the time went, the head");
  const deputy = await cast.at("deputy");
  await deputy.open(`${letter.place}/waiting`);
  await deputy.look("where the time went, a deputy");
}
