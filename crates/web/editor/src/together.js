// Two people wrote in one text. What only one of them changed is taken, block by block; in a paragraph in which one only suggests, word by word.
// Where both changed the same there is no answer here: a person chooses. Whoever only suggests is never asked: their paragraph becomes a suggestion
// beside the one that there is now.
import { Fragment } from "prosemirror-model";
import { REFUSE, ACCEPT, SETTLED, settle, settled } from "./settle.js";
import { Transform } from "prosemirror-transform";
import { schema } from "./schema.js";

const { insertion, deletion } = schema.marks;
/** More comparisons than this are not worth the wait. */
const MOST = 4_000_000;

const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));
const same = (one, other) => one.length === other.length && one.every((node, n) => node.eq(other[n]));

/** Which of `one` stand in `other`, as long as possible in the same order; nothing where that is too much to find out. */
function matches(one, other, isSame) {
  let start = 0;
  while (start < one.length && start < other.length && isSame(one[start], other[start])) start += 1;
  let tail = 0;
  while (tail < one.length - start && tail < other.length - start && isSame(one.at(-1 - tail), other.at(-1 - tail))) tail += 1;
  const [left, right] = [one.slice(start, one.length - tail), other.slice(start, other.length - tail)];
  if (left.length * right.length > MOST) return null;
  const longest = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let n = left.length - 1; n >= 0; n--) {
    for (let m = right.length - 1; m >= 0; m--) {
      longest[n][m] = isSame(left[n], right[m]) ? longest[n + 1][m + 1] + 1 : Math.max(longest[n + 1][m], longest[n][m + 1]);
    }
  }
  const found = new Map(Array.from({ length: start }, (_, n) => [n, n]));
  for (let n = 0, m = 0; n < left.length && m < right.length;) {
    if (isSame(left[n], right[m])) found.set(start + n++, start + m++);
    else if (longest[n + 1][m] >= longest[n][m + 1]) n += 1;
    else m += 1;
  }
  for (let n = tail; n > 0; n--) found.set(one.length - n, other.length - n);
  return found;
}

/** Three rows as stretches `{ base, mine, theirs }` that at least one of them changed, and those that nobody did. */
function stretches(base, mine, theirs, isSame = (one, other) => one.eq(other)) {
  const [left, right] = [matches(base, mine, isSame), matches(base, theirs, isSame)];
  if (!left || !right) return null;
  const found = [];
  let [n, m, t] = [0, 0, 0];
  for (let k = 0; k <= base.length; k++) {
    const isEnd = k === base.length;
    if (!isEnd && !(left.has(k) && right.has(k))) continue;
    const [onM, onT] = isEnd ? [mine.length, theirs.length] : [left.get(k), right.get(k)];
    if (k > n || onM > m || onT > t) found.push({ base: base.slice(n, k), mine: mine.slice(m, onM), theirs: theirs.slice(t, onT) });
    if (!isEnd) found.push({ base: [base[k]], mine: [mine[onM]], theirs: [theirs[onT]] });
    [n, m, t] = [k + 1, onM + 1, onT + 1];
  }
  return found;
}

/** What one stretch becomes; nothing where both changed it. */
function either({ base, mine, theirs }) {
  if (same(mine, base)) return theirs;
  if (same(theirs, base) || same(mine, theirs)) return mine;
  return null;
}

/** The words of a paragraph, sign by sign, each with its looks. */
const signs = (node) => children(node).flatMap((one) => (one.isText ? [...one.text].map((sign) => schema.text(sign, one.marks)) : [one]));

/** Two versions of one paragraph, of which one only suggests. */
function words({ base: [base, ...more], mine: [mine, ...ours], theirs: [theirs, ...yours] }) {
  const isOne = base && mine && theirs && more.length + ours.length + yours.length === 0 && base.isTextblock;
  if (!isOne || !mine.sameMarkup(base) || !theirs.sameMarkup(base)) return null;
  const plain = (node) => settled(schema.nodes.doc.create(null, node), REFUSE);
  if (![mine, theirs].some((node) => plain(node).eq(plain(base)))) return null;
  const parts = stretches(signs(base), signs(mine), signs(theirs), isSign)?.map((part) => either(part) ?? marks(part));
  return parts?.every(Boolean) ? [base.copy(Fragment.from(parts.flat()))] : null;
}

/** The same sign, whoever would rather not have it. */
const isSign = (one, other) => one.eq(other) || [one, other].map((node) => node.mark(node.marks.filter(({ type }) => type !== deletion))).reduce((left, right) => left.eq(right));

/** Both struck out the same words, or both wrote something at one place. */
function marks({ base, mine, theirs }) {
  if (base.length === 0) return [...theirs, ...mine];
  const isSame = [mine, theirs].every((row) => row.length === base.length && row.every((node, n) => isSign(node, base[n])));
  if (!isSame) return null;
  return mine.map((node, n) => {
    const isTaken = (mark) => mark.isInSet(base[n].marks) && !mark.isInSet(node.marks);
    const isNew = (mark) => !mark.isInSet(base[n].marks);
    return node.mark(node.marks.filter(isNew).reduce((all, mark) => mark.addToSet(all), theirs[n].marks.filter((mark) => !isTaken(mark))));
  });
}

/** One's own paragraphs as a suggestion in place of those that there are now. */
function beside({ mine, theirs }, author) {
  const id = author.fresh();
  const accepted = settle(new Transform(schema.nodes.doc.create(null, mine)), (one) => (author.isMine(one) ? ACCEPT : null)).doc;
  return [
    ...theirs.map((node) => node.mark(deletion.create({ id }).addToSet(node.marks))),
    ...children(accepted).map((node) => node.mark(insertion.create({ id }).addToSet(node.marks))),
  ];
}

/**
 * Turns one's own text, which `tr` holds, into both. `suggests` is the author who never chooses. False where a person has to.
 */
export function together(tr, base, theirs, suggests) {
  const parts = stretches(children(base), children(tr.doc), children(theirs));
  if (!parts) return false;
  const made = parts.map((part) => either(part) ?? words(part) ?? (suggests ? beside(part, suggests) : null));
  if (!made.every(Boolean)) return false;
  let at = tr.doc.content.size;
  for (const [n, { mine }] of [...parts.entries()].reverse()) {
    const size = mine.reduce((sum, node) => sum + node.nodeSize, 0);
    at -= size;
    if (same(mine, made[n])) continue;
    const isLine = mine.length === 1 && made[n].length === 1 && mine[0].isTextblock && mine[0].sameMarkup(made[n][0]);
    if (isLine) inside(tr, mine[0], made[n][0], at + 1);
    else if (made[n].length === 0 && size === tr.doc.content.size) tr.replaceWith(0, size, schema.nodes.paragraph.create());
    else tr.replaceWith(at, at + size, made[n]);
  }
  tr.setMeta(SETTLED, true);
  return true;
}

/** Only what differs is replaced, so that whoever writes there stays where they were. */
function inside(tr, mine, made, at) {
  const start = mine.content.findDiffStart(made.content);
  let { a, b } = mine.content.findDiffEnd(made.content);
  const overlap = start - Math.min(a, b);
  if (overlap > 0) [a, b] = [a + overlap, b + overlap];
  const isOpen = (node, from, to) => node.resolve(from).depth > 0 || node.resolve(to).depth > 0;
  if (isOpen(mine, start, a) || isOpen(made, start, b)) tr.replaceWith(at, at + mine.content.size, made.content);
  else tr.replaceWith(at + start, at + a, made.content.cut(start, b));
}
