// A text on its way in and out: the letter's rich document with, beside it, which block answers which question, counted from 1.
import { schema } from "./schema.js";
import { REFUSE, settled } from "./settle.js";

/** The editor's document of a text that the server handed over. */
export function opened({ text, answers }) {
  const blocks = text.content.map((block, at) => ({
    ...block,
    attrs: { ...block.attrs, answers: answers.filter((link) => link.block === at + 1).map((link) => link.question) },
  }));
  return schema.nodeFromJSON({ type: "doc", content: blocks.length > 0 ? blocks : [{ type: "paragraph" }] });
}

/**
 * The text of the editor's document. A block in which nothing is said yet (somebody is about to type there) is not part of a letter; every
 * word that was typed is.
 */
export function closed(doc) {
  const content = [];
  const answers = [];
  doc.forEach((node) => {
    const block = spoken(node.toJSON());
    if (!block) return;
    content.push(block);
    for (const question of node.attrs.answers) answers.push({ question, block: content.length });
  });
  // A page that only breaks says nothing.
  while (content.at(-1)?.type === "page_break") content.pop();
  return { text: { type: "doc", content }, answers: answers.filter((link) => link.block <= content.length) };
}

const known = new WeakMap();

/** Which block answers which question, as it would be handed over; asked at every move of the cursor, counted once a text. */
export function links(doc) {
  if (!known.has(doc)) known.set(doc, closed(settled(doc, REFUSE)).answers);
  return known.get(doc);
}

/** One block as the server takes it; nothing where nothing is said. */
export function spoken(node, isInside = false) {
  const { answers: _, ...attrs } = node.attrs ?? {};
  if (isInside && "source" in attrs) attrs.source = null;
  const held = { ...node, ...(node.attrs ? { attrs } : {}) };
  switch (node.type) {
    case "paragraph":
    case "heading": {
      const content = line(node.content);
      const isInCell = isInside === "cell";
      if (!isInCell && !content.some(says)) return null;
      delete held.content;
      return content.length > 0 ? { ...held, content } : held;
    }
    case "bullet_list":
    case "ordered_list": return filled(held, (item) => filled(item, (block) => spoken(block, "list")));
    case "table": {
      const cells = (row) => ({ ...row, content: row.content.map((cell) => ({ ...cell, content: cell.content.map((block) => spoken(block, "cell")) })) });
      return { ...held, content: node.content.map(cells) };
    }
    default: return held;
  }
}

const filled = (node, read) => {
  const content = (node.content ?? []).map(read).filter(Boolean);
  return content.length > 0 ? { ...node, content } : null;
};

// A footnote that nobody has written yet leaves no mark.
const line = (content = []) => content.filter((inline) => inline.type !== "footnote" || (inline.content ?? []).some(says));

const says = (inline) => (inline.type === "text" ? inline.text.trim() !== "" : inline.type === "footnote");
