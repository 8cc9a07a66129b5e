// The true pages beside the text: made by the engine that makes the letter that is signed, after a pause, one request at a time.
import { closed } from "./envelope.js";
import { ACCEPT, REFUSE, settled, suggestions } from "./settle.js";
import { problem } from "./words.js";

const PAUSE = 700;
const AGAIN = 1_500;

export class Pages {
  constructor({ place, shelf, doc, form, words }) {
    Object.assign(this, { place, shelf, doc, form, words });
    // Somebody may look how the letter would be with everything that is suggested.
    this.accepted = shelf.querySelector("[data-accepted]");
    this.accepted?.addEventListener("change", () => this.changed(0));
    this.status = shelf.querySelector("[role=status]");
    this.list = shelf.querySelector("[data-pages]");
    this.isRunning = false;
    this.isWanted = false;
  }

  changed(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), pause);
  }

  async draw() {
    if (this.isRunning) {
      this.isWanted = true;
      return;
    }
    this.isRunning = true;
    this.isWanted = false;
    try {
      await this.ask();
    } catch {
      this.status.textContent = this.words("away");
    }
    this.isRunning = false;
    if (this.isWanted) this.changed();
  }

  async ask() {
    const doc = this.doc();
    if (this.accepted) this.accepted.closest("p").hidden = suggestions(doc).length === 0;
    const { text } = closed(settled(doc, this.accepted?.checked ? ACCEPT : REFUSE));
    if (text.content.length === 0) return;
    const value = (name) => this.form?.elements[name]?.value ?? "";
    const answer = await fetch(this.place, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ text, language: value("language") || null, executor: { name: value("executor_name"), phone: value("executor_phone") } }),
    });
    if (answer.status === 409 || answer.status === 503) return this.changed(AGAIN);
    if (!answer.ok) {
      this.status.textContent = await problem(answer);
      return;
    }
    const { paper, pages } = await answer.json();
    await this.show(paper, pages);
    this.status.textContent = this.words("pages").replace("{n}", pages);
  }

  /** Each picture comes into its place when it is whole, so that nothing flickers. */
  async show(paper, pages) {
    while (this.list.children.length > pages) this.list.lastElementChild.remove();
    for (let n = 1; n <= pages; n++) {
      const address = `${this.place}/${paper}/${n}.png`;
      const shown = this.list.children[n - 1];
      if (shown?.getAttribute("src") === address) continue;
      const page = new Image(1000, 1414);
      page.src = address;
      page.alt = this.words("page").replace("{n}", n);
      try {
        await page.decode();
      } catch {
        continue;
      }
      if (shown) shown.replaceWith(page); else this.list.append(page);
    }
  }
}
