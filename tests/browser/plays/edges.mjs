// What lies beside the story: pages that refuse, lists that are empty, dialogs and drawers that are open, a letter that somebody else decided.
import assert from "node:assert/strict";

import { Actor } from "../lib/actor.mjs";
import { drafts, typed } from "../lib/facts.mjs";

/** Somebody at the door with a wrong password, and with a code that no letter has. */
export async function atTheDoor(cast) {
  const { words } = cast;
  const stranger = await cast.stranger();
  await stranger.open(`/login?lang=${cast.language}`);
  await stranger.writeName("clerk", "not the password");
  await stranger.goesWrong(401, stranger.button(words.signIn));
  await stranger.look("wrong password");
  await stranger.finds(404, "/v/00000-00000");
  await stranger.look("no such letter");
}

/** A clerk where nothing is, and where clerks may not go. */
export async function wherePagesEnd(cast) {
  const clerk = await cast.at("clerk");
  await clerk.finds(404, "/nowhere");
  await clerk.look("no such page");
  await clerk.finds(403, "/journal");
  await clerk.look("not permitted");
}

/** The worklist narrowed to nothing, with a row chosen, with its keys explained. */
export async function worklist(cast) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.goes(words.inquiries);
  if (await clerk.page.locator("summary").filter({ hasText: words.filters }).isVisible()) {
    await clerk.unfold(words.filters);
    await clerk.look("filters open", { rounds: false });
  }
  await clerk.press(clerk.page.locator(".worklist tbody .pick input").first());
  await clerk.look("one chosen");
  const keys = clerk.button(`${words.keys} ?`);
  if (await keys.isVisible()) {
    await clerk.press(keys);
    await clerk.page.getByRole("dialog").waitFor();
    await clerk.look("keys explained", { rounds: false });
    await clerk.press(clerk.button(words.close));
  }
  await clerk.write(clerk.field(words.search), "Аустралия");
  await clerk.go(clerk.button(words.show));
  assert.ok(await clerk.page.getByText(words.nothingFound).first().isVisible());
  await clerk.look("nothing found");
}

/** An approver decided in one window what still lies in another. */
export async function decidedMeanwhile(cast, approver, place) {
  const { words } = cast;
  const late = new Actor(await approver.page.context().newPage(), cast, approver.part);
  await late.open(place);
  await late.unfold(words.remarks);
  await late.write(late.field(words.whatHasToChange), "Кеш қалған ескерту");
  return async () => {
    await late.goesWrong(412, late.button(words.refuseVisa));
    assert.ok(await late.page.getByText("Кеш қалған ескерту").isVisible(), "what was typed is shown");
    await late.look("decided meanwhile");
    await late.page.close();
  };
}

/** The lead takes the draft from a file, after one that is no text. */
export async function fromAFile(cast, place) {
  const { words } = cast;
  const lead = await cast.at("lead");
  await lead.open(`${place}/draft/file`);
  await lead.look("no file yet");
  const choose = (name, text) => lead.field(words.file).setInputFiles({ name, mimeType: "text/markdown", buffer: Buffer.from(text) });
  await choose("кесте.md", "Мәтін <u>белгісімен</u>\n\n[^1]");
  await lead.goesWrong(422, lead.button(words.readFile));
  await lead.look("file refused");
  await choose("жоба.md", `${typed(drafts[0].body)}\n\nҚосылған абзац.`);
  await lead.go(lead.button(words.readFile));
  await lead.look("file read");
}

/** A deputy asks again; a clerk looks at it and says why not. */
export async function asksAgain(cast, deputy) {
  const { words } = cast;
  await deputy.write(deputy.field(words.yourQuestions), "Келісімге қашан қол қойылады?\n\nОған дейін кім көмектеседі?");
  await deputy.go(deputy.button(words.sendQuestions));
  await deputy.look("asked again");
  const clerk = await cast.at("clerk");
  await clerk.goes(words.inquiries);
  await clerk.goes(words.proposals);
  await clerk.look("a proposal waits");
  const fold = await clerk.unfold(words.dismiss);
  await clerk.write(clerk.field(words.whyDismissed, fold), "Жауабы екінші тармақта бар.");
  await clerk.go(clerk.button(words.dismiss, fold));
  await clerk.look("a proposal was dismissed");
}

/** Each delivery with its attempts, and its evidence; the ministry's own desk. */
export async function deliveries(cast, place) {
  const clerk = await cast.at("clerk");
  for (const [path, state] of [["", "all deliveries"], ["/2", "one delivery"], ["/2/evidence", "evidence"]]) {
    await clerk.open(`${place}/deliveries${path}`);
    await clerk.look(state);
  }
}
