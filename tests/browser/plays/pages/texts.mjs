// Texts in two hands: a version that the working text does not know, and a contribution that was sent without its author.
import assert from "node:assert/strict";

import { rich } from "../../lib/office.mjs";

const [FIRST, SECOND] = ["Үкімет сауалды қарап, келесіні хабарлайды.", "Зейнетақы жинағы кодекспен қорғалады."];

export async function twoHands(cast, office) {
  const { working } = office;
  await working.contributed("Бірінші сөйлем осында тұр.");
  await working.kept("mfa", "contribution/working", { base: 1, text: rich("Бірінші сөйлем мұнда тұр.") });
  await working.contributed("Бірінші сөйлем қазір осында тұр.");
  const mfa = await cast.at("mfa");
  await mfa.open(`${working.place}/contribution`);
  await mfa.look("contribution behind");
  await mfa.go(mfa.page.locator('a[href$="/contribution/merge"]'));
  await isPutTogether(mfa, "two contributions");

  const lead = await cast.at("lead");
  const { revision } = await working.text("lead", "draft/working");
  await working.kept("lead", "draft/working", { base: 2, text: rich(FIRST, "Зейнетақы жинағы заңмен және кодекспен қорғалады.", "Үстелдегі абзац.") }, revision);
  await working.written(FIRST, "Зейнетақы жинағы екі заңмен қорғалады.", "Жазып қойылған абзац.");
  await lead.open(`${working.place}/draft`);
  await lead.look("draft behind");
  await lead.go(lead.page.locator('a[href$="/draft/merge"]'));
  await isPutTogether(lead, "two texts");
}

/** Two texts lie beside each other; one chooses everywhere. */
async function isPutTogether(somebody, state) {
  const { page } = somebody;
  await somebody.look(state);
  const save = page.locator('.merge button[value="merge"]');
  // Where only one of them wrote, that is chosen beforehand; where both did, a person is asked.
  const open = page.locator(".merge fieldset:not(:has(:checked))");
  assert.ok(await open.count() > 0, "both changed something");
  await somebody.goesWrong(422, save);
  await somebody.look(`${state}, not chosen`);
  for (let left = await open.count(); left > 0; left -= 1) await somebody.press(open.first().getByRole("radio").first());
  await somebody.go(save);
  await somebody.look(`${state}, put together`);
}
