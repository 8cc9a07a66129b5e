// A letter is signed on the signatory's own device: NCALayer (a stand-in of ours, lib/layer.mjs) is not running, its window is closed, it refuses, it says what nobody
// understands, the wrong key is chosen; then it signs. Whatever goes wrong is said in words, and the letter still lies there.
import assert from "node:assert/strict";

import { Layer } from "../lib/layer.mjs";
import { Inquiry } from "../lib/office.mjs";
import { given, settle } from "../lib/stage.mjs";

export async function play(cast) {
  const { words } = cast;
  const letter = await signable("ДС-601");
  const signatory = await cast.at("signatory");
  await signatory.goes(words.toSign);
  await signatory.look("deck where devices sign");
  await signatory.go(signatory.link(words.signOnDevice));
  await signatory.look("a letter to be signed on a device");

  const state = signatory.page.locator("#device-state");
  const says = async (what) => {
    const wanted = await state.getAttribute(`data-${what}`);
    await state.filter({ hasText: wanted }).waitFor();
    await signatory.look(`device, ${what}`);
  };
  const presses = () => signatory.press(signatory.button(words.signOnDevice));

  // Nobody listens: what the browser says of that to its console is no fault of the page.
  signatory.watch.mayNotConnect = true;
  await presses();
  await says("absent");
  signatory.watch.mayNotConnect = false;

  const layer = await Layer.start(given.layer, given.authority);
  try {
    layer.person = { cancels: true };
    await presses();
    await says("canceled");
    layer.person = { says: JSON.stringify({ status: false, code: "SIGNING_FAILURE", message: "<b>Кілт табылмады</b>" }) };
    await presses();
    await says("refused");
    assert.ok((await state.textContent()).endsWith("<b>Кілт табылмады</b>"), "what it says is a text");
    layer.person = { says: JSON.stringify({ status: true, body: { result: [17] } }) };
    await presses();
    await says("unknown");
    assert.equal((await letter.dossier()).state, "for_signature");

    layer.person = { signs: "signing_in" };
    await signatory.watch.expecting(signatory.page, 422, () => signatory.arrives(presses));
    await signatory.look("the wrong key");
    assert.equal((await letter.dossier()).state, "for_signature");

    layer.person = { signs: "person" };
    await signatory.arrives(presses);
    await settle();
    assert.equal((await letter.dossier()).state, "signed");
    // What was handed to it are the letter's bytes, and the key is asked for by its purpose.
    assert.deepEqual(layer.asked.at(-1).args.signerParams, { extKeyUsageOids: ["1.3.6.1.5.5.7.3.4"] });
    assert.equal(layer.asked.at(-1).args.locale, cast.language);
  } finally {
    await layer.stop();
  }
  await several(cast);
}

/** A letter that lies before the signatory. */
async function signable(number) {
  const letter = await Inquiry.registered(number, "Зейнетақы жүйесін жетілдіру туралы");
  await letter.forSignature();
  await settle();
  return letter;
}

/** Of several, each is signed alone. */
async function several(cast) {
  const { words } = cast;
  await signable("ДС-602");
  await signable("ДС-603");
  const signatory = await cast.at("signatory");
  await signatory.goes(words.signSeveral);
  await signatory.look("several where devices sign");
  assert.equal(await signatory.page.getByRole("checkbox").count(), 0);
  assert.equal(await signatory.page.locator('a[href*="/device?read="]').count(), 2);
}
