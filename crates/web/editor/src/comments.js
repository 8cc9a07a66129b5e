// Comments beside the text: the words that somebody selected become the quotation of theirs, and a quotation leads back to its words.
import { Plugin, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

const LONGEST = 500;

/** Where words stand in the text: the first paragraph, heading, item or cell that says them. */
export function find(doc, quote) {
  let found = null;
  if (quote === "") return found;
  doc.descendants((node, at) => {
    if (found) return false;
    if (!node.isTextblock) return true;
    const places = [];
    let words = "";
    node.forEach((inline, offset) => {
      if (!inline.isText) return;
      for (let n = 0; n < inline.text.length; n++) places.push(at + 1 + offset + n);
      words += inline.text;
    });
    const start = words.indexOf(quote);
    if (start >= 0) found = { from: places[start], to: places[start + quote.length - 1] + 1 };
    return false;
  });
  return found;
}

/** The words that are selected, in one paragraph, without footnotes. */
function selected({ selection, doc }) {
  const { $from, from, to } = selection;
  const end = Math.min(to, $from.end());
  return doc.textBetween(from, end, "", (leaf) => (leaf.isText ? leaf.text : "")).slice(0, LONGEST);
}

export class Comments {
  constructor({ desk, view, panels }) {
    Object.assign(this, { view, panels });
    this.form = desk.querySelector("[data-comment]");
    for (const quote of desk.querySelectorAll("[data-quote]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quote";
      button.append(...quote.childNodes);
      quote.append(button);
      button.addEventListener("click", () => this.lead(button.textContent));
    }
  }

  /** The form, with what is selected as its quotation. */
  begin() {
    if (!this.form) return false;
    this.form.elements.quote.value = selected(this.view.state);
    this.panels.open("comments");
    this.form.elements.said.focus();
    return true;
  }

  lead(quote) {
    const place = find(this.view.state.doc, quote);
    if (!place) return;
    const { state } = this.view;
    this.view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, place.from, place.to)).scrollIntoView());
    this.view.focus();
  }
}

/** Marks the words that open comments are about. */
export const quotations = (desk) => {
  const quotes = [...desk.querySelectorAll(".thread:not(.is-resolved) [data-quote]")].map((quote) => quote.textContent);
  const marks = (doc) => DecorationSet.create(doc, quotes.map((quote) => find(doc, quote)).filter(Boolean)
    .map(({ from, to }) => Decoration.inline(from, to, { class: "quoted" })));
  return new Plugin({
    state: {
      init: (_, { doc }) => marks(doc),
      apply: (tr, known) => (tr.docChanged ? marks(tr.doc) : known),
    },
    props: { decorations(state) { return this.getState(state); } },
  });
};
