// A footnote's mark in its sentence. Selected, it opens a small editor of the footnote's words; Escape goes back behind the mark.
import { keymap } from "prosemirror-keymap";
import { redo, undo } from "prosemirror-history";
import { EditorState, TextSelection } from "prosemirror-state";
import { StepMap } from "prosemirror-transform";
import { EditorView } from "prosemirror-view";
import { commands } from "./commands.js";
import { SETTLED } from "./settle.js";

export class Footnote {
  constructor(node, outer, getPos, words, suggest) {
    this.suggest = suggest;
    this.node = node;
    this.outer = outer;
    this.getPos = getPos;
    this.words = words;
    this.inner = null;
    this.dom = document.createElement("foot-note");
    this.dom.setAttribute("role", "note");
    this.label();
  }

  label() {
    this.dom.setAttribute("aria-label", `${this.words("footnote")}: ${this.node.textContent}`);
    this.dom.title = this.node.textContent;
  }

  selectNode() {
    this.dom.classList.add("is-open");
    if (!this.inner) this.open();
  }

  deselectNode() {
    this.dom.classList.remove("is-open");
    if (this.inner) this.close();
  }

  open() {
    this.box = this.dom.appendChild(document.createElement("div"));
    this.box.className = "footnote-box";
    this.inner = new EditorView(this.box, {
      state: EditorState.create({
        doc: this.node,
        plugins: [keymap({
          "Mod-z": () => undo(this.outer.state, this.outer.dispatch),
          "Mod-y": () => redo(this.outer.state, this.outer.dispatch),
          "Mod-Shift-z": () => redo(this.outer.state, this.outer.dispatch),
          "Mod-b": commands.bold,
          "Mod-i": commands.italic,
          Enter: () => this.leave(),
          Escape: () => this.leave(),
        })],
      }),
      attributes: { role: "textbox", "aria-label": this.words("footnote"), tabindex: "0" },
      dispatchTransaction: (tr) => this.take(tr),
      handleDOMEvents: { mousedown: () => { if (this.outer.hasFocus()) this.inner.focus(); } },
    });
    if (this.node.content.size === 0) setTimeout(() => this.inner?.focus());
  }

  close() {
    this.inner.destroy();
    this.inner = null;
    this.box.remove();
  }

  leave() {
    const behind = this.getPos() + this.node.nodeSize;
    const { state } = this.outer;
    this.outer.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(behind))));
    this.outer.focus();
    return true;
  }

  /** Into the words, for somebody at the keyboard whose selection is the mark. */
  enter() {
    this.inner?.focus();
  }

  take(tr) {
    if (tr.docChanged && !tr.getMeta("from-outside")) this.suggest(tr, this.inner.state.selection);
    const { state, transactions } = this.inner.state.applyTransaction(tr);
    this.inner.updateState(state);
    if (tr.getMeta("from-outside")) return;
    const outer = this.outer.state.tr;
    const shift = StepMap.offset(this.getPos() + 1);
    for (const step of transactions.flatMap((one) => one.steps)) outer.step(step.map(shift));
    if (outer.docChanged) this.outer.dispatch(outer.setMeta(SETTLED, true));
  }

  update(node) {
    if (!node.sameMarkup(this.node)) return false;
    this.node = node;
    this.label();
    if (!this.inner) return true;
    const { state } = this.inner;
    const start = node.content.findDiffStart(state.doc.content);
    if (start !== null) {
      let { a, b } = node.content.findDiffEnd(state.doc.content);
      const overlap = start - Math.min(a, b);
      if (overlap > 0) [a, b] = [a + overlap, b + overlap];
      this.inner.dispatch(state.tr.replace(start, b, node.slice(start, a)).setMeta("from-outside", true));
    }
    return true;
  }

  destroy() {
    if (this.inner) this.close();
  }

  stopEvent(event) {
    return this.inner?.dom.contains(event.target) ?? false;
  }

  ignoreMutation() {
    return true;
  }
}
