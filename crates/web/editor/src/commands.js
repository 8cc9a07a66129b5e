// What can be done to a text: each by the name that a button of the toolbar carries (data-do).
import { chainCommands, exitCode, lift, setBlockType, toggleMark } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, TextSelection } from "prosemirror-state";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable, selectedRect } from "prosemirror-tables";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

export const paragraph = setBlockType(nodes.paragraph);
export const heading = (level) => setBlockType(nodes.heading, { level });

const newLine = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

/** A list of the other kind becomes one of this kind; the same kind again is lifted out. */
const list = (type) => (state, dispatch, view) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type === nodes.table_cell || node.type === nodes.table_header) return false;
    if (node.type === type) return liftListItem(nodes.list_item)(state, dispatch, view);
    if (node.type === nodes.bullet_list || node.type === nodes.ordered_list) {
      const { source, answers } = node.attrs;
      dispatch?.(state.tr.setNodeMarkup($from.before(depth), type, { source, answers }));
      return true;
    }
  }
  return wrapInList(type)(state, dispatch, view);
};

const insertFootnote = (state, dispatch) => {
  const { $from, $to, empty } = state.selection;
  if (!$from.parent.type.contentMatch.matchType(nodes.footnote) || !$from.sameParent($to)) return false;
  // Words that are selected become the footnote's.
  const words = empty ? null : $from.parent.slice($from.parentOffset, $to.parentOffset).content;
  let isPlain = true;
  words?.forEach((node) => { isPlain &&= node.isText || node.type === nodes.hard_break; });
  if (!isPlain) return false;
  if (dispatch) {
    const tr = state.tr.replaceSelectionWith(nodes.footnote.create(null, words), false);
    dispatch(tr.setSelection(NodeSelection.create(tr.doc, $from.pos)).scrollIntoView());
  }
  return true;
};

const insertBlock = (make) => (state, dispatch) => {
  const { $from } = state.selection;
  if (isInTable(state) || $from.depth === 0) return false;
  if (dispatch) {
    const node = make();
    const isSpare = $from.depth === 1 && $from.parent.type === nodes.paragraph && $from.parent.content.size === 0;
    const at = isSpare ? $from.before(1) : $from.after(1);
    const tr = isSpare ? state.tr.replaceWith(at, $from.after(1), node) : state.tr.insert(at, node);
    if (!tr.doc.nodeAt(at + node.nodeSize)) tr.insert(at + node.nodeSize, nodes.paragraph.create());
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(at + (node.isLeaf ? node.nodeSize : 1)))).scrollIntoView());
  }
  return true;
};

const COLUMNS = 3;
const newTable = () => {
  const row = (type) => nodes.table_row.create(null, Array.from({ length: COLUMNS }, () => type.createAndFill()));
  const columns = Array.from({ length: COLUMNS }, () => ({ share: 1, align: "start" }));
  return nodes.table.create({ columns }, [row(nodes.table_header), row(nodes.table_cell)]);
};

/** A column that is added or taken away takes its width and its place along. */
const column = (command, change) => (state, dispatch) => {
  if (!isInTable(state)) return false;
  const { table, tableStart, left, right } = selectedRect(state);
  const columns = [...table.attrs.columns];
  return command(state, dispatch && ((tr) => {
    const at = tr.mapping.map(tableStart - 1, -1);
    if (tr.doc.nodeAt(at)?.type === nodes.table) tr.setNodeMarkup(at, null, { ...table.attrs, columns: change(columns, left, right) });
    dispatch(tr);
  }));
};

const ALIGNED = ["start", "center", "end"];
const align = (state, dispatch) => {
  if (!isInTable(state)) return false;
  const { table, tableStart, left, right } = selectedRect(state);
  const next = ALIGNED[(ALIGNED.indexOf(table.attrs.columns[left]?.align) + 1) % ALIGNED.length];
  const columns = table.attrs.columns.map((column, n) => (n >= left && n < right ? { ...column, align: next } : column));
  dispatch?.(state.tr.setNodeMarkup(tableStart - 1, null, { ...table.attrs, columns }));
  return true;
};

const share = (step) => (state, dispatch) => {
  if (!isInTable(state)) return false;
  const { table, tableStart, left, right } = selectedRect(state);
  const widened = (column) => ({ ...column, share: Math.min(12, Math.max(1, column.share + step)) });
  const columns = table.attrs.columns.map((column, n) => (n >= left && n < right ? widened(column) : column));
  dispatch?.(state.tr.setNodeMarkup(tableStart - 1, null, { ...table.attrs, columns }));
  return true;
};

export const commands = {
  undo,
  redo,
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  bullets: list(nodes.bullet_list),
  numbers: list(nodes.ordered_list),
  deeper: sinkListItem(nodes.list_item),
  shallower: chainCommands(liftListItem(nodes.list_item), lift),
  table: insertBlock(newTable),
  page: insertBlock(() => nodes.page_break.create()),
  footnote: insertFootnote,
  line: newLine,
  "row-add": addRowAfter,
  "row-remove": deleteRow,
  "column-add": column(addColumnAfter, (columns, _, right) => columns.toSpliced(right, 0, columns[right - 1])),
  "column-remove": column(deleteColumn, (columns, left, right) => columns.toSpliced(left, right - left)),
  "column-align": align,
  "column-wider": share(1),
  "column-narrower": share(-1),
  "table-remove": deleteTable,
};

/** The block of the document itself in which somebody writes, with its place; none before the first click. */
export function currentBlock(state) {
  const { $from } = state.selection;
  const at = $from.depth > 0 ? $from.before(1) : $from.pos;
  const node = state.doc.nodeAt(at);
  return node ? { node, at, index: $from.index(0) } : null;
}

/** Says that the current block answers a question, or that it does not any more. */
export const answer = (question) => (state, dispatch) => {
  const block = currentBlock(state);
  if (!block) return false;
  const { node, at } = block;
  const had = node.attrs.answers;
  const answers = had.includes(question) ? had.filter((no) => no !== question) : [...had, question].sort((a, b) => a - b);
  dispatch?.(state.tr.setNodeMarkup(at, null, { ...node.attrs, answers }));
  return true;
};

/** Puts blocks behind the one in which somebody writes, or in its place where nothing is said in it. */
export const insertBlocks = (blocks) => (state, dispatch) => {
  const made = blocks.map((block) => schema.nodeFromJSON(block));
  const here = currentBlock(state);
  const isSpare = here && here.node.type === nodes.paragraph && here.node.content.size === 0;
  const end = here ? here.at + here.node.nodeSize : state.doc.content.size;
  const from = isSpare ? here.at : end;
  if (dispatch) {
    const tr = isSpare ? state.tr.replaceWith(from, end, made) : state.tr.insert(from, made);
    const size = made.reduce((sum, node) => sum + node.nodeSize, 0);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(from + size), -1)).scrollIntoView());
  }
  return true;
};
