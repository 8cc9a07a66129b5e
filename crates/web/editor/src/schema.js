// The editor's schema: exactly the document that crates/letter/schema/rich.schema.json describes, with one thing beside it. `answers`, the
// questions that a block answers, moves with its block while somebody writes; it leaves the document when the text is handed over (envelope.js).
//
// What somebody suggests stands in it as two marks, `insertion` and `deletion`, on words and, outside tables, on whole blocks and items. Both may
// stand on one word: what one person suggested another would rather not have. They are a working text's alone; no letter has them.
import { Schema } from "prosemirror-model";

const SOURCE = /^[a-z][a-z0-9_-]{1,31}\/[1-9][0-9]{0,8}$/;
const beside = { source: { default: null }, answers: { default: [] } };

// What stands beside a block travels with it through the clipboard.
const toData = ({ attrs: { source, answers } }) => ({
  ...(source ? { "data-source": source } : {}),
  ...(answers.length > 0 ? { "data-answers": answers.join(" ") } : {}),
});
const fromData = (dom) => ({
  source: SOURCE.test(dom.dataset.source ?? "") ? dom.dataset.source : null,
  answers: (dom.dataset.answers ?? "").split(" ").map(Number).filter((no) => Number.isSafeInteger(no) && no > 0),
});

// A head is a cell with a look while it is written: one that says nothing yet would be a heading without a name to those who hear the page.
const cell = (tableRole, parseDOM, look) => ({
  content: "paragraph",
  tableRole,
  isolating: true,
  // Cells of a letter's table are not merged: what was merged elsewhere comes in as single cells.
  attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
  parseDOM,
  toDOM: () => ["td", look, 0],
});

const SUGGESTED = "insertion deletion";
// Whoever writes on at its end writes something new. Two people's suggestions may stand on the same words: these come when both are accepted.
const suggestion = (tag) => ({ attrs: { id: {} }, inclusive: false, excludes: "", toDOM: ({ attrs: { id } }) => [tag, { "data-suggestion": id }, 0] });

const heading = (level) => ({ tag: `h${level}`, getAttrs: (dom) => ({ level: Math.min(level, 3), ...fromData(dom) }) });

export const schema = new Schema({
  nodes: {
    doc: { content: "block+", marks: SUGGESTED },
    paragraph: {
      group: "block", content: "inline*", attrs: beside,
      parseDOM: [{ tag: "p", getAttrs: fromData }],
      toDOM: (node) => ["p", toData(node), 0],
    },
    heading: {
      group: "block", content: "(text | hard_break)*", defining: true, attrs: { level: { default: 1 }, ...beside },
      parseDOM: [1, 2, 3, 4, 5, 6].map(heading),
      toDOM: (node) => [`h${node.attrs.level + 1}`, toData(node), 0],
    },
    bullet_list: {
      group: "block", content: "list_item+", marks: SUGGESTED, attrs: beside,
      parseDOM: [{ tag: "ul", getAttrs: fromData }],
      toDOM: (node) => ["ul", toData(node), 0],
    },
    ordered_list: {
      group: "block", content: "list_item+", marks: SUGGESTED, attrs: { order: { default: 1 }, ...beside },
      parseDOM: [{ tag: "ol", getAttrs: fromData }],
      toDOM: (node) => ["ol", toData(node), 0],
    },
    list_item: {
      content: "(paragraph | bullet_list | ordered_list)+", marks: SUGGESTED, defining: true,
      parseDOM: [{ tag: "li" }],
      toDOM: () => ["li", 0],
    },
    table: {
      group: "block", content: "table_row+", tableRole: "table", isolating: true, attrs: { columns: { default: [] }, ...beside },
      parseDOM: [{ tag: "table", getAttrs: fromData }],
      toDOM: (node) => ["table", toData(node), ["tbody", 0]],
    },
    table_row: { content: "(table_cell | table_header)+", tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
    table_cell: cell("cell", [{ tag: "td" }], {}),
    table_header: cell("header_cell", [{ tag: "th" }, { tag: "td.is-head", priority: 60 }], { class: "is-head" }),
    page_break: {
      group: "block", attrs: beside,
      parseDOM: [{ tag: "hr", getAttrs: fromData }],
      toDOM: (node) => ["hr", toData(node)],
    },
    text: { group: "inline" },
    hard_break: { group: "inline", inline: true, selectable: false, linebreakReplacement: true, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
    // The words of a footnote live in the sentence that cites it: they move, are copied and are compared with it.
    footnote: {
      group: "inline", inline: true, atom: true, draggable: true, content: "(text | hard_break)*",
      parseDOM: [{ tag: "foot-note" }],
      toDOM: () => ["foot-note", 0],
    },
  },
  marks: {
    insertion: suggestion("ins"),
    deletion: suggestion("del"),
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  },
});
