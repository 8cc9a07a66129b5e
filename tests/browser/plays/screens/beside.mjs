// What is beside ДС-326 once it is closed: its answer is read for the next inquiry, it is found, looked back on, and the house is kept in order.
import { Inquiry } from "../../lib/office.mjs";
import * as desk from "../../lib/desk.mjs";
import { settle } from "../../lib/stage.mjs";
import { fills, sends, ticks } from "../administration.mjs";
import { ACT, HEADING, ROW } from "../records.mjs";

const DAY = "2023-10-09";
const WORKED_ON = { lead: "2023-10-27", coExecutor: "2023-10-20" };
const SEARCH = "Шетелде жұмыс істейтін азаматтар";
/** So many events behind its first one ДС-326 was with its approvers. */
const LATER = 18;

/** What the office works on then: number, subject, question. */
const NEXT = [
  ["№ ДС-341", "Оңтүстік Кореядағы Қазақстан азаматтарының еңбек құқықтарын қорғау туралы", "Кореяның «Еңбекке рұқсат беру жүйесіне» (Employment Permit System) қосылу туралы келіссөздер қашан аяқталады?"],
  ["№ ДС-342", "Шетелде жұмыс істейтін азаматтарды зейнетақымен қамсыздандыру туралы", "Шетелде істеген жылдар зейнетақы өтіліне қалай есептеледі?"],
  ["№ ДС-344", "Түркияда оқитын қазақстандық студенттерге консулдық көмек көрсету туралы", "Консулдық көмек қандай мерзімде көрсетіледі?"],
];
const LAST = ["№ ДС-347", "Шетелде жұмыс істейтін азаматтардың балаларын оқыту туралы", "Шетелдегі балалар үшін қашықтан оқыту қашан басталады?"];

const arrives = ([number, subject, question]) => Inquiry.registered(number, subject, undefined, { dated: DAY, received: DAY, questions: [question] });

/** The next inquiries, all of them with the same ministries. */
export async function next() {
  const opened = [];
  for (const letter of NEXT) opened.push(await (await arrives(letter)).assigned(WORKED_ON));
  await settle();
  return opened;
}

/** The answer to ДС-326 lies beside the draft that is to be written, and beside its own questions. */
export async function earlierAnswers(cast, { opened: [one] }) {
  const lead = await cast.at("lead");
  await lead.open(`${one.place}/draft`);
  await desk.opens(lead);
  await lead.look("drafting beside earlier answers", { rounds: false });
  await lead.open(`${one.place}/earlier`);
  await lead.go(lead.page.locator(".earlier a.button").first());
  await lead.press(lead.page.getByRole("checkbox").first());
  await lead.look("an earlier answer, to be taken over");
}

/** A clerk finds what was written, and is told of what is new. */
export async function found(cast) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.open(`/search?q=${encodeURIComponent(SEARCH)}`);
  await clerk.page.locator(".hit").first().waitFor();
  await clerk.look("found beside the story");
  const fold = await clerk.unfold(words.saveSearch);
  await clerk.write(clerk.field(words.searchName, fold), SEARCH);
  await clerk.go(clerk.button(words.save, fold));
  await arrives(LAST);
  await settle();
  await clerk.open("/search/saved");
  await clerk.look("a saved search has found more");
}

/** An auditor goes through the journal, comes to the proof of one event, and sees who looked. */
export async function audited(cast, { story }) {
  const auditor = await cast.at("auditor");
  const { page, words } = auditor;
  await auditor.open("/journal");
  await auditor.choose(page.locator("#what"), "approval");
  await auditor.choose(page.locator("#order"), "oldest");
  await auditor.go(auditor.button(words.show));
  await auditor.look("the journal, narrowed to a chapter");
  await auditor.go(page.locator('main a[href^="/journal/events/"]').first());
  await auditor.look("an event with its proof");
  await auditor.open(`${story.place}/reads`);
  await auditor.look("who looked at the story");
}

/** The story as it stood, and what has become of it. */
export async function lookedBackOn(cast, { story }) {
  const auditor = await cast.at("auditor");
  const { page, words } = auditor;
  await auditor.open(story.place);
  const bar = await auditor.unfold(words.asItStood);
  await bar.locator("#moment-slider").focus();
  await page.keyboard.press("Home");
  for (let step = 0; step < LATER; step += 1) await page.keyboard.press("ArrowRight");
  await auditor.go(auditor.button(words.goThere, bar));
  await auditor.unfold(words.anotherMoment);
  await auditor.look("the story as it stood", { rounds: false });
  await auditor.go(page.locator("#past-between"));
  await auditor.look("the story at two moments");
}

/** The head names who stands in for them. */
export async function substituted(cast) {
  const head = await cast.at("head");
  await head.open("/absences");
  await fills(head, "substitute", { absent: "head", substitute: "clerk", from: "2023-10-11T09:00", until: "2023-10-13T18:00", why: "Іссапар" });
  await ticks(head, "substitute", "head");
  await head.go(sends(head, "substitute"));
  await head.look("somebody stands in for the head");
}

/** Accounts, a term that is tried before it is set, a table of which rows are refused. */
export async function administered(cast) {
  const admin = await cast.at("admin");
  await admin.open("/admin/users");
  await admin.look("everybody's accounts");
  await admin.open("/admin/terms");
  const law = { "law-kk": "Регламент, 7-тармақ", "law-ru": "Регламент, пункт 7" };
  await fills(admin, "term", { count: "10", unit: "working_days", ...law, since: "2023-11-01", on: "2023-11-01", why: "Регламент өзгерді" });
  await admin.go(admin.page.locator("form#term button[value=look]"));
  await admin.look("what another term comes to");

  const wrong = [["a002", "amanat", "nobody"], ["a003", "mazhilis", "senat"]];
  const refused = wrong.map(([id, was, is]) => ROW.replace("a001", id).replace(`,${was},`, `,${is},`));
  await admin.open("/records/import");
  await admin.write(admin.page.locator("#import-act"), ACT);
  await admin.attach(admin.page.locator("#import-file"), "deputies.csv", `${[HEADING, ROW, ...refused].join("\n")}\n`);
  await admin.go(admin.sender("/records/import"));
  await admin.look("a table of which rows are refused");
}

/** What a change of the records would do to open inquiries, before anybody makes it. */
export async function changesTried(cast, { opened: [one] }) {
  const admin = await cast.at("admin");
  const { page } = admin;
  await admin.open("/records/ministries/mfa");
  await admin.go(page.locator('a[href^="/records/change/merge-ministry"]'));
  await admin.choose(page.locator("#merge-ministry-into"), "mof");
  await admin.date(page.locator("#merge-ministry-on"), "2023-10-10");
  await admin.write(page.locator("#merge-ministry-act"), ACT);
  await admin.look("a merger, tried");
  const days = "/records/change/set-days";
  await admin.open(days);
  await admin.date(page.locator("#set-days-days-0--date"), (await one.dossier()).control.due);
  await admin.write(page.locator("#set-days-days-0--note"), "Демалыс");
  await admin.write(page.locator("#set-days-act"), ACT);
  await admin.go(admin.sender(days));
  await admin.look("days off, tried");
}
