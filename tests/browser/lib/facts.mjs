// The facts of ДС-326, the same files from which `saual demo` tells its story.
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../../crates/saual/data/ds-326/${name}.json`, import.meta.url), "utf8"));

export const registration = read("registration");
export const contributions = [read("contribution-1"), read("contribution-2")];
export const drafts = [read("draft-1"), read("draft-2")];

export const resolution = "Еңбек және халықты әлеуметтік қорғау министрлігіне – негізгі орындаушы, Сыртқы істер министрлігіне – бірлесіп орындаушы. Белгіленген мерзімде жауап жобасын енгізсін.";
export const task = "Екінші сұрақ бойынша ұсыныс енгізу";
export const returned = "Полицияға жүгіну тәртібі мен медициналық көмек алу құқығы туралы мәліметпен толықтырыңыз.";
export const remarks = "Соңғы абзац түсіп қалған: Сыртқы істер министрлігінің шетелде еңбек ететін азаматтар жөніндегі жұмысы көрсетілсін.";
export const handed = "Депутаттың көмекшісіне қолма-қол берілді, қолхат алынды.";

/** A body of a letter as people type it: a line for a paragraph, # before a heading, footnotes at the end. */
export function typed(body) {
  const notes = [];
  const inline = ({ type, text, content }) => {
    if (type === "text") return text;
    if (type === "footnote") return `[^${notes.push(content.map(inline).join(""))}]`;
    throw new Error(`nobody has said how ${type} is typed`);
  };
  const block = ({ type, content }) => {
    if (type !== "paragraph" && type !== "heading") throw new Error(`nobody has said how ${type} is typed`);
    return (type === "heading" ? "# " : "") + content.map(inline).join("");
  };
  const blocks = body.blocks.map(block);
  return [...blocks, ...notes.map((note, index) => `[^${index + 1}]: ${note}`)].join("\n\n");
}
