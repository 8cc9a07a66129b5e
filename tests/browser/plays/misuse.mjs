// What people do to pages: forms that have grown stale in another tab, the button for going back, two clerks at one letter, a session that
// ended in the middle of a form. Nothing is recorded twice, and nothing that was typed is lost.
import assert from "node:assert/strict";

import { registration, resolution } from "../lib/facts.mjs";
import { endSessions, given, position } from "../lib/stage.mjs";
import { Actor } from "../lib/actor.mjs";
import { Story } from "./story.mjs";

/** The letter of ДС-326 under another number, with its first deputy. */
const letter = (number) => {
  const [first] = registration.groups;
  return { ...registration, number, groups: [{ ...first, deputies: first.deputies.slice(0, 1) }] };
};

export async function play(cast) {
  const story = new Story(cast, letter("ДС-501"));
  const clerk = await cast.at("clerk");
  await clerk.open("/inquiries/new");
  await story.isRegistered(clerk);
  await goingBack(cast, story);
  await twoClerks(cast, story);
  await backToFaults(cast);
  await staleForm(cast, story);
  await endedSession(cast);
}

/** After a form was sent, back to it and sent again: the browser puts what was typed into a new form. */
async function goingBack(cast, story) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  const before = await position();
  await clerk.page.goBack();
  assert.equal(await clerk.field(words.number).inputValue(), story.registered.number);
  await clerk.goesWrong(409, clerk.button(words.registration));
  assert.equal(await position(), before, "nothing was recorded twice");
  await clerk.look("registered already");
  await clerk.go(clerk.link(words.openRegistered));
  assert.equal(new URL(clerk.page.url()).pathname, story.place);
}

/** Two clerks have the same letter in their hands. */
async function twoClerks(cast, story) {
  const { words } = cast;
  const second = await (await cast.stranger("clerk")).signIn();
  const before = await position();
  await second.open("/inquiries/new");
  await story.fillIn(second);
  await second.goesWrong(409, second.button(words.registration));
  assert.equal(await position(), before);
  assert.equal(await second.field(words.subject).inputValue(), registration.subject, "what was typed is kept");
  await second.go(second.link(words.openRegistered));
  assert.equal(new URL(second.page.url()).pathname, story.place);
}

/** A form that came back with a fault, was put right and taken, and then back: a page stands there, and the browser asks nothing. */
async function backToFaults(cast) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.open("/inquiries/new");
  const story = new Story(cast, { ...letter("ДС-504"), subject: "" });
  await story.fillIn(clerk);
  await clerk.goesWrong(422, clerk.button(words.registration));
  await clerk.look("registration, a fault");
  await clerk.write(clerk.field(words.subject), "Ауылдық жолдарды жөндеу");
  await clerk.go(clerk.button(words.registration));
  const before = await position();
  await clerk.page.goBack();
  assert.equal(new URL(clerk.page.url()).pathname, "/inquiries/new");
  assert.ok(await clerk.button(words.registration).isVisible(), "a page stands there");
  assert.equal(await position(), before, "and nothing was sent again");
}

/** A form in a second tab, after the first one was sent. */
async function staleForm(cast, story) {
  const { words } = cast;
  const head = await cast.at("head");
  const second = new Actor(await head.page.context().newPage(), cast, "head, second tab");
  const typed = async (tab, words_) => {
    await tab.open(story.place);
    const fold = await tab.unfold(words.assign);
    await tab.write(tab.field(words.resolution, fold), words_);
    await tab.choose(tab.field(words.lead, fold), "mlsp");
    return tab.button(words.assign, fold);
  };
  const [first, late] = [await typed(head, resolution), await typed(second, "Баяу бұрыштама")];
  await head.go(first);
  const before = await position();
  await second.goesWrong(412, late);
  assert.equal(await position(), before);
  assert.ok(await second.page.getByText(words.changedMeanwhile).isVisible(), "what changed is said");
  const again = second.page.locator("main form.form");
  assert.equal(await second.field(words.resolution, again).inputValue(), "Баяу бұрыштама", "what was typed is kept");
  await second.look("stale form");
  // Knowing what changed, it is sent again on purpose.
  await second.go(second.button(words.assign, again));
  assert.ok((await position()) > before);
}

/** The session ends in the middle of a form. */
async function endedSession(cast) {
  const { words } = cast;
  const clerk = await (await cast.stranger("clerk")).signIn();
  const story = new Story(cast, letter("ДС-502"));
  await clerk.open("/inquiries/new");
  await story.fillIn(clerk);
  const before = await position();
  assert.ok(Number(await endSessions("clerk")) > 0);
  await clerk.go(clerk.button(words.registration));
  assert.equal(await position(), before);
  assert.ok(await clerk.page.getByText(words.sessionEnded).isVisible(), "it is said that the session ended");
  await clerk.look("session ended");
  // Signed in again, the form stands as it was typed, and is sent.
  await clerk.writeName(given.people.clerk, given.password);
  await clerk.go(clerk.button(words.signIn));
  await clerk.look("typed before the session ended");
  for (const [field, typed] of [[words.number, "ДС-502"], [words.subject, registration.subject], [`${words.question} 2`, registration.questions[1]]]) {
    assert.equal(await clerk.field(field).inputValue(), typed, "what was typed is kept");
  }
  await clerk.go(clerk.button(words.registration));
  assert.ok((await position()) > before);
}
