// <letter-editor>: a letter's text, edited. The page around it works without: there is an ordinary form with the text as Markdown.
//
// Read schema.js (what a text is), envelope.js (how it goes in and out), normal.js (what is put right after every change), commands.js and keys.js
// (what can be done), suggest.js, settle.js and together.js (what is suggested, what becomes of it, what two make of one text), saving.js (how it is kept), needed.js (what its form asks for), pages.js (the true pages), then this.
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { Slice } from "prosemirror-model";
import { EditorState, NodeSelection, Selection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { Comments, quotations } from "./comments.js";
import { Contributions } from "./contributions.js";
import { closed, links, opened } from "./envelope.js";
import { Footnote } from "./footnote.js";
import { keys, typed } from "./keys.js";
import { labels } from "./labels.js";
import { isWhole } from "./needed.js";
import { normal } from "./normal.js";
import { Pages } from "./pages.js";
import { Panels } from "./panels.js";
import { cleaned, seen } from "./paste.js";
import { Questions } from "./questions.js";
import { Authors, Reviewing, shownSuggestions } from "./reviewing.js";
import { Saving } from "./saving.js";
import { schema } from "./schema.js";
import { ACCEPT, REFUSE, SETTLED, suggestions } from "./settle.js";
import { copied, suggest, written } from "./suggest.js";
import { together } from "./together.js";
import { Toolbar } from "./toolbar.js";
import { time, wordsOf } from "./words.js";

/** Whoever wrote nothing for so long is not writing any more. */
const QUIET = 20_000;
const BARS = { top: 90, right: 0, bottom: 120, left: 0 };

class LetterEditor extends HTMLElement {
  async connectedCallback() {
    this.desk = this.closest("[data-desk]");
    this.words = wordsOf(this);
    this.form = document.getElementById(this.dataset.form);
    this.panels = new Panels(this.desk);
    this.authors = new Authors();
    // Some may only suggest; whoever may write does either, and says which.
    this.onlySuggests = this.dataset.suggests === "only";
    this.isSuggesting = this.dataset.suggests !== undefined;
    this.saving = new Saving({
      place: this.dataset.text,
      readOnly: this.hasAttribute("data-read-only"),
      doc: () => this.view.state.doc,
      say: (what, detail) => this.say(what, detail),
      take: (found, isNew) => this.take(found, isNew),
      together: (base, found) => this.together(base, found),
      conflict: (texts) => this.conflict(texts),
    });
    try {
      const found = await this.saving.open();
      this.start(found);
    } catch (error) {
      // The form below is whole without the editor.
      this.hidden = false;
      this.say("unopened", error.message);
    }
  }

  start(found) {
    this.names = found.names;
    this.authors.learn(found.authors);
    const text = opened(found);
    this.view = new EditorView(this.querySelector("[data-sheet]"), {
      // Whoever has not been anywhere yet is at the end: what is put in comes there.
      state: EditorState.create({ doc: text, selection: Selection.atEnd(text), plugins: this.plugins() }),
      attributes: {
        role: "textbox", "aria-multiline": "true", "aria-label": this.words("label"), tabindex: "0", spellcheck: "true", lang: this.dataset.lang,
        ...(this.saving.readOnly ? { "aria-readonly": "true" } : {}),
      },
      editable: () => !this.saving.readOnly,
      // Where one writes is under neither bar.
      scrollThreshold: BARS,
      scrollMargin: BARS,
      nodeViews: { footnote: (node, view, getPos) => new Footnote(node, view, getPos, this.words, (tr, cursor) => this.told(tr, cursor)) },
      handleDrop: (_, event) => this.contributions.drop(event),
      transformPastedHTML: cleaned,
      transformPastedText: seen,
      transformCopied: ({ content, openStart, openEnd }) => new Slice(copied(content), openStart, openEnd),
      handleDOMEvents: { compositionstart: (view) => this.compose(view) },
      dispatchTransaction: (tr) => this.apply(tr),
    });
    this.hidden = false;
    for (const plain of this.desk.querySelectorAll(".without-editor")) plain.hidden = true;
    this.desk.addEventListener("submit", (event) => this.keepFirst(event));
    const doc = () => this.view.state.doc;
    const { readOnly } = this.saving;
    if (!readOnly) {
      const also = { help: () => this.help(), questions: () => this.panels.open("questions"), comment: () => this.comments.begin(), suggest: () => this.toggle(), pressed: () => ({ suggest: this.isSuggesting }) };
      this.toolbar = new Toolbar(this.querySelector("[role=toolbar]"), this.view, also);
    }
    this.questions = new Questions({ desk: this.desk, view: this.view, words: this.words, form: this.form, readOnly: readOnly || this.onlySuggests });
    this.contributions = new Contributions({ desk: this.desk, view: this.view, say: (what) => this.say(what), readOnly });
    this.comments = new Comments({ desk: this.desk, view: this.view, panels: this.panels });
    this.reviewing = new Reviewing({ desk: this.desk, view: this.view, words: this.words, authors: this.authors, mayAll: this.hasAttribute("data-settles"), readOnly });
    const shelf = this.desk.querySelector("[data-shelf]");
    if (shelf && this.dataset.preview) this.pages = new Pages({ place: this.dataset.preview, shelf, doc, form: this.form, words: this.words });
    this.learn(found);
    this.show();
    this.pages?.changed(0);
    // Last: whoever has no editor after all has the form.
    this.dressForm();
  }

  plugins() {
    return [
      typed(),
      ...keys({
        "Mod-/": () => this.help(),
        "Mod-Alt-q": () => { this.panels.open("questions"); return true; },
        "Mod-Alt-m": () => this.comments.begin(),
        "Mod-Alt-s": () => this.toggle(),
        "Mod-Alt-n": (state) => this.reviewing.step(1)(state),
        "Mod-Alt-p": (state) => this.reviewing.step(-1)(state),
        "Mod-Alt-a": (state) => this.reviewing.decide(ACCEPT)(state),
        "Mod-Alt-r": (state) => this.reviewing.decide(REFUSE)(state),
        ArrowDown: () => this.intoFootnote(),
      }),
      history(), dropCursor({ class: "drop-cursor", color: false }), gapCursor(), tableEditing(), normal(),
      labels(this.words, (source) => this.names[source] ?? source), quotations(this.desk), shownSuggestions(this.authors),
    ];
  }

  apply(tr) {
    const isWriting = tr.docChanged && !tr.getMeta(SETTLED) && !tr.getMeta("theirs") && !tr.getMeta("history$");
    if (isWriting) this.told(tr, this.view.state.selection);
    this.view.updateState(this.view.state.apply(tr));
    if (tr.docChanged) {
      if (!tr.getMeta("theirs")) this.saving.changed();
      this.pages?.changed();
    }
    this.show();
    this.reviewing.hear(this.view.state, isWriting);
  }

  show() {
    const { state } = this.view;
    this.toolbar?.show(state);
    this.questions.show(state, links(state.doc));
    this.reviewing.show(state);
  }

  /** What somebody writes is theirs, or a suggestion. */
  told(tr, cursor) {
    if (this.isSuggesting) suggest(tr, this.authors, cursor);
    else written(tr);
  }

  /** Whoever composes a letter of several keys does so in a place that is a suggestion already: nothing moves under the keys. */
  compose({ state, dispatch }) {
    if (!this.isSuggesting || !state.selection.empty) return false;
    const { $from } = state.selection;
    const marks = (state.storedMarks ?? $from.marks()).filter(({ type }) => type !== schema.marks.deletion);
    const has = marks.some((mark) => mark.type === schema.marks.insertion && this.authors.isMine(mark.attrs.id));
    if (!has) dispatch(state.tr.setStoredMarks(schema.marks.insertion.create({ id: this.authors.fresh() }).addToSet(marks)));
    return false;
  }

  toggle() {
    if (this.onlySuggests || this.saving.readOnly || !this.reviewing.panel) return false;
    this.isSuggesting = !this.isSuggesting;
    this.say(this.isSuggesting ? "suggesting" : "writing-on");
    this.show();
    this.view.focus();
    return true;
  }

  intoFootnote() {
    const { selection } = this.view.state;
    if (!(selection instanceof NodeSelection) || selection.node.type.name !== "footnote") return false;
    this.querySelector(".footnote-box [role=textbox]")?.focus();
    return true;
  }

  /** What is said of the text: kept, changed, refused. */
  say(what, detail) {
    const place = this.querySelector("[data-saved]");
    place.dataset.is = what;
    place.textContent = this.words(what).replace("{detail}", () => (what === "kept" ? time(detail) : (detail ?? "")));
  }

  learn(found) {
    Object.assign(this.names, found.names);
    this.authors.learn(found.authors);
    this.contributions.learn(found.contributions);
    const notice = this.querySelector("[data-others]");
    const isBehind = found.base !== found.current && !this.saving.readOnly;
    const writing = () => (found.writing ? this.words("writing").replace("{detail}", () => found.writing) : "");
    notice.textContent = isBehind ? this.words("behind") : writing();
    clearTimeout(this.quiet);
    if (!isBehind) this.quiet = setTimeout(() => { notice.textContent = ""; }, QUIET);
  }

  /** A colleague's text comes in where nothing of one's own would be lost: only what differs is replaced, the cursor stays. */
  take(found, isNew) {
    this.learn(found);
    if (!isNew) return;
    const theirs = opened(found);
    const { doc } = this.view.state;
    const start = doc.content.findDiffStart(theirs.content);
    if (start === null) return;
    let { a, b } = doc.content.findDiffEnd(theirs.content);
    const overlap = start - Math.min(a, b);
    if (overlap > 0) [a, b] = [a + overlap, b + overlap];
    const tr = this.view.state.tr.replace(start, a, theirs.slice(start, b));
    this.view.dispatch(tr.setMeta("addToHistory", false).setMeta("theirs", true));
    this.say("taken");
  }

  /** What a colleague wrote meanwhile beside what was written here; false where a person has to choose. */
  together(base, found) {
    this.authors.learn(found.authors);
    const { tr } = this.view.state;
    if (!together(tr, base, opened(found), this.onlySuggests ? this.authors : null)) return false;
    this.view.dispatch(tr.setMeta("addToHistory", false).setMeta("theirs", true));
    this.say("taken");
    return true;
  }

  conflict({ base, mine }) {
    this.say("met");
    const form = this.querySelector("[data-conflict]");
    form.hidden = false;
    form.elements.base.value = JSON.stringify(base);
    form.elements.mine.value = JSON.stringify(mine);
    form.addEventListener("submit", () => {
      // The cursor stays where somebody writes: what they wrote since goes along.
      form.elements.mine.value = JSON.stringify(closed(this.view.state.doc));
      this.saving.isLeaving = true;
    });
  }

  help() {
    const dialog = this.querySelector("dialog");
    if (!dialog.open) dialog.showModal();
    return true;
  }

  /** The ordinary form: its field of Markdown and what the editor says better is taken from the eye, the rest of it stays. */
  dressForm() {
    if (!this.form || this.saving.readOnly) return;
    const better = [
      this.form.elements[this.dataset.field].closest(".field"),
      ...[...this.form.querySelectorAll("[name=take_in], [name^='answers[']")].map((field) => field.closest("fieldset.group") ?? field.closest("fieldset")),
      this.form.querySelector("[name=more][value=take_in]")?.closest("p"),
    ];
    for (const field of better) field?.setAttribute("hidden", "");
    this.form.addEventListener("submit", (event) => this.send(event));
  }

  /** Forms beside the text lead away from it: what was typed is kept before they go. */
  async keepFirst(event) {
    if (event.target === this.form || event.target.method === "dialog") return;
    if (!isWhole(event.target, this.words)) {
      event.preventDefault();
      return;
    }
    if (this.saving.isSettled || this.saving.isStopped) return;
    event.preventDefault();
    await this.saving.now();
    if (!this.saving.isSettled) return;
    this.saving.isLeaving = true;
    event.target.requestSubmit(event.submitter ?? undefined);
  }

  /** A version is what the editor holds; it is kept as the working text first, so that nothing hangs on the outcome. */
  async send(event) {
    if (this.isSent) return;
    event.preventDefault();
    const open = suggestions(this.view.state.doc).length;
    if (open > 0) {
      this.say("open", open);
      this.panels.open("suggestions");
      return;
    }
    if (!isWhole(this.form, this.words)) return;
    // Pressed once more while the first press is under way, it says the same again: the text is kept already.
    if (!this.saving.isLeaving) {
      this.saving.since ??= Date.now();
      await this.saving.now();
    }
    // What could not be kept is told already; a form that went now would leave the text behind.
    if (!this.saving.isSettled) return;
    const { text, answers } = closed(this.view.state.doc);
    this.questions.fill(answers);
    this.hide("rich", JSON.stringify(text));
    this.hide("working", this.saving.revision);
    this.hide("working_base", this.saving.base);
    this.isSent = true;
    this.saving.isLeaving = true;
    this.form.requestSubmit(event.submitter ?? undefined);
    this.isSent = false;
  }

  hide(name, value) {
    const field = this.form.elements[name] ?? this.form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  }
}

customElements.define("letter-editor", LetterEditor);
