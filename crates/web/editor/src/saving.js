// The shared working text: kept on the server a second after typing stops, on the revision that was seen. Whoever finds that a colleague wrote
// meanwhile gets their text when nothing of one's own would be lost, and otherwise the way to the page where both are laid together.
import { closed, opened } from "./envelope.js";
import { problem } from "./words.js";

const PAUSE = 1_000;
/** Somebody who does not pause is kept this often. */
const LONGEST = 3_000;
const AGAIN = 5_000;
const WATCH = 6_000;

export class Saving {
  constructor({ place, doc, say, take, together, conflict, readOnly }) {
    Object.assign(this, { place, doc, say, take, together, conflict, readOnly });
    this.since = null;
    this.timer = null;
    this.running = null;
    this.isStopped = false;
  }

  async open() {
    const answer = await fetch(this.place, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(await problem(answer));
    const found = await answer.json();
    this.seen(found, answer);
    setInterval(() => { if (!document.hidden) this.watch(); }, WATCH);
    addEventListener("pagehide", () => this.now(true));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.now(); else this.watch(); });
    addEventListener("beforeunload", (event) => { if ((this.since !== null || this.running) && !this.isLeaving) event.preventDefault(); });
    return found;
  }

  /** What the server has, and so what one's own next words are laid upon. */
  seen({ revision, base, text, answers }, answer) {
    Object.assign(this, { revision, base, kept: { text, answers }, tag: answer.headers.get("ETag") });
  }

  changed() {
    if (this.readOnly || this.isStopped) return;
    this.since ??= Date.now();
    this.say("changed");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())));
  }

  /** Keeps what was typed; `isLast` when the page goes away and nobody can wait for the answer. */
  async now(isLast = false) {
    if (this.since === null || this.isStopped || this.readOnly) return this.running;
    clearTimeout(this.timer);
    if (this.running) {
      if (isLast) return this.running;
      await this.running;
      if (this.since === null) return null;
    }
    this.running = this.keep(isLast).finally(() => { this.running = null; });
    return this.running;
  }

  async keep(isLast) {
    const held = closed(this.doc());
    const began = this.since;
    this.since = null;
    let answer;
    try {
      answer = await fetch(this.place, {
        method: "PUT",
        keepalive: isLast,
        headers: { Accept: "application/json", "Content-Type": "application/json", "If-Match": `"${this.revision}"` },
        body: JSON.stringify({ base: this.base, ...held }),
      });
    } catch {
      // Whether it arrived nobody knows.
      this.unanswered = held;
      return this.later(began, "away");
    }
    if (answer.ok) {
      this.unanswered = null;
      const { revision, at } = await answer.json();
      Object.assign(this, { revision, kept: held, tag: answer.headers.get("ETag") });
      if (this.since === null) this.say("kept", at);
      return null;
    }
    if (answer.status === 412) {
      this.since ??= began;
      return this.meet().catch(() => this.later(began, "away"));
    }
    if (answer.status === 401) return this.later(began, "ended");
    if (answer.status >= 500) return this.later(began, "away");
    // What a letter cannot hold stays on the screen and is told; the next change is tried again.
    this.since ??= began;
    this.say("refused", await problem(answer));
    return null;
  }

  later(began, what) {
    this.since ??= began;
    this.say(what);
    this.timer = setTimeout(() => this.now(), AGAIN);
  }

  async watch() {
    if (this.running || this.isStopped || this.unanswered) return;
    let answer;
    try {
      answer = await fetch(this.place, { headers: { Accept: "application/json", "If-None-Match": this.tag } });
    } catch {
      return;
    }
    if (answer.status !== 200 || this.running) return;
    const found = await answer.json();
    if (found.revision === this.revision && found.base === this.base) {
      this.tag = answer.headers.get("ETag");
      this.take(found, false);
    } else if (this.since === null) {
      this.seen(found, answer);
      this.take(found, true);
    } else {
      this.meetWith(found, answer);
    }
  }

  /** Somebody was faster, unless it was oneself: then only the answer had been lost on its way. */
  async meet() {
    const { unanswered } = this;
    const answer = await fetch(this.place, { headers: { Accept: "application/json" } });
    if (!answer.ok) return this.later(this.since, "away");
    const found = await answer.json();
    if (!unanswered || !opened(found).eq(opened(unanswered))) return this.meetWith(found, answer);
    this.unanswered = null;
    this.seen(found, answer);
    this.timer = setTimeout(() => this.now());
    return null;
  }

  /** What each of two alone changed needs nobody's choice: it is laid together here, and kept on what the other one wrote. */
  meetWith(found, answer) {
    if (found.base !== this.base || !this.together(opened(this.kept), found)) return this.met();
    this.unanswered = null;
    this.seen(found, answer);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now());
    return null;
  }

  /** Both wrote. Nothing is thrown away: the page of both is asked for with what was typed here. */
  met() {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.conflict({ base: this.kept, mine: closed(this.doc()) });
  }

  /** Nothing of one's own waits to be kept. */
  get isSettled() {
    return this.since === null && !this.running && !this.isStopped;
  }
}
