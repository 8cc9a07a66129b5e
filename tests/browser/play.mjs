// Plays one play, as the test that starts us asks (SAUAL_PLAY), and reports: what was looked at, and every fault.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Cast } from "./lib/actor.mjs";
import { open } from "./lib/browser.mjs";
import { blind, Eyes } from "./lib/eyes.mjs";
import { fault, faults } from "./lib/faults.mjs";
import { given, leave } from "./lib/stage.mjs";
import { words } from "./lib/words.mjs";

const { play, eyesFor = () => new Eyes() } = await import(`./plays/${given.play}.mjs`);
const since = Date.now();
const browser = await open();
const eyes = given.input === "impatient" ? blind : eyesFor(given);
const cast = new Cast(browser, { ...given, words: words(given.language), eyes });
try {
  await play(cast);
} catch (error) {
  fault("the play broke off", error.stack);
  // What everybody saw last says more than the words.
  mkdirSync(given.traces, { recursive: true });
  for (const [at, context] of browser.contexts().entries()) for (const page of context.pages()) {
    const file = join(given.traces, `${given.play}-${given.language}-${given.input}-${at}.png`);
    await page.screenshot({ path: file, fullPage: true }).catch(() => {});
    console.log(`${page.url()} is in ${file}`);
  }
} finally {
  await browser.close();
  leave();
}
// Which pages these are, and whether one is missing, is for the test to say (looked.rs).
for (const page of eyes.pages ?? []) console.log(`looked at ${page}`);
for (const line of faults()) console.log(`FAULT ${line}`);
const seconds = Math.round((Date.now() - since) / 1000);
console.log(`${given.play}, ${given.language}, ${given.input}, ${given.device}: ${eyes.looks} states looked at, ${faults().length} faults, ${seconds} s`);
process.exitCode = faults().length > 0 ? 1 : 0;
