// What becomes of suggestions: an accepted insertion stays and an accepted deletion goes, and the other way round where they are refused.
import { Transform } from "prosemirror-transform";
import { schema } from "./schema.js";

const { insertion, deletion } = schema.marks;
const { doc: whole, list_item, bullet_list, ordered_list, footnote, paragraph } = schema.nodes;

/** Says of a transaction that it is no writing: what it does with suggestions stays as it is. */
export const SETTLED = "settled";
export const ACCEPT = "accept";
export const REFUSE = "refuse";

const isSuggestion = ({ type }) => type === insertion || type === deletion;
const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));

/** How many signs of its paragraph are told beside a suggestion. */
const BESIDE = 40;

/** What goes when nothing is left in it. */
const HOLLOW = new Set([whole, list_item, bullet_list, ordered_list, footnote]);

/** Settles suggestions in a transform: `decide(id)` says which, and how; nothing for those that wait on. */
export function settle(tr, decide) {
  const goes = (node) => {
    const isGone = ({ type, attrs: { id } }) => isSuggestion({ type }) && decide(id) === (type === insertion ? REFUSE : ACCEPT);
    return node.marks.some(isGone) || (HOLLOW.has(node.type) && node.childCount > 0 && children(node).every(goes));
  };
  const { doc } = tr;
  if (goes(doc)) return tr.replaceWith(0, doc.content.size, paragraph.create());
  const changes = [];
  doc.descendants((node, at) => {
    if (goes(node)) {
      changes.push({ at, to: at + node.nodeSize });
      return false;
    }
    for (const mark of node.marks) {
      if (isSuggestion(mark) && decide(mark.attrs.id)) changes.push({ at, to: at + node.nodeSize, mark, isText: node.isText });
    }
    return true;
  });
  for (const { at, to, mark, isText } of changes.reverse()) {
    if (!mark) tr.delete(at, to);
    else if (isText) tr.removeMark(at, to, mark);
    else tr.removeNodeMark(at, mark);
  }
  return tr;
}

/** The text as it would be; itself where nothing is suggested. */
export const settled = (doc, how) => (suggestions(doc).length > 0 ? settle(new Transform(doc), () => how).doc : doc);

const known = new WeakMap();

/** What is suggested in a text, in its order: the words that would come and go, those beside them, and where. */
export function suggestions(doc) {
  if (!known.has(doc)) known.set(doc, [...found(doc).values()]);
  return known.get(doc);
}

function found(doc) {
  const all = new Map();
  doc.descendants((node, at, parent) => {
    // A paragraph in which nothing is said yet is nothing that anybody could decide on.
    if (node.isTextblock && node.childCount === 0) return;
    for (const { type, attrs: { id } } of node.marks.filter(isSuggestion)) {
      const one = all.get(id) ?? { id, from: at, inserted: "", deleted: "", before: beside(doc, parent, at, -1) };
      const side = type === insertion ? "inserted" : "deleted";
      one[side] = [one[side], wordsOf(node)].filter(Boolean).join(node.isBlock ? " ¶ " : "");
      all.set(id, { ...one, to: at + node.nodeSize, behind: beside(doc, parent, at + node.nodeSize, 1), places: [...(one.places ?? []), [at, at + node.nodeSize]] });
    }
  });
  return all;
}

/** The suggestion at the cursor. */
export const current = ({ doc, selection: { from, to } }) => suggestions(doc).find((one) => one.places.some(([start, end]) => start <= to && end >= from));

/** The words of the paragraph beside a place of it. */
function beside(doc, parent, at, side) {
  if (!parent.inlineContent) return "";
  const $at = doc.resolve(at);
  const [from, to] = side < 0 ? [$at.start(), at] : [at, $at.end()];
  const words = doc.textBetween(from, to, " ", " ");
  if (words.length <= BESIDE) return words;
  // Whole words, where there are any.
  return side < 0 ? `… ${words.slice(-BESIDE).replace(/^\S*\s+(?=\S)/, "")}` : `${words.slice(0, BESIDE).replace(/(?<=\S)\s+\S*$/, "")} …`;
}

const wordsOf = (node) => (node.isText ? node.text : node.textBetween(0, node.content.size, " "));
