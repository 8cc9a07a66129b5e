// What becomes of suggestions: an accepted insertion stays and an accepted deletion goes, and the other way round where they are refused.
import { Transform } from "prosemirror-transform";
import { schema } from "./schema.js";

const { insertion, deletion } = schema.marks;
const { doc: whole, list_item, bullet_list, ordered_list, footnote, paragraph } = schema.nodes;

export const ACCEPT = "accept";
export const REFUSE = "refuse";

const isSuggestion = ({ type }) => type === insertion || type === deletion;
const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));

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

/** What is suggested in a text, in its order: the words that would come and go, and where. */
export function suggestions(doc) {
  if (!known.has(doc)) known.set(doc, [...found(doc).values()]);
  return known.get(doc);
}

function found(doc) {
  const all = new Map();
  doc.descendants((node, at) => {
    for (const { type, attrs: { id } } of node.marks.filter(isSuggestion)) {
      const one = all.get(id) ?? { id, from: at, to: at, inserted: "", deleted: "" };
      const side = type === insertion ? "inserted" : "deleted";
      one[side] = [one[side], wordsOf(node)].filter(Boolean).join(node.isBlock ? " ¶ " : "");
      all.set(id, { ...one, to: at + node.nodeSize });
    }
  });
  return all;
}

const wordsOf = (node) => (node.isText ? node.text : node.textBetween(0, node.content.size, " "));
