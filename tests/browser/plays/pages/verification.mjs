// Somebody with a letter and without an account: checks it by its file, dropped or chosen, and by its code.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `link`: a deputy's personal page, from which the letter is downloaded. */
export async function checksALetter(cast, link) {
  const { words } = cast;
  const stranger = await cast.stranger();
  const { page } = stranger;
  const letter = await (await page.request.get(`${link}/reply.pdf`)).body();
  await stranger.open(`/v?lang=${cast.language}`);
  await stranger.look("checking a letter");

  await stranger.goesWrong(422, stranger.button(words.checkFile));
  await stranger.look("no file to check");
  await stranger.attach(stranger.field(words.letterFile), "letter.pdf", letter);
  await stranger.go(stranger.button(words.checkFile));
  await says(stranger, words.genuine);
  await stranger.look("genuine");

  const changed = Buffer.concat([letter, Buffer.from("\n% more\n%%EOF\n")]);
  if (cast.input === "mouse" && !cast.isScriptless) await dropped(stranger, changed);
  else {
    await stranger.attach(stranger.field(words.letterFile), "letter.pdf", changed);
    await stranger.go(stranger.button(words.checkFile));
  }
  await says(stranger, words.changedAfter);
  await stranger.look("changed afterwards");

  const code = await page.locator("dd.hash").filter({ hasText: /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/ }).first().innerText();
  await stranger.write(stranger.field(words.letterCode), code.toLowerCase().replaceAll("-", " "));
  await stranger.go(stranger.button(words.checkCode));
  await says(stranger, words.issued);
  await stranger.look("issued by its code");
  await stranger.write(stranger.field(words.letterCode), `${code.slice(0, -4)}0000`);
  await stranger.goesWrong(404, stranger.button(words.checkCode));
  await stranger.look("no such code");
  await stranger.page.context().close();
}

async function says(stranger, words) {
  const sentence = await stranger.page.getByRole("heading", { level: 1 }).innerText();
  assert.ok(sentence.includes(words), `${words} is not said: ${sentence}`);
}

/** Drags a file from the machine over the page and lets it go, as the browser itself is told of it. */
async function dropped(stranger, content) {
  const folder = mkdtempSync(join(tmpdir(), "saual-drop-"));
  const file = join(folder, "letter.pdf");
  writeFileSync(file, content);
  const session = await stranger.page.context().newCDPSession(stranger.page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  await stranger.arrives(async () => {
    for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, x: 120, y: 240, data });
  });
  rmSync(folder, { recursive: true });
}
