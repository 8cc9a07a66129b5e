// Suggesting: a change that was made as if the text were one's own is turned into a suggestion. What was typed is marked as an insertion; what was
// taken away is put back, marked as a deletion. Refusing everything that one suggested gives the text of before, accepting it the one that was
// typed (laws.mjs tries it).
//
// Within a paragraph it is words that are suggested. A change of paragraphs is said in the same two marks: a paragraph that is split loses its
// end as words and gets it as a new paragraph, one whose kind changes goes and comes again. Inside a table only words are suggested singly; rows
// and columns go and come with their table.
import { Fragment } from "prosemirror-model";
import { TextSelection } from "prosemirror-state";
import { StepMap } from "prosemirror-transform";
import { schema } from "./schema.js";

const { insertion, deletion } = schema.marks;

const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));
const isSuggestion = ({ type }) => type === insertion || type === deletion;
const without = (marks) => marks.filter((mark) => !isSuggestion(mark));
const own = (node, author, type) => node.marks.find((mark) => (type ? mark.type === type : isSuggestion(mark)) && author.isMine(mark.attrs.id));
const marked = (node, mark) => node.mark(mark.addToSet(node.marks));

/** Turns what a transaction does into a suggestion of `author`; `cursor` is the selection of before. */
export function suggest(tr, author, cursor) {
  // What is typed among somebody else's words is not theirs; what only moves with its paragraph stays what it was.
  written(tr, (mark) => mark.type === insertion && author.isMine(mark.attrs.id));
  const range = changed(tr);
  if (!range) return;
  const { from, to, end } = range;
  const [$from, $to, $start, $end] = [tr.before.resolve(from), tr.before.resolve(to), tr.doc.resolve(from), tr.doc.resolve(end)];
  const { parent } = $from;
  const isLine = parent.inlineContent && $from.sameParent($to) && $start.sameParent($end) && $from.depth === $start.depth && parent.sameMarkup($start.parent);
  if (isLine) line(tr, author, cursor, range, $from, $to, $start);
  else new Blocks(tr, author).write();
}

/** What part of the text a transaction changed: `from`–`to` before it, `from`–`end` behind it. */
function changed({ steps, mapping, before, doc }) {
  let [from, tail] = [Infinity, Infinity];
  steps.forEach((step, n) => {
    const onward = mapping.slice(n + 1);
    const back = (place, side) => mapping.maps.slice(0, n).reduceRight((at, map) => map.invert().map(at, side), place);
    const touch = (oldStart, oldEnd, newStart, newEnd) => {
      from = Math.min(from, back(oldStart, -1), onward.map(newStart, -1));
      tail = Math.min(tail, before.content.size - back(oldEnd, 1), doc.content.size - onward.map(newEnd, 1));
    };
    step.getMap().forEach(touch);
    // A look moves nothing.
    if (step.mark) touch(step.from ?? step.pos, step.to ?? step.pos + 1, step.from ?? step.pos, step.to ?? step.pos + 1);
  });
  if (from === Infinity) return null;
  return { from, to: Math.max(from, before.content.size - tail), end: Math.max(from, doc.content.size - tail) };
}

/** A change of words inside one paragraph. */
function line(tr, author, cursor, { from, to, end }, $from, $to, $start) {
  // Inside what one suggested oneself one writes freely.
  for (let depth = $from.depth; depth >= 0; depth--) if (own($from.node(depth), author, insertion)) return;
  const [at, upto] = [$from.parentOffset, $to.parentOffset];
  const made = words($from.parent, at, upto, $start.parent.content.cut(at, at + end - from), author);
  const { selection } = tr;
  tr.replaceWith(from - made.back, end + made.ahead, made.content);
  if (made.isReturned) tr.setSelection(TextSelection.create(tr.doc, from - made.back + made.content.size));
  else if (end === from && cursor.empty) tr.setSelection(TextSelection.create(tr.doc, cursor.head === to ? from : from + made.content.size));
  // What was put back stands before what was typed.
  else tr.setSelection(selection.getBookmark().map(new StepMap([from, 0, made.kept])).resolve(tr.doc));
}

/** What stands in a paragraph in place of its `from`–`to` when `added` was put there. */
function words(parent, from, to, added, author, name = null) {
  const [before, gone, behind] = [parent.content.cut(0, from), parent.content.cut(from, to), parent.content.cut(to)].map(children);
  // What one inserted oneself and takes away again is gone.
  const left = gone.filter((node) => !own(node, author, insertion));
  if (left.length === 0) {
    const returned = given(before.toReversed(), added, author)?.toReversed();
    if (returned) return { back: size(returned), ahead: 0, kept: 0, content: Fragment.from(returned), isReturned: true };
    const forward = given(behind, added, author);
    if (forward) return { back: 0, ahead: size(forward), kept: 0, content: Fragment.from(forward), isReturned: true };
  }
  const beside = [before.at(-1), ...gone, behind[0]].map((node) => node && own(node, author)).find(Boolean);
  const id = name ?? beside?.attrs.id ?? author.fresh();
  const kept = left.map((node) => (own(node, author, deletion) ? node : marked(node, deletion.create({ id }))));
  const came = children(added).map((node) => (own(node, author, insertion) ? node : marked(node, insertion.create({ id }))));
  return { back: 0, ahead: 0, kept: size(kept), content: Fragment.from([...kept, ...came]) };
}

const size = (nodes) => nodes.reduce((sum, node) => sum + node.nodeSize, 0);

/** Words that one struck out beside here, when they are just what is typed again: they are as they were. */
function given(nodes, added, author) {
  const count = nodes.findIndex((node) => !own(node, author, deletion));
  const run = nodes.slice(0, count < 0 ? nodes.length : count);
  if (run.length === 0 || run.length !== added.childCount) return null;
  const restored = run.map((node) => node.mark(own(node, author, deletion).removeFromSet(node.marks)));
  const typed = children(added).map((node) => node.mark(without(node.marks)));
  const isSame = (one) => typed.some((other) => other.eq(one.mark(without(one.marks))));
  return run.length === 1 && isSame(restored[0]) ? restored : null;
}

/** A change of paragraphs, lists or tables: what stands beside each other in both texts is compared, the rest goes and comes as a whole. */
class Blocks {
  constructor(tr, author) {
    Object.assign(this, { tr, author, id: author.fresh(), changes: [] });
  }

  write() {
    const { tr } = this;
    this.inside(tr.before, tr.doc, 0);
    // From the end, so that no place moves before it was written to; a mark before what is put in at its place.
    for (const { at, to, content, mark } of this.changes.sort((one, other) => other.at - one.at || Boolean(other.mark) - Boolean(one.mark))) {
      if (mark) tr.addNodeMark(at, mark);
      else tr.replaceWith(at, to, content);
    }
  }

  /** Compares what stands in a list, an item or the document; `at` is where the new one's first child stands. */
  inside(before, behind, at) {
    const [old, fresh] = [children(before), children(behind)];
    while (old.length > 0 && fresh.length > 0 && old[0].eq(fresh[0])) {
      at += old.shift().nodeSize;
      fresh.shift();
    }
    while (old.length > 0 && fresh.length > 0 && old.at(-1).eq(fresh.at(-1))) [old.pop(), fresh.pop()];
    if (old.length === fresh.length && old.every((node, n) => isPair(node, fresh[n]))) {
      fresh.forEach((node, n) => { this.pair(old[n], node, at); at += node.nodeSize; });
    } else if (old.length > 0 && fresh.length > 0 && isPair(old[0], fresh[0]) && isAkin(old[0], fresh[0], (text) => text)) {
      this.pair(old[0], fresh[0], at);
      this.replaced(old.slice(1), fresh.slice(1), at + fresh[0].nodeSize);
    } else if (old.length > 0 && fresh.length > 0 && isPair(old.at(-1), fresh.at(-1)) && isAkin(old.at(-1), fresh.at(-1), (text) => text.toReversed())) {
      this.replaced(old.slice(0, -1), fresh.slice(0, -1), at);
      this.pair(old.at(-1), fresh.at(-1), at + size(fresh.slice(0, -1)));
    } else this.replaced(old, fresh, at);
  }

  pair(old, fresh, at) {
    if (own(fresh, this.author, insertion)) return;
    if (fresh.inlineContent) this.line(old, fresh, at + 1);
    else if (fresh.type.spec.tableRole) fresh.forEach((node, offset, n) => this.pair(old.child(n), node, at + 1 + offset));
    else this.inside(old, fresh, at + 1);
  }

  line(old, fresh, at) {
    const first = old.content.findDiffStart(fresh.content);
    if (first === null) return;
    let { a, b } = old.content.findDiffEnd(fresh.content);
    const overlap = first - Math.min(a, b);
    if (overlap > 0) [a, b] = [a + overlap, b + overlap];
    const from = Math.min(edge(old, first, -1), edge(fresh, first, -1));
    const tail = Math.min(old.content.size - edge(old, a, 1), fresh.content.size - edge(fresh, b, 1));
    const end = fresh.content.size - tail;
    const made = words(old, from, old.content.size - tail, fresh.content.cut(from, end), this.author, this.id);
    this.changes.push({ at: at + from - made.back, to: at + end + made.ahead, content: made.content });
  }

  replaced(old, fresh, at) {
    const left = old.filter((node) => !own(node, this.author, insertion));
    const kept = left.map((node) => (own(node, this.author, deletion) ? node : marked(node, deletion.create({ id: this.id }))));
    if (kept.length > 0) this.changes.push({ at, to: at, content: Fragment.from(kept) });
    for (const node of fresh) {
      this.changes.push({ at, mark: insertion.create({ id: this.id }) });
      at += node.nodeSize;
    }
  }
}

/** The same kind of thing, whose insides can be compared. */
function isPair(old, fresh) {
  const { answers: _, ...was } = old.attrs;
  const { answers: __, ...is } = fresh.attrs;
  if (old.type !== fresh.type || JSON.stringify(was) !== JSON.stringify(is) || !sameMarks(old.marks, fresh.marks)) return false;
  const isGrid = old.type.spec.tableRole;
  return !isGrid || (old.childCount === fresh.childCount && children(old).every((node, n) => isPair(node, fresh.child(n))));
}

const sameMarks = (one, other) => one.length === other.length && one.every((mark, n) => mark.eq(other[n]));

/** They begin (or, read backwards, end) with the same words, for a good part of the shorter one. */
function isAkin(old, fresh, read) {
  const [one, other] = [old, fresh].map((node) => read([...node.textContent]));
  const least = Math.min(one.length, other.length);
  let same = 0;
  while (same < least && one[same] === other[same]) same += 1;
  return least > 0 && same * 4 >= least;
}

/** A place beside a footnote for one inside it. */
function edge({ content }, at, side) {
  let start = 0;
  for (const node of children(content)) {
    const end = start + node.nodeSize;
    if (!node.isText && at > start && at < end) return side < 0 ? start : end;
    start = end;
  }
  return at;
}

/** What somebody writes whose text it is, is no suggestion, wherever it is typed; `stays` says which marks it may have all the same. */
export function written(tr, stays = () => false) {
  const places = [];
  tr.steps.forEach((step, n) => {
    const onward = tr.mapping.slice(n + 1);
    step.getMap().forEach((_, __, start, end) => places.push([onward.map(start, 1), onward.map(end, -1)]));
  });
  for (const [start, end] of places.filter(([one, other]) => one < other)) {
    const found = new Set();
    tr.doc.nodesBetween(start, end, (node) => { if (node.isInline) node.marks.forEach((mark) => found.add(mark)); });
    for (const mark of found) if (isSuggestion(mark) && !stays(mark)) tr.removeMark(start, end, mark);
  }
}

/** What is copied is nobody's suggestion, and words that were struck out are not copied. */
export function copied(fragment) {
  const left = children(fragment).filter((node) => !node.isInline || !node.marks.some(({ type }) => type === deletion));
  return Fragment.from(left.map((node) => (node.isText ? node : node.copy(copied(node.content))).mark(without(node.marks))));
}
