// Reads rich documents on standard input, changes each at random as several people do who suggest, and prints of each `{ old, typed, marked }`: the
// text of before, what was typed, and the text with its suggestions. On the way it holds, after every single change, that refusing what its author
// suggested gives what refusing it gave before, and accepting it what was typed.
// crates/letter/tests/editors/suggested.rs holds the program's own reader against all three.
import { readFileSync } from "node:fs";
import { baseKeymap, joinBackward, splitBlock } from "prosemirror-commands";
import { EditorState, TextSelection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { Transform } from "prosemirror-transform";
import { commands, heading, paragraph } from "./src/commands.js";
import { closed, opened } from "./src/envelope.js";
import { normal } from "./src/normal.js";
import { schema } from "./src/schema.js";
import { ACCEPT, REFUSE, settle, suggestions } from "./src/settle.js";
import { together } from "./src/together.js";
import { suggest, written } from "./src/suggest.js";

const CHANGES = 12;
let seed = 20261129;
/** Mulberry32: the same numbers in every run. */
function chance(below) {
  seed = (seed + 0x6d2b79f5) | 0;
  let drawn = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  drawn = (drawn + Math.imul(drawn ^ (drawn >>> 7), 61 | drawn)) ^ drawn;
  return ((drawn ^ (drawn >>> 14)) >>> 0) % below;
}

const one = (list) => list[chance(list.length)];
let count = 0;
const author = (name) => ({ name, isMine: (id) => id.startsWith(name), fresh: () => `${name}${String(++count).padStart(8, "0")}` });
const AUTHORS = [author("mfa"), author("legal")];
const WORDS = ["ә", "ғ", "қосымша ", "заң ", "№ 7, ", "«Ұлт» ", "и", " "];

/** Somewhere to write, or from somewhere to somewhere near. */
function somewhere(state) {
  const places = [];
  state.doc.descendants((node, at) => {
    if (node.isTextblock) for (let n = 0; n <= node.content.size; n++) places.push(at + 1 + n);
  });
  // The words of a footnote are written in a box of their own.
  const fit = (at) => {
    const $at = state.doc.resolve(at);
    if ($at.parent.isTextblock) return at;
    return $at.parent.inlineContent ? $at.before() : one(places);
  };
  if (places.length === 0) return state.selection;
  const anchor = fit(one(places));
  const head = chance(2) ? anchor : fit(Math.min(Math.max(0, anchor + chance(60) - 30), state.doc.content.size));
  return TextSelection.between(state.doc.resolve(anchor), state.doc.resolve(head));
}

/** What somebody does; nothing where it cannot be done there. */
const DEEDS = [
  (state) => state.tr.insertText(one(WORDS)),
  (state) => state.tr.insertText(one(WORDS)),
  (state) => state.tr.insertText(one(WORDS)),
  (state) => state.tr.deleteSelection(),
  ({ tr, selection: { $from, empty } }) => (empty && $from.parentOffset > 0 && $from.nodeBefore?.isText ? tr.delete($from.pos - 1, $from.pos) : tr),
  by(splitBlock), by(baseKeymap.Enter), by(joinBackward), by(baseKeymap.Backspace), by(baseKeymap.Delete), by(commands.bold), by(commands.italic), by(heading(1)), by(paragraph),
  by(commands.bullets), by(commands.numbers), by(commands.deeper), by(commands.shallower), by(commands.line), by(commands.table), by(commands["row-add"]),
  by(commands["row-remove"]), by(commands["column-add"]), by(commands["table-remove"]), by(commands.page), by(commands.footnote),
];

function by(command) {
  return (state) => {
    let made = state.tr;
    command(state, (tr) => { made = tr; });
    return made;
  };
}

/** Not every command thinks of a table whose rows somebody tore apart; the editor puts it right a moment later. */
function isWhole(doc) {
  try {
    doc.check();
    return true;
  } catch {
    return false;
  }
}

const plain = (doc) => JSON.stringify(closed(doc));
function decided(doc, how, isIt) {
  const left = settle(new Transform(doc), (id) => (isIt(id) ? how : null)).doc;
  left.check();
  return left;
}

/** Two who wrote at once: of whoever only suggests nothing but suggestions comes into the other one's text. */
function meet(base, mine, theirs, who) {
  const tr = EditorState.create({ doc: mine }).tr;
  if (!together(tr, base, theirs, who)) throw new Error("whoever suggests never chooses");
  tr.doc.check();
  const [got, wanted] = [tr.doc, theirs].map((doc) => plain(decided(doc, REFUSE, who.isMine)));
  if (got !== wanted) throw new Error(`met, ${who.name}:\nbase   ${base}\nmine   ${mine}\ntheirs ${theirs}\nmade   ${tr.doc}\ngot    ${got}\nwanted ${wanted}`);
}

/** In one paragraph, one who writes and one who suggests: word by word, whichever of them was slower. */
function meetInOneParagraph() {
  const paragraphOf = (...runs) => schema.node("doc", null, [schema.node("paragraph", null, runs.map(([words, ...marks]) => schema.text(words, marks)))]);
  const [added, struck, also] = [schema.marks.insertion.create({ id: "mfa1" }), schema.marks.deletion.create({ id: "legal1" }), schema.marks.deletion.create({ id: "mfa2" })];
  const base = paragraphOf(["Үкімет сауалды қарады."]);
  const adding = paragraphOf(["Үкімет "], ["мұқият ", added], ["сауалды қарады."]);
  const taking = paragraphOf(["Үкімет "], ["сауалды", also], [" қарады."]);
  for (const [theirs, wanted, mine = adding] of [
    [paragraphOf(["Үкімет сауалды қарап шықты."]), paragraphOf(["Үкімет "], ["мұқият ", added], ["сауалды қарап шықты."])],
    [paragraphOf(["Үкімет сауалды", struck], [" қарады."]), paragraphOf(["Үкімет ", struck], ["мұқият ", added], ["сауалды", struck], [" қарады."])],
    [paragraphOf(["Үкімет "], ["сауалды қарады.", struck]), paragraphOf(["Үкімет "], ["сауалды", struck, also], [" қарады.", struck]), taking],
    [paragraphOf(["Үкімет ", struck], ["сауалды қарады."]), paragraphOf(["Үкімет ", struck], ["мұқият ", added], ["сауалды қарады."])],
  ]) {
    for (const [one, other] of [[mine, theirs], [theirs, mine]]) {
      const { tr } = EditorState.create({ doc: one });
      if (!together(tr, base, other, null) || String(tr.doc) !== String(wanted)) throw new Error(`in one paragraph\ngot    ${tr.doc}\nwanted ${wanted}`);
    }
  }
  const { tr } = EditorState.create({ doc: paragraphOf(["Үкімет өтінішті қарады."]) });
  if (together(tr, base, paragraphOf(["Үкімет хатты қарады."]), null)) throw new Error("where both changed the same a person chooses");
}

/** What nobody should see: traces of what somebody typed and took back, and a cursor that does not step on. */
function isNothing() {
  const [who] = AUTHORS;
  const doc = opened({ text: { type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "Үкімет қарады." }] }] }, answers: [] });
  const at = (state, place) => state.apply(state.tr.setSelection(TextSelection.create(state.doc, place)));
  const deed = (state, tr) => {
    suggest(tr, who, state.selection);
    return state.apply(tr);
  };
  const does = (name) => (state) => deed(state, by(name)(state));
  const types = (words) => (state) => deed(state, state.tr.insertText(words));
  const takes = (from, to) => (state) => deed(state, state.tr.delete(state.selection.head + from, state.selection.head + to));
  const same = (told, got, wanted) => { if (String(got) !== String(wanted)) throw new Error(`${told}\ngot    ${got}\nwanted ${wanted}`); };
  const tried = (...deeds) => deeds.reduce((state, one) => one(state), at(EditorState.create({ doc }), 8));
  same("typed and taken away", tried(types("аб"), takes(-1, 0), takes(-1, 0)).doc, doc);
  same("split and joined again", tried(does(splitBlock), does(joinBackward)).doc, doc);
  same("taken away and typed again", tried(takes(-1, 0), types(" ")).doc, doc);
  same("taken away forwards and typed again", tried(takes(0, 1), types("қ")).doc, doc);
  const backwards = tried(takes(-1, 0), takes(-1, 0));
  same("backwards, it is one suggestion", suggestions(backwards.doc).map(({ deleted }) => deleted), "т ");
  same("and the cursor stands before it", backwards.selection.head, 6);
  same("forwards it stands behind it", tried(takes(0, 1), takes(0, 1)).selection.head, 10);
  const word = tried(takes(-7, 0), types("Министрлік "));
  same("a word for a word is one suggestion", suggestions(word.doc).map(({ deleted, inserted }) => `${deleted}→${inserted}`), "Үкімет →Министрлік ");
  const own = tried(does(splitBlock), types("Енді "));
  const levels = [1, 2, 0, 3].map((level) => (level > 0 ? schema.node("heading", { level }, schema.text("Тақырып")) : schema.node("paragraph", null, schema.text("Сөз."))));
  const headed = EditorState.create({ doc: schema.node("doc", null, levels), plugins: [normal()] });
  const retyped = does(heading(1))(at(headed, headed.doc.content.size - levels[3].nodeSize - 1));
  same("a heading that is only suggested moves no other", plain(decided(retyped.doc, REFUSE, who.isMine)), plain(headed.doc));
  const struck = [schema.marks.deletion.create({ id: "mfa1" })];
  const item = schema.node("list_item", null, schema.node("paragraph", null, schema.text("Тармақ.")), struck);
  const listed = schema.node("doc", null, [doc.firstChild, schema.node("bullet_list", null, item)]);
  same("a list whose every item goes is gone", decided(listed, ACCEPT, who.isMine), doc);
  same("inside what is one's own one writes freely", own.doc.child(1), 'insertion(paragraph("Енді қарады."))');
}

function play(text) {
  const old = opened({ text, answers: [] });
  let state = EditorState.create({ doc: old, plugins: [tableEditing(), normal()] });
  for (let n = 0; n < CHANGES; n++) {
    const who = one(AUTHORS);
    state = state.apply(state.tr.setSelection(somewhere(state)));
    const before = state.doc;
    const tr = one(DEEDS)(state);
    if (!tr.docChanged) continue;
    const typed = tr.steps.reduce((made, step) => made.step(step), new Transform(before));
    if (!isWhole(typed.doc)) continue;
    written(typed);
    const { isMine } = who;
    const holds = (law, doc, how, other) => {
      const [got, wanted] = [doc, other].map((one) => plain(decided(one, how, isMine)));
      if (got !== wanted) throw new Error(`${law}, ${who.name}: ${JSON.stringify(tr.steps)}\nbefore ${before}\nmarked ${tr.doc}\ngot    ${got}\nwanted ${wanted}`);
    };
    suggest(tr, who, state.selection);
    tr.doc.check();
    holds("refused", tr.doc, REFUSE, before);
    holds("accepted", tr.doc, ACCEPT, typed.doc);
    state = state.apply(tr);
    holds("put right", state.doc, REFUSE, before);
  }
  const all = () => true;
  const [mfa, legal] = AUTHORS;
  meet(old, decided(state.doc, REFUSE, legal.isMine), decided(state.doc, REFUSE, mfa.isMine), mfa);
  meet(old, decided(state.doc, REFUSE, legal.isMine), decided(state.doc, ACCEPT, all), mfa);
  return {
    old: closed(old).text,
    refused: closed(decided(state.doc, REFUSE, all)).text,
    typed: closed(decided(state.doc, ACCEPT, all)).text,
    marked: closed(state.doc).text,
    open: suggestions(opened({ text: closed(state.doc).text, answers: [] })).map(({ id }) => id),
  };
}

isNothing();
meetInOneParagraph();
const documents = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(documents.map(play)));
