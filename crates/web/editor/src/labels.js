// What stands beside a block: which ministry's contribution it came from, and which questions it answers. Shown, not part of the words.
import { Plugin } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

const ALIGNED = { center: "is-centred", end: "is-right" };

export const labels = (words, nameOf) => new Plugin({
  props: {
    decorations(state) {
      const shown = [];
      state.doc.forEach((node, at) => {
        const { source, answers } = node.attrs;
        const label = [
          ...(source ? [nameOf(source)] : []),
          ...(answers.length > 0 ? [words("answers").replace("{n}", answers.join(", "))] : []),
        ].join(" · ");
        if (label) shown.push(Decoration.node(at, at + node.nodeSize, { class: `labelled${source ? " is-sourced" : ""}`, "data-label": label }));
        if (node.type.name === "table") aligned(node, at, shown);
      });
      return DecorationSet.create(state.doc, shown);
    },
  },
});

function aligned(table, start, shown) {
  table.forEach((row, inTable) => {
    row.forEach((cell, inRow, n) => {
      const look = ALIGNED[table.attrs.columns[n]?.align];
      const at = start + 1 + inTable + 1 + inRow;
      if (look) shown.push(Decoration.node(at, at + cell.nodeSize, { class: look }));
    });
  });
}
