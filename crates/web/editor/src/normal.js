// After every change the document is one that a letter can hold, as far as that can be seen without its words: levels of headings follow each
// other, a table has a head and a row, its columns are as many as its cells, and only blocks of the document itself have something beside them.
// A heading that is only suggested counts for nothing until it is accepted: what the text says without it stays as it is.
import { Plugin } from "prosemirror-state";
import { schema } from "./schema.js";

const { heading, table, table_row, table_cell, table_header } = schema.nodes;

export const normal = () => new Plugin({
  appendTransaction(transactions, _, state) {
    if (!transactions.some((one) => one.docChanged)) return null;
    const tr = state.tr;
    let level = 0;
    state.doc.forEach((node, at) => {
      if (node.type === heading && !schema.marks.insertion.isInSet(node.marks)) level = levelled(tr, node, at, level);
    });
    state.doc.descendants((node, at, parent) => {
      if (parent !== state.doc && (node.attrs.source || node.attrs.answers?.length > 0)) {
        tr.setNodeMarkup(tr.mapping.map(at), null, { ...node.attrs, source: null, answers: [] });
      }
      return !node.isTextblock;
    });
    state.doc.forEach((node, at) => {
      if (node.type === table) shaped(tr, node, at);
    });
    return tr.docChanged ? tr : null;
  },
});

function levelled(tr, node, at, last) {
  const level = Math.min(node.attrs.level, last + 1);
  if (level !== node.attrs.level) tr.setNodeMarkup(tr.mapping.map(at), null, { ...node.attrs, level });
  return level;
}

function shaped(tr, node, start) {
  const width = node.firstChild.childCount;
  const columns = node.attrs.columns.slice(0, width);
  while (columns.length < width) columns.push({ share: columns.at(-1)?.share ?? 1, align: "start" });
  if (columns.length !== node.attrs.columns.length) tr.setNodeMarkup(tr.mapping.map(start), null, { ...node.attrs, columns });
  node.forEach((row, inTable, n) => {
    const wanted = n === 0 ? table_header : table_cell;
    row.forEach((cell, inRow) => {
      const { colspan, rowspan } = cell.attrs;
      if (cell.type !== wanted || colspan > 1 || rowspan > 1) {
        tr.setNodeMarkup(tr.mapping.map(start + 1 + inTable + 1 + inRow), wanted, { colspan: 1, rowspan: 1, colwidth: null });
      }
    });
  });
  if (node.childCount === 1) {
    const row = table_row.create(null, columns.map(() => table_cell.createAndFill()));
    tr.insert(tr.mapping.map(start + node.nodeSize - 1), row);
  }
}
