// Keys. Tab is nobody's: it leaves the editor, as everywhere on a page.
import { baseKeymap } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { splitListItem } from "prosemirror-schema-list";
import { inputRules, wrappingInputRule } from "prosemirror-inputrules";
import { commands, heading, paragraph } from "./commands.js";
import { schema } from "./schema.js";

const { bullet_list, ordered_list, list_item } = schema.nodes;

export const typed = () => inputRules({
  rules: [
    wrappingInputRule(/^\s*[-–•]\s$/, bullet_list),
    wrappingInputRule(/^1[.)]\s$/, ordered_list),
  ],
});

export const keys = (also) => [
  keymap({
    ...also,
    "Mod-z": commands.undo,
    "Mod-y": commands.redo,
    "Mod-Shift-z": commands.redo,
    "Mod-b": commands.bold,
    "Mod-i": commands.italic,
    "Mod-Alt-0": paragraph,
    "Mod-Alt-1": heading(1),
    "Mod-Alt-2": heading(2),
    "Mod-Alt-3": heading(3),
    "Mod-Shift-7": commands.numbers,
    "Mod-Shift-8": commands.bullets,
    "Mod-]": commands.deeper,
    "Mod-[": commands.shallower,
    "Mod-Alt-f": commands.footnote,
    "Mod-Alt-t": commands.table,
    "Mod-Enter": commands.page,
    "Shift-Enter": commands.line,
    Enter: splitListItem(list_item),
  }),
  keymap(baseKeymap),
];
