// What the office did before somebody comes to a page, told by the interface for programs: nobody clicks through the story to come there.
import { createHash, randomUUID } from "node:crypto";

import { given, settle } from "./stage.mjs";

/** What was answered; what is refused breaks the play off. */
async function call(part, method, path, body, headers = {}) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(given.base + path, {
    method, body: sent.body, headers: { authorization: `Bearer ${given.tokens[part]}`, accept: "application/json", ...sent.headers, ...headers },
  });
  if (!answer.ok) throw new Error(`${method} ${path} by ${part} was answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

const version = (answer) => answer.headers.get("etag").replaceAll('"', "");
const paragraph = (text) => ({ type: "paragraph", content: [{ type: "text", text }] });

/** A text as the editor keeps it: a paragraph for each of these. */
export const rich = (...texts) => ({ type: "doc", content: texts.map(paragraph) });

/** An inquiry, and how far the office has come with it. */
export class Inquiry {
  constructor(id, seen) {
    Object.assign(this, { id, seen, drafts: 0 });
  }

  /** Registered: a letter of these deputies, each with a name and perhaps an address; `other` is what the letter says otherwise than usual. */
  static async registered(number, subject, deputies = [{ name: "Н. Сәрсенғалиев", email: "n.sarsengaliev@mazhilis.example" }], other = {}) {
    const letter = {
      number, subject, dated: "2023-09-20", received: "2023-09-20", channel: "plenary", chamber: "mazhilis", language: "kk",
      questions: ["Зейнетақы қашан көтеріледі?", "Жинақ қалай қорғалады?"], attachments: [],
      groups: [{ label: "«AMANAT» партиясының\nфракция мүшелері, депутаттар", kind: "faction_members", deputies }],
      ...other,
    };
    const answer = await call("clerk", "POST", "/api/v1/inquiries", letter, { "idempotency-key": randomUUID() });
    return new Inquiry((await answer.json()).id, version(answer));
  }

  get place() {
    return `/inquiries/${this.id}`;
  }

  async command(part, name, body = {}) {
    const conditions = { "idempotency-key": randomUUID(), "if-match": `"${this.seen}"` };
    this.seen = version(await call(part, "POST", `/api/v1${this.place}/commands/${name}`, body, conditions));
    return this;
  }

  async dossier() {
    return (await call("clerk", "GET", `/api/v1${this.place}`)).json();
  }

  /** A lead and a co-executor, each with a day. */
  assigned({ lead = "2023-10-06", coExecutor = "2023-09-29" } = {}) {
    return this.command("head", "assign-ministries", {
      resolution: "Жауап жобасы енгізілсін.", lead: "mlsp", lead_due: lead,
      co_executors: [{ ministry: "mfa", due: coExecutor, task: "Ұсыныс енгізу" }],
    });
  }

  async written(...texts) {
    this.drafts += 1;
    return this.command("lead", "revise-draft", {
      content: {
        language: "kk", body: { blocks: texts.map(paragraph) }, executor: { name: "Ж. Даулетханова", phone: "74-53-71" }, answers: [], translations: [],
      },
    });
  }

  contributed(...texts) {
    return this.command("mfa", "submit-contribution", { body: { blocks: texts.map(paragraph) }, answers: [2], files: [] });
  }

  async sentForApproval() {
    const required = [{ kind: "legal", approver: "legal" }];
    return this.command("lead", "submit-for-approval", { version: this.drafts, required });
  }

  /** Up to the letter that lies before the signatory. */
  async forSignature() {
    await this.assigned();
    await this.written("Үкімет сауалды қарап, келесіні хабарлайды.");
    await this.sentForApproval();
    const { content_hash } = (await this.dossier()).draft;
    await this.command("legal", "visa", { version: this.drafts, content_hash, kind: "legal" });
    return this.command("clerk", "submit-for-signature", { version: this.drafts });
  }

  /** Up to the mails that have gone out. */
  async sent() {
    await this.forSignature();
    const { content_hash } = (await this.dossier()).draft;
    const pdf = await (await call("signatory", "GET", `/api/v1${this.place}/reply.pdf`)).arrayBuffer();
    const pdf_sha256 = createHash("sha256").update(Buffer.from(pdf)).digest("hex");
    await this.command("signatory", "sign", { version: this.drafts, content_hash, pdf_sha256 });
    await this.command("clerk", "assign-outgoing-number");
    await this.command("clerk", "dispatch");
    await settle();
    return this;
  }

  /** A text in writing is kept: of the draft, of a contribution, or somebody's suggestion. */
  async kept(part, text, body, revision = 0) {
    await call(part, "PUT", `${this.place}/${text}`, body, { "if-match": `"${revision}"` });
  }

  /** A text in writing, with the revision that it stands at. */
  async text(part, text) {
    return (await call(part, "GET", `${this.place}/${text}`)).json();
  }

  /** A file that the interface hands out. */
  async file(part, name) {
    return Buffer.from(await (await call(part, "GET", `/api/v1${this.place}/${name}`)).arrayBuffer());
  }
}
