// The story of ДС-326, each role in its turn, from the registration to the closing: by one pair of hands, on one device, in one language.
import assert from "node:assert/strict";

import * as desk from "../lib/desk.mjs";
import { contributions, drafts, handed, registration, remarks, resolution, returned, task, typed } from "../lib/facts.mjs";
import { clock, given, position, settle } from "../lib/stage.mjs";
import { personalPage } from "../lib/mails.mjs";
import * as edges from "./edges.mjs";
import * as meeting from "./meeting.mjs";
import * as suggestions from "./suggestions.mjs";

/** The events of the story as `saual demo` tells it, the deputy's response, and what was asked again and dismissed. */
const EVENTS = 42;

export async function play(cast) {
  const story = new Story(cast);
  // Who presses everything twice keeps to the story.
  const isCurious = cast.input !== "impatient";
  if (isCurious) await edges.atTheDoor(cast);
  await story.arrives();
  if (isCurious) await edges.wherePagesEnd(cast);
  if (isCurious) await edges.worklist(cast);
  await story.isResolved();
  await story.isAnsweredByMinistries();
  await story.isRefusedByOne();
  if (isCurious) await edges.fromAFile(cast, story.place);
  await story.isApprovedByAll();
  await story.isSigned();
  await story.isSent();
  await story.isReceived();
  await story.isClosed();
  await story.isSeenByOthers();
  assert.equal(await position(), EVENTS, "every button was pressed for one event");
  if (cast.input === "impatient") {
    const all = (count) => cast.everybody.reduce((sum, one) => sum + one.hands[count], 0);
    console.log(`${all("meant")} forms were sent, ${all("again")} of them once more`);
    assert.ok(all("again") > all("meant") * 0.8, "a second press reaches the program");
  }
}

/** What every chapter needs: who is who, and where the inquiry lives. */
export class Story {
  constructor(cast, registered = registration) {
    this.cast = cast;
    this.words = cast.words;
    this.registered = registered;
  }

  /** A clerk registers it; a form that lacks everything names its faults first. */
  async arrives() {
    const { words } = this;
    await clock("2023-09-20T09:40:00Z");
    const clerk = await this.cast.at("clerk");
    await clerk.look("nothing registered");
    await clerk.goes(words.registerOne);
    await clerk.look("empty");
    await clerk.goesWrong(422, clerk.button(words.registration));
    await clerk.look("faults");
    await this.isRegistered(clerk);
    await clerk.look("registered, clerk");
    await settle();
  }

  /** The form is filled in and sent. */
  async isRegistered(clerk) {
    await this.fillIn(clerk);
    await clerk.go(clerk.button(this.words.registration));
    this.place = new URL(clerk.page.url()).pathname;
    assert.match(this.place, /^\/inquiries\/[0-9a-f-]{36}$/, "the registration leads to the inquiry");
  }

  async fillIn(clerk) {
    const { words, registered: registration } = this;
    await clerk.write(clerk.field(words.number), registration.number);
    await clerk.date(clerk.field(words.dated), registration.dated);
    await clerk.choose(clerk.field(words.chamber), registration.chamber);
    await clerk.choose(clerk.field(words.inquiryLanguage), registration.language);
    await clerk.choose(clerk.field(words.channel), registration.channel);
    await clerk.write(clerk.field(words.subject), registration.subject);
    for (const [at, question] of registration.questions.entries()) await clerk.write(clerk.field(`${words.question} ${at + 1}`), question);
    for (const [at, group] of registration.groups.entries()) {
      if (at > 0) await clerk.go(clerk.button(`+ ${words.addGroup}`));
      const fields = clerk.group(`${words.group} ${at + 1}`);
      await clerk.write(clerk.field(words.label, fields), group.label);
      await clerk.choose(clerk.field(words.groupKind, fields), group.kind);
      for (const [place, deputy] of group.deputies.entries()) {
        const row = clerk.group(`${words.deputy} ${at + 1}.${place + 1}`);
        if (!(await row.count())) await clerk.go(clerk.button(`+ ${words.addDeputy}`));
        await clerk.choose(clerk.field(words.fromDirectory, row), deputy.deputy);
        // Called as the inquiry's language calls them, whatever language the page speaks; without a script the server does that.
        if (!this.cast.isScriptless) assert.equal(await row.locator('input[name$=".name"]').inputValue(), deputy.name);
      }
    }
    await clerk.look("filled in");
  }

  /** Somebody finds the inquiry in the worklist and opens it there. */
  async opens(part) {
    const actor = await this.cast.at(part);
    await actor.goes(this.words.inquiries);
    await actor.look(`worklist, ${part}`);
    await actor.go(actor.page.locator(`.c-number a[href="${this.place}"]`));
    return actor;
  }

  /** Sends the form of a command on the inquiry's page, filled in, and holds that it was done. */
  async command(actor, words, fillIn = async () => {}) {
    const fold = await actor.unfold(words);
    await fillIn(fold);
    await actor.look(`${words}, open`, { rounds: false });
    await actor.go(actor.button(words, fold));
    await this.isDone(actor, words);
  }

  async isDone(actor, words) {
    const said = await actor.page.getByRole("status").first().innerText();
    assert.ok(said.includes(`${this.words.done}: ${words}`), `the page says «${said}» and not that «${words}» was done`);
  }

  /** The head of the Office names the ministries. */
  async isResolved() {
    const { words } = this;
    await clock("2023-09-21T03:30:00Z");
    const head = await this.opens("head");
    const fold = await head.unfold(words.assign);
    await head.look("resolution, open");
    await head.unfold(words.loadOfAll);
    await head.look("resolution, what is known", { rounds: false });
    await head.goesWrong(422, head.button(words.assign, fold));
    await head.look("resolution, faults");
    const form = head.page.locator("main form.form");
    await head.write(head.field(words.resolution, form), resolution);
    await head.choose(head.field(words.lead, form), "mlsp");
    await head.date(head.field(words.leadDue, form), "2023-10-06");
    const co = head.group(`${words.coExecutor} 1`, form);
    await head.choose(head.field(words.ministry, co), "mfa");
    await head.date(head.field(words.due, co), "2023-09-29");
    await head.write(head.field(words.task, co), task);
    await head.go(head.button(words.assign, form));
    await this.isDone(head, words.assign);
    await head.look("resolved, head");
    await settle();
    await head.goes(words.load);
    await head.unfold(words.whatIsCounted);
    await head.look("load of the ministries");
    await head.go(head.page.locator(".load td a").first());
    await head.look("behind a figure", { rounds: false });
  }

  /** The co-executor contributes, is asked for more, contributes again; the lead accepts that. */
  async isAnsweredByMinistries() {
    const { words } = this;
    const contribute = async (mfa, contribution) => {
      await this.command(mfa, words.contribute, async (fold) => {
        await mfa.write(mfa.field(words.contributionText, fold), typed(contribution.body));
        for (const no of contribution.answers) {
          const box = mfa.box(`${no}. ${this.registered.questions[no - 1]}`, fold);
          if (!(await box.isChecked())) await mfa.press(box);
        }
      });
    };
    await clock("2023-09-26T05:05:00Z");
    // Whoever writes for a ministry begins with what it owes.
    await (await this.cast.at("mfa")).look("tasks, mfa");
    const mfa = await this.opens("mfa");
    await contribute(mfa, contributions[0]);
    await mfa.look("contributed, co-executor");
    await clock("2023-09-26T10:20:00Z");
    await settle();
    await (await this.cast.at("lead")).look("tasks, lead");
    const lead = await this.opens("lead");
    await lead.look("contribution, lead");
    await this.command(lead, words.returnContribution, (fold) => lead.write(lead.field(words.reason, fold), returned));
    await clock("2023-09-28T04:10:00Z");
    await mfa.open(this.place);
    await mfa.look("contribution returned, co-executor");
    await contribute(mfa, contributions[1]);
    await clock("2023-09-28T09:00:00Z");
    await lead.open(this.place);
    await this.command(lead, words.acceptContribution);
  }

  /** The lead writes a version and sends it to the approvers. */
  async isWritten(at, comment) {
    const { words } = this;
    const lead = await this.cast.at("lead");
    await lead.open(this.place);
    await lead.go(lead.link(words.revise));
    await lead.look(`version ${at + 1}`);
    const form = lead.page.locator("main form#revise-draft");
    await lead.write(lead.field(words.executorName, form), drafts[at].executor.name);
    await lead.write(lead.field(words.executorPhone, form), drafts[at].executor.phone);
    if (await desk.isOpen(lead)) {
      await desk.compose(lead, drafts[at].body, drafts[at].answers);
      await lead.look(`version ${at + 1}, in the editor`, { rounds: false });
    } else {
      await this.types(lead, form, drafts[at]);
    }
    await lead.write(lead.field(words.whatChanged, form), comment);
    await lead.go(lead.button(words.revise, form));
    await this.isDone(lead, words.revise);
    await lead.look(`version ${at + 1} written, lead`);
    return lead;
  }

  /** The same as plain text, where no script runs. */
  async types(lead, form, draft) {
    const { words } = this;
    await lead.write(lead.field(words.letterText, form), typed(draft.body));
    for (const [place, question] of this.registered.questions.entries()) {
      const blocks = draft.answers.filter((answer) => answer.question === place + 1).map((answer) => answer.block);
      await lead.write(lead.field(`${place + 1}. ${question}`, form), blocks.join(", "));
    }
  }

  async isSentForApproval(lead) {
    const { words } = this;
    await this.command(lead, words.submitForApproval, async (fold) => {
      for (const [at, part] of ["legal", "language", "office"].entries()) {
        const row = lead.group(`${words.visa} ${at + 1}`, fold);
        await lead.choose(lead.field(words.visaKind, row), part);
        await lead.choose(lead.field(words.approver, row), given.people[part]);
      }
    });
    await lead.look("in approval, lead");
    assert.equal(await lead.page.locator(".head-next").count(), 0, "nothing is awaited from whoever waits for approvers");
    await settle();
  }

  /** An approver opens the deck from the menu. */
  async approves(part) {
    const { words } = this;
    const approver = await this.cast.at(part);
    await approver.goes(words.inquiries);
    await approver.goes(words.toApprove);
    return approver;
  }

  async givesVisa(part) {
    const { words } = this;
    const approver = await this.approves(part);
    await approver.look("deck, approver");
    await this.decides(approver, { key: "v", asks: words.giveVisa, yes: words.yesApprove, state: "deck, visa asked" });
    await approver.look("deck of an approver, empty");
    await settle();
  }

  /** What a deck asks once more, where scripts run. */
  async decides(actor, { key, asks, yes, state }) {
    const button = actor.button(asks, actor.page.getByRole("form"));
    if (this.cast.isScriptless) {
      await actor.go(button);
      return;
    }
    await actor.hands.shortcut(key, button);
    await actor.page.getByRole("dialog").waitFor();
    await actor.look(state, { rounds: false });
    await actor.go(actor.button(yes));
  }

  /** The first version is approved by one and refused by another. */
  async isRefusedByOne() {
    const { words } = this;
    await clock("2023-09-29T06:00:00Z");
    const lead = await this.isWritten(0, "Бірінші нұсқа");
    if (this.cast.input !== "impatient" && !this.cast.isScriptless) {
      await suggestions.areSettled(this);
      await meeting.isAsked(this);
    }
    await this.isSentForApproval(lead);
    await clock("2023-09-29T11:40:00Z");
    await this.givesVisa("legal");
    await clock("2023-10-02T04:15:00Z");
    const approver = await this.approves("language");
    const decideLate = await edges.decidedMeanwhile(this.cast, approver, approver.page.url());
    await approver.hands.shortcut("f", approver.page.locator("summary").filter({ hasText: words.remarks }));
    const field = approver.field(words.whatHasToChange);
    await field.waitFor();
    await approver.look("deck, remarks open", { rounds: false });
    await approver.write(field, remarks);
    await approver.go(approver.button(words.refuseVisa));
    await decideLate();
    await settle();
  }

  /** The second version is approved by all; who approved the first one sees what changed since. */
  async isApprovedByAll() {
    await clock("2023-10-02T08:30:00Z");
    const lead = await this.isWritten(1, "Сыртқы істер министрлігі туралы абзац қосылды");
    await lead.open(`${this.place}/draft/changes`);
    await lead.look("comparison");
    await lead.open(this.place);
    await this.isSentForApproval(lead);
    for (const [part, moment] of [["legal", "2023-10-02T11:20:00Z"], ["language", "2023-10-03T03:45:00Z"], ["office", "2023-10-03T10:05:00Z"]]) {
      await clock(moment);
      await this.givesVisa(part);
    }
  }

  /** The signatory reads and signs it in the deck. */
  async isSigned() {
    const { words } = this;
    await clock("2023-10-04T04:00:00Z");
    const clerk = await this.opens("clerk");
    await this.command(clerk, words.submitForSignature);
    await settle();
    await clock("2023-10-05T04:30:00Z");
    const signatory = await this.cast.at("signatory");
    await signatory.goes(words.signSeveral);
    await signatory.look("several to sign");
    await signatory.goes(words.toSign);
    await signatory.look("deck, signatory");
    await this.decides(signatory, { key: "s", asks: words.sign, yes: words.yesSign, state: "deck, signature asked" });
    await signatory.look("deck of a signatory, empty");
    await settle();
  }

  /** The letter gets its number and goes to eight deputies. */
  async isSent() {
    const { words } = this;
    await clock("2023-10-05T05:20:00Z");
    const clerk = await this.cast.at("clerk");
    await clerk.open(this.place);
    await clerk.look("signed, clerk");
    await this.command(clerk, words.assignNumber);
    await clock("2023-10-05T05:45:00Z");
    await this.command(clerk, words.dispatch);
    await settle();
    await clerk.open(this.place);
    assert.equal(await clerk.page.locator(".deliveries").getByText(words.written).count(), 8, "eight mails are written");
    await clerk.look("dispatched, clerk");
    await clerk.goes(words.mailSent);
    await clerk.look("outbox");
    await edges.deliveries(this.cast, this.place);
  }

  /** One deputy confirms, of six the clerk was told, to the eighth it is handed over. */
  async isReceived() {
    const { words } = this;
    await clock("2023-10-05T08:10:00Z");
    const deputy = await this.cast.stranger("deputy");
    await deputy.open(personalPage("n.sarsengaliev@mazhilis.example"));
    // It speaks the letter's language until another one is chosen.
    const spoken = deputy.page.locator(`.langs [lang="${this.cast.language}"]`);
    if (!(await spoken.getAttribute("aria-current"))) await deputy.go(spoken);
    await deputy.look("personal page");
    await deputy.go(deputy.button(words.confirmReceipt));
    await deputy.look("receipt confirmed");
    await deputy.press(deputy.page.getByRole("radio", { name: words.satisfied, exact: true }));
    await deputy.write(deputy.field(words.ownWords), "Рақмет");
    await deputy.go(deputy.button(words.sendOpinion));
    await deputy.look("deputy has answered");
    await edges.asksAgain(this.cast, deputy);
    await clock("2023-10-06T05:15:00Z");
    const clerk = await this.cast.at("clerk");
    await clerk.open(this.place);
    for (const recipient of ["2", "3", "4", "5", "6", "7"]) {
      await this.command(clerk, words.confirmDelivery, async (fold) => {
        await clerk.choose(clerk.field(words.deputy, fold), recipient);
        await clerk.choose(clerk.field(words.howKnown, fold), recipient % 2 === 0 ? "answered_by_mail" : "said_by_telephone");
      });
    }
    await clock("2023-10-09T06:00:00Z");
    await clerk.open(this.place);
    await this.command(clerk, words.byHand, async (fold) => {
      await clerk.choose(clerk.field(words.deputy, fold), "8");
      await clerk.date(clerk.field(words.handedOn, fold), "2023-10-09");
      await clerk.write(clerk.field(words.takenBy, fold), handed);
    });
    await clerk.look("delivered, clerk");
    await settle();
  }

  /** The control officer takes it off control and closes it. */
  async isClosed() {
    const { words } = this;
    await clock("2023-10-10T03:30:00Z");
    const control = await this.opens("control");
    await control.look("delivered, control");
    await this.command(control, words.removeFromControl);
    await this.command(control, words.closeInquiry);
    assert.match(await control.page.locator("main .meta").innerText(), new RegExp(words.closed));
    await control.look("closed, control");
    await settle();
  }

  /** What others see of it afterwards. */
  async isSeenByOthers() {
    const { words } = this;
    const auditor = await this.opens("auditor");
    await auditor.look("closed, auditor");
    await auditor.go(auditor.link(words.read));
    await auditor.look("letter");
    await auditor.goes(words.journal);
    await auditor.look("journal");
    await auditor.open(this.place);
    const code = await auditor.page.locator('a[href^="/v/"]').getAttribute("href");
    const stranger = await this.cast.stranger();
    await stranger.open(code);
    assert.ok(await stranger.page.getByRole("heading", { level: 1 }).filter({ hasText: words.issued }).isVisible(), "anybody can check the letter");
    await stranger.look("issued");
    const admin = await this.cast.at("admin");
    await admin.goes(words.blanks);
    await admin.look("blanks");
  }
}
