// Pages that say no: at the door, where something is not there or not permitted, where it is too late, and when nobody knows who sends.
import { brake, given } from "../../lib/stage.mjs";

/** Whoever guesses waits. */
export async function atTheDoor(cast) {
  const { words } = cast;
  const stranger = await cast.stranger();
  await stranger.open(`/login?lang=${cast.language}`);
  await stranger.writeName("nobody", "a guess");
  await stranger.goesWrong(401, stranger.button(words.signIn));
  await brake("nobody");
  await stranger.writeName("nobody", "another guess");
  await stranger.goesWrong(429, stranger.button(words.signIn));
  await stranger.look("too many guesses");
  await stranger.page.context().close();
}

export async function whereItSaysNo(cast, office) {
  const clerk = await cast.at("clerk");
  await clerk.finds(404, `${office.sent.place.slice(0, -1)}x`);
  await clerk.look("no such inquiry");
  const head = await cast.at("head");
  for (const [status, path, state] of [[403, "/blanks", "not permitted"], [400, "/inquiries/assign?chosen=yes", "nothing chosen"]]) {
    await head.finds(status, path);
    await head.look(state);
  }
  await clerk.finds(409, `${office.sent.place}/commands/withdraw`);
  await clerk.look("too late");
  await clerk.open(`${office.late.place}/commands/withdraw`);
  await clerk.look("a command's own page");
  await clerk.goesWrong(422, clerk.sender(`${office.late.place}/commands/withdraw`));
  await clerk.look("a command's faults");
  await nobodyKnowsWho(cast, office);
}

/** The browser has lost its cookies: what was typed is shown, for nobody knows whose it is. */
async function nobodyKnowsWho(cast, office) {
  const clerk = await (await cast.stranger("clerk")).signIn();
  const place = `${office.late.place}/commands/withdraw`;
  await clerk.open(place);
  await clerk.write(clerk.page.locator(`form[action="${place}"] textarea, form[action="${place}"] input[type=text]`).first(), given.people.clerk);
  await clerk.page.context().clearCookies();
  await clerk.goesWrong(401, clerk.sender(place));
  await clerk.look("nobody knows who");
}
