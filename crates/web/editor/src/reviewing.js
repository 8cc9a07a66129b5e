// Suggestions beside the text: each is accepted, refused or taken back, by its button or at the cursor by keys; all of one author, or all. The rows
// are the page's own forms, which do the same on the server for whoever has no editor.
import { Plugin, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { ACCEPT, REFUSE, SETTLED, current, settle, suggestions } from "./settle.js";
import { moment } from "./words.js";

/** How much of a suggestion is said aloud. */
const SAID = 160;

export class Authors {
  constructor() {
    this.known = new Map();
    this.isMine = (id) => this.known.get(id)?.is_mine ?? true;
    this.fresh = this.fresh.bind(this);
  }

  /** Whose each suggestion is, as the server says. */
  learn(authors) {
    for (const author of authors) this.known.set(author.id, author);
  }

  fresh() {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => (byte % 36).toString(36)).join("");
    this.known.set(id, { id, by: "", name: "", at: new Date().toISOString(), is_mine: true });
    return id;
  }
}

export class Reviewing {
  constructor({ desk, view, words, authors, mayAll, readOnly }) {
    Object.assign(this, { desk, view, words, authors, mayAll, readOnly });
    this.panel = desk.querySelector("[data-suggestions]");
    if (!this.panel) return;
    this.status = this.panel.querySelector("[data-said]");
    this.bar = desk.querySelector("[data-review]");
    this.bar.addEventListener("mousedown", (event) => event.preventDefault());
    this.bar.addEventListener("click", (event) => {
      const { state } = view;
      const deeds = { next: this.step(1), previous: this.step(-1), accept: this.decide(ACCEPT), refuse: this.decide(REFUSE) };
      deeds[event.target.closest("[data-review-do]")?.dataset.reviewDo]?.(state);
    });
    this.row = this.panel.querySelector("template[data-row]");
    this.all = this.panel.querySelector("template[data-all]");
    // What stands on the page now: each row by its id with what it says, and what the bar and the groups say.
    this.rows = new Map();
    this.said = {};
    this.panel.addEventListener("submit", (event) => this.press(event));
    this.panel.addEventListener("click", (event) => {
      const id = event.target.closest("[data-leads]")?.dataset.leads;
      if (id) this.lead(suggestions(view.state.doc).find((one) => one.id === id));
    });
  }

  /** Under the text, for whoever has no keys: what stands at the cursor, and what can be done about it. */
  showBar(state) {
    const here = current(state);
    const hidden = this.readOnly || suggestions(state.doc).length === 0;
    const words = here ? this.described(here) : "";
    const may = Boolean(here) && (this.mayAll || this.authors.isMine(here.id));
    if (!this.isNews("bar", [hidden, words, may])) return;
    this.bar.hidden = hidden;
    this.bar.querySelector("[data-review-said]").textContent = words;
    for (const button of this.bar.querySelectorAll("[data-review-do=accept], [data-review-do=refuse]")) button.disabled = !may;
  }

  /** Does a part of the page say something else now? Most keys change nothing of what is shown. */
  isNews(part, facts) {
    const text = JSON.stringify(facts);
    const isOther = this.said[part] !== text;
    this.said[part] = text;
    return isOther;
  }

  /** The list as the text has it now. */
  show(state) {
    if (!this.panel) return;
    this.showBar(state);
    if (this.shown === state.doc) return;
    this.shown = state.doc;
    const found = suggestions(state.doc).map((one) => ({ ...one, author: this.authors.known.get(one.id) ?? { name: "", is_mine: true } }));
    if (this.isNews("rows", found.map(told))) this.list(found);
    if (this.isNews("groups", found.map(({ id, author }) => [id, author.name]))) {
      this.desk.querySelector("[data-suggested]").textContent = found.length;
      this.panel.querySelector("[data-none]").hidden = found.length > 0;
      this.panel.querySelector("[data-alls]").replaceChildren(...this.groups(found));
    }
  }

  /** Rows that say what they said stay where they are, with whatever has the focus in them. */
  list(found) {
    const list = this.panel.querySelector("[data-list]");
    const focused = list.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.id : null;
    this.rows = new Map(found.map((one) => {
      const [text, known] = [JSON.stringify(told(one)), this.rows.get(one.id)];
      return [one.id, known?.text === text ? known : { text, row: this.drawn(one) }];
    }));
    const rows = [...this.rows.values()].map(({ row }) => row);
    const stay = new Set(rows);
    for (const row of [...list.children]) if (!stay.has(row)) row.remove();
    rows.forEach((row, n) => { if (list.children[n] !== row) list.insertBefore(row, list.children[n] ?? null); });
    if (focused && !list.contains(document.activeElement)) list.querySelector(`[data-id="${focused}"] button`)?.focus();
  }

  drawn({ id, before, deleted, inserted, behind, author: { name, at, is_mine } }) {
    const row = this.row.content.cloneNode(true).querySelector("li");
    const put = (slot, text) => {
      const place = row.querySelector(`[data-slot=${slot}]`);
      place.append(text);
      place.closest("[data-if]")?.toggleAttribute("hidden", text === "");
    };
    row.dataset.id = id;
    row.querySelector("input[name=id]").value = id;
    row.querySelector("[data-leads]").dataset.leads = id;
    put("name", name || this.words("you"));
    put("before", before);
    put("deleted", deleted);
    put("inserted", inserted);
    put("behind", behind);
    if (at) Object.assign(row.querySelector("time"), { dateTime: at, textContent: moment(at) });
    row.querySelector("[value=accept]").hidden = !this.mayAll;
    row.querySelector("[value=refuse]").hidden = !this.mayAll;
    row.querySelector("[data-back]").hidden = this.mayAll || !is_mine;
    for (const said of row.querySelectorAll("[data-about]")) said.textContent = `: ${short(inserted || deleted)}`;
    return row;
  }

  /** All of them, and all of each author where there are several. */
  groups(found) {
    const by = Map.groupBy(found, ({ author }) => author.name || this.words("you"));
    const made = [];
    const group = (name, all) => {
      const row = this.all.content.cloneNode(true);
      row.querySelector("[data-slot=whose]").textContent = `${name}: ${all.length}`;
      const hidden = all.map(({ id }) => Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: id }));
      row.querySelector("form").append(...hidden);
      for (const said of row.querySelectorAll("[data-about]")) said.textContent = `: ${name}`;
      made.push(row);
    };
    if (!this.mayAll || found.length < 2) return [];
    if (by.size > 1) for (const [name, all] of by) group(name, all);
    group(this.words("everything"), found);
    return made;
  }

  press(event) {
    if (this.readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    const ids = new Set(new FormData(event.target).getAll("id"));
    const next = event.target.closest("li")?.nextElementSibling?.dataset.id;
    this.settle((id) => ids.has(id), event.submitter?.value === "accept" ? ACCEPT : REFUSE);
    // Whoever goes by keys is at the next one.
    const row = this.panel.querySelector(next ? `[data-id="${next}"]` : "[data-list] li");
    (row?.querySelector("button:not([hidden])") ?? this.status).focus();
  }

  settle(isIt, how) {
    const count = suggestions(this.view.state.doc).filter(({ id }) => isIt(id)).length;
    this.view.dispatch(settle(this.view.state.tr, (id) => (isIt(id) ? how : null)).setMeta(SETTLED, true));
    const left = suggestions(this.view.state.doc).length;
    const said = this.words(how === ACCEPT ? "accepted" : "refused-them").replace("{n}", count).replace("{left}", left);
    this.say(said);
    return said;
  }

  say(what) {
    if (this.status) this.status.textContent = what;
    const aloud = this.desk.querySelector("[data-aloud]");
    if (aloud) aloud.textContent = what;
  }

  /** The next suggestion from the cursor, or the one before; round the end. */
  step = (by) => (state) => {
    const found = suggestions(state.doc);
    if (found.length === 0) {
      this.say(this.words("no-suggestions"));
      return true;
    }
    const here = current(state);
    const { from } = state.selection;
    const onward = found.find((one) => one.from > from);
    const back = found.findLast((one) => one.to < from);
    const at = found.indexOf(here);
    const next = here ? found[(at + by + found.length) % found.length] : ((by > 0 ? onward : back) ?? found.at(by > 0 ? 0 : -1));
    this.lead(next);
    return true;
  };

  /** Decides on the suggestion at the cursor, and goes on to the next one. */
  decide = (how) => (state) => {
    const here = current(state);
    if (!here || this.readOnly) return false;
    if (!this.mayAll && (how === ACCEPT || !this.authors.isMine(here.id))) {
      this.say(this.words("not-yours"));
      return true;
    }
    const said = this.settle((id) => id === here.id, how);
    const found = suggestions(this.view.state.doc);
    const next = found.find((one) => one.from >= state.selection.from) ?? found[0];
    if (!next) return true;
    // Both are said at once: of two sentences one after the other only the last is heard.
    this.heard = next.id;
    this.lead(next);
    this.say(`${said} ${this.described(next)}`);
    return true;
  };

  lead(one) {
    if (!one) return;
    const { state } = this.view;
    const [from] = one.places[0];
    this.view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(from + 1))).scrollIntoView());
    this.view.focus();
  }

  /** What stands at the cursor is said once somebody comes there, unless by writing it: a page that is heard says little of it. */
  hear(state, isWriting) {
    if (!this.panel) return;
    const here = current(state);
    if (isWriting && this.status.textContent) this.say("");
    if (here?.id === this.heard) return;
    this.heard = here?.id;
    if (here && !isWriting) this.say(this.described(here));
  }

  described({ id, inserted, deleted }) {
    const name = this.authors.known.get(id)?.name || this.words("you");
    const what = [["deleted", deleted], ["inserted-words", inserted]].filter(([, text]) => text).map(([word, text]) => `${this.words(word)}: «${short(text)}»`);
    return [...what, name].join(" – ");
  }
}

/** What a row shows. */
const told = ({ id, before, deleted, inserted, behind, author: { name, at, is_mine } }) => [id, before, deleted, inserted, behind, name, at, is_mine];

const short = (text) => (text.length > SAID ? `${text.slice(0, SAID)}…` : text);

/** The suggestion at the cursor stands out; each says whose it is where the pointer rests on it. */
export const shownSuggestions = (authors) => new Plugin({
  props: {
    decorations(state) {
      const here = current(state)?.id;
      const shown = suggestions(state.doc).flatMap(({ id, places }) => {
        const { name, at } = authors.known.get(id) ?? {};
        const title = [name, at && moment(at)].filter(Boolean).join(", ");
        const attributes = { class: id === here ? "suggested is-current" : "suggested", ...(title ? { title } : {}) };
        return places.map(([from, to]) => (state.doc.nodeAt(from).isInline ? Decoration.inline(from, to, attributes) : Decoration.node(from, to, attributes)));
      });
      return DecorationSet.create(state.doc, shown);
    },
  },
});
