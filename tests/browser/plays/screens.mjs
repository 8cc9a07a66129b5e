// The pictures of docs/screens: the story once more, in front of a camera, and what lies beside it, each page in one language and on one device. The
// worklist is shown with other inquiries beside ДС-326.
import assert from "node:assert/strict";

import { Cast } from "../lib/actor.mjs";
import { blind } from "../lib/eyes.mjs";
import { registration } from "../lib/facts.mjs";
import { Photographer } from "../lib/photographer.mjs";
import { clock, given, settle } from "../lib/stage.mjs";
import * as beside from "./screens/beside.mjs";
import { Story } from "./story.mjs";

const whole = true;

/** State of a page → its picture. */
const ALBUM = {
  "signing in": { file: "sign-in", shows: "Signing in", whose: "anybody" },
  "worklist, clerk": { file: "worklist", shows: "The worklist" },
  "empty": { file: "registration", shows: "Registering an inquiry", whole },
  "faults": { file: "registration-faults", shows: "A registration that lacks something: each fault is named and leads to its field" },
  "filled in": { file: "registration-filled-in", shows: "The registration of ДС-326, filled in", whole },
  "registered, clerk": { file: "registered", shows: "Registered and put on control; the deadline explains itself", whole },
  "resolution, open": { file: "resolution", shows: "The head of the Office names the ministries", whole },
  "resolved, head": { file: "resolved", shows: "Resolved: a lead and a co-executor", whole },
  "tasks, lead": { file: "tasks", shows: "What the lead's ministry owes, each duty with its next step", whole },
  "contribution, lead": { file: "contribution", shows: "The lead reads a contribution", whole },
  "version 2, in the editor": { file: "draft", shows: "The lead writes beside the true pages", shown: "#tab-pages" },
  "comparison": { file: "comparison", shows: "What changed between two versions", whole },
  "in approval, lead": { file: "in-approval", shows: "In approval: who has given a visa, who is awaited", whole },
  "deck, approver": { file: "approver", shows: "An approver's deck: what changed beside the letter" },
  "deck, remarks open": { file: "approver-remarks", shows: "Remarks instead of a visa" },
  "deck, visa asked": { file: "approver-asked", shows: "A visa is asked for once more" },
  "deck of an approver, empty": { file: "approver-empty", shows: "No letter awaits a visa" },
  "several to sign": { file: "sign-several", shows: "Several letters with one confirmation" },
  "deck, signatory": { file: "signatory", shows: "The signatory's deck" },
  "deck, signature asked": { file: "signatory-asked", shows: "A signature is asked for once more, with the hash of its bytes" },
  "deck of a signatory, empty": { file: "signatory-empty", shows: "No letter waits for a signature" },
  "signed, clerk": { file: "signed", shows: "Signed: what does not change any more", whole },
  "dispatched, clerk": { file: "dispatched", shows: "Sent: a delivery for every deputy", whole },
  "outbox": { file: "outbox", shows: "Mail that was sent", whole },
  "all deliveries": { file: "deliveries", shows: "Each delivery: what the server said, what can be done", whole },
  "evidence": { file: "evidence", shows: "The evidence of one delivery", whole },
  "personal page": { file: "deputy", shows: "A deputy's own page, behind the link in the mail", whole },
  "deputy has answered": { file: "deputy-answered", shows: "The receipt is confirmed, and the deputy has said what they think" },
  "a proposal waits": { file: "proposals", shows: "What a deputy asks again waits for a clerk", whole },
  "closed, control": { file: "closed", shows: "Everybody has it, the inquiry is closed", whole },
  "closed, auditor": { file: "auditor", shows: "What an auditor sees", whole },
  "letter": { file: "letter", shows: "The letter as a page", whole, longest: 2600 },
  "journal": { file: "journal", shows: "The journal", whole },
  "issued": { file: "verification", shows: "Anybody checks a letter by its code", whole },
  "blanks": { file: "blanks", shows: "Blanks of ministries" },
};
const only = (...states) => Object.fromEntries(states.map((state) => [state, ALBUM[state]]));
/** On a phone and in other languages, what differs most. */
const ON_A_PHONE = only("signing in", "worklist, clerk", "filled in", "resolved, head", "tasks, lead", "in approval, lead", "deck, approver", "deck, signatory", "dispatched, clerk", "personal page", "version 2, in the editor", "issued");
const IN_ANOTHER_LANGUAGE = only("worklist, clerk", "resolved, head", "version 2, in the editor", "deck, signatory", "personal page");

/** Beside the story: what is walked in which language on which device, and which pictures are taken there. */
const BESIDE = {
  "kk desktop": {
    walks: [beside.earlierAnswers, beside.audited, beside.substituted],
    album: {
      "drafting beside earlier answers": { file: "earlier", shows: "A draft is begun beside what was answered before", shown: "#tab-earlier" },
      "an earlier answer, to be taken over": { file: "earlier-answer", shows: "An earlier answer beside its questions; what is ticked is taken over", whole, longest: 1400 },
      "the journal, narrowed to a chapter": { file: "journal-narrowed", shows: "The journal of one chapter, to be taken along with its proofs" },
      "an event with its proof": { file: "proof", shows: "One event, and the proof that it stands in the journal" },
      "who looked at the story": { file: "reads", shows: "Who looked at an inquiry" },
      "somebody stands in for the head": { file: "absences", shows: "Who stands in for whom, and until when" },
    },
  },
  "kk phone": {
    walks: [beside.found],
    album: {
      "found beside the story": { file: "found", shows: "What was searched for, with the words around it" },
      "a saved search has found more": { file: "saved-searches", shows: "Searches that somebody keeps, and what they have found since" },
    },
  },
  "ru desktop": {
    walks: [beside.administered],
    album: {
      "everybody's accounts": { file: "users", shows: "Accounts: who may do what, and who has a second factor", whole, longest: 1200 },
      "what another term comes to": { file: "terms", shows: "A term is tried before it is set" },
      "a table of which rows are refused": { file: "import", shows: "A table for the records: rows that are refused, and why" },
    },
  },
  "en desktop": {
    walks: [beside.lookedBackOn, beside.changesTried],
    album: {
      "the story as it stood": { file: "past", shows: "An inquiry as it stood at a moment of the past" },
      "the story at two moments": { file: "between", shows: "What has changed between two moments", whole, longest: 1400 },
      "a merger, tried": { file: "merger", shows: "Before two ministries become one: whose inquiries go along" },
      "days off, tried": { file: "calendar", shows: "Before a day becomes a day off: which deadlines would move" },
    },
  },
};

/** Letters of the same day, so that a worklist looks like one: number, subject, received, deputies. */
const OTHERS = [
  ["№ ДС-311", "Ауылдық елді мекендерді ауыз сумен қамтамасыз ету туралы", "2023-08-23", 3],
  ["№ ДС-319", "Шағын жинақталған мектептердегі педагог кадрларының тапшылығы туралы", "2023-08-28", 1],
  ["№ ДС-322", "«Батыс Еуропа – Батыс Қытай» дәлізіндегі жол жөндеу сапасы туралы", "2023-09-13", 4],
  ["№ ДС-324", "Қант бағасының өсуі және ішкі нарықты қорғау шаралары туралы", "2023-09-20", 2],
];

export async function play(cast) {
  const albums = { kk: { desktop: ALBUM, phone: ON_A_PHONE }, ru: { desktop: IN_ANOTHER_LANGUAGE }, en: { desktop: IN_ANOTHER_LANGUAGE } };
  const { walks, album } = BESIDE[`${given.language} ${given.device}`];
  const suffix = (given.language === "kk" ? "" : `.${given.language}`) + (given.device === "phone" ? ".phone" : "");
  const camera = new Photographer({ ...albums[given.language][given.device], ...album }, { folder: given.pictures, suffix });
  const set = new Cast(cast.browser, { ...cast, eyes: camera });
  await others(new Cast(cast.browser, { ...cast, eyes: blind }));
  const story = new Story(set);
  await story.arrives();
  await story.isResolved();
  await story.isAnsweredByMinistries();
  await story.isRefusedByOne();
  await story.isApprovedByAll();
  await story.isSigned();
  await story.isSent();
  await story.isReceived();
  await story.isClosed();
  await story.isSeenByOthers();
  const opened = await beside.next();
  for (const walk of walks) await walk(set, { story, opened });
  const missing = [...camera.album.keys()];
  assert.deepEqual(missing, [], "each page was come to");
  for (const picture of camera.taken) console.log(`picture ${JSON.stringify(picture)}`);
}

/** The other letters are registered as they came. */
async function others(cast) {
  const clerk = await cast.at("clerk");
  for (const [number, subject, received, deputies] of OTHERS) {
    await clock(`${received}T05:00:00Z`);
    const [first] = registration.groups;
    const letter = { ...registration, number, subject, dated: received, questions: [], groups: [{ ...first, deputies: first.deputies.slice(0, deputies) }] };
    await clerk.open("/inquiries/new");
    await new Story(cast, letter).isRegistered(clerk);
  }
  await settle();
}
