// A signature asks for a proof of identity of the last ten minutes, and what was about to be signed is still there afterwards.
import assert from "node:assert/strict";

import { Actor } from "../../lib/actor.mjs";
import { ageProof, given, settle } from "../../lib/stage.mjs";

export async function signing(cast, office) {
  const { words } = cast;
  const me = await cast.at("signatory");
  await me.goes(words.signSeveral);
  await me.goesWrong(422, me.sender("/signing/several"));
  await me.look("none ticked");
  const place = `/signing/letter/${office.unsigned[0].id}`;
  await me.open(place);
  const late = new Actor(await me.page.context().newPage(), cast, "signatory, second tab");
  await late.open(place);

  await ageProof("signatory");
  await signs(me);
  await me.look("proof by password");
  await me.write(me.field(words.password), "not the password");
  await me.goesWrong(401, me.button(words.prove));
  await me.look("proof by password, wrong");
  await me.write(me.field(words.password), given.password);
  await me.go(me.button(words.prove));
  assert.equal(new URL(me.page.url()).pathname, place, "one comes back to the letter");
  await me.look("deck, proved");
  await signs(me);
  await settle();

  // The other tab still shows the letter that is signed by now.
  await returns(late, "Кеш қалған ескерту");
  await late.goesWrong(412, late.button(words.returnIt));
  await late.look("signed meanwhile");
  await late.page.close();

  await me.open(`/signing/letter/${office.unsigned[1].id}`);
  await returns(me, "");
  await me.goesWrong(422, me.button(words.returnIt));
  await me.look("returned without a reason");
}

async function signs(me) {
  const { words, page } = me;
  const button = me.button(words.sign, page.getByRole("form"));
  if (me.cast.isScriptless) return me.go(button);
  await me.press(button);
  await page.getByRole("dialog").waitFor();
  return me.go(me.button(words.yesSign));
}

async function returns(me, reason) {
  const fold = await me.unfold(me.words.return);
  if (reason) await me.write(fold.locator("textarea"), reason);
}
