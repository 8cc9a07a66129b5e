// A deputy's own page, behind the link in the mail: what is said there, and what is refused.
import { personalPage } from "../../lib/mails.mjs";
import { DEPUTIES } from "./office.mjs";

/** Two deputies at their pages; answers their links, which end when a clerk corrects an address or takes one back. */
export async function asADeputy(cast) {
  const { words } = cast;
  const links = DEPUTIES.filter(({ email }) => email).map(({ email }) => personalPage(email));
  const known = await arrives(cast, links[0]);
  await known.press(known.page.getByRole("radio", { name: words.notSatisfied, exact: true }));
  await known.write(known.field(words.ownWords), "Екінші сұраққа\nжауап жоқ");
  await known.go(known.button(words.sendOpinion));
  await known.look("not satisfied");
  await known.write(known.field(words.yourQuestions), "   ");
  await known.goesWrong(422, known.button(words.sendQuestions));
  await known.look("no question");
  await known.write(known.field(words.yourQuestions), "Бірінші сұрақ?\n\nЕкінші сұрақ?");
  await known.go(known.button(words.sendQuestions));
  const unknown = await arrives(cast, links[1]);
  await unknown.go(unknown.button(words.confirmReceipt));
  await unknown.look("received by a guest");
  for (const one of [known, unknown]) await one.page.context().close();
  await isDecided(cast);
  return links;
}

async function arrives(cast, link) {
  const somebody = await cast.stranger();
  await somebody.open(`${link}?lang=${cast.language}`);
  return somebody;
}

/** A clerk says why not, and has to say why. */
async function isDecided(cast) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.goes(words.proposals);
  await clerk.go(clerk.page.locator('a[href^="/inquiries/new?proposal="]'));
  await clerk.look("registering a proposal");
  await clerk.goes(words.proposals);
  const fold = await clerk.unfold(words.dismiss);
  await clerk.goesWrong(422, clerk.button(words.dismiss, fold));
  await clerk.look("dismissed without a reason");
  await clerk.write(clerk.field(words.whyDismissed, fold), "Жауабы екінші тармақта бар.");
  await clerk.go(clerk.button(words.dismiss, fold));
}

/** What a link leads to that opens nothing any more. */
export async function findsNothing(cast, link) {
  const deputy = await cast.stranger();
  await deputy.finds(404, link);
  await deputy.look("link ended");
  await deputy.page.context().close();
}
