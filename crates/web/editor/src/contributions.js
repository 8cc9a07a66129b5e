// Contributions beside the text: a whole one or one block of it comes in by a button, or is dragged; each block keeps where it came from.
import { DOMSerializer } from "prosemirror-model";
import { insertBlocks } from "./commands.js";
import { schema } from "./schema.js";

export class Contributions {
  constructor({ desk, view, say, readOnly }) {
    Object.assign(this, { view, say });
    this.known = new Map();
    if (readOnly) return;
    for (const button of desk.querySelectorAll("[data-insert]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.insert(button));
    }
    for (const piece of desk.querySelectorAll("[data-piece]")) {
      piece.draggable = true;
      piece.addEventListener("dragstart", (event) => this.drag(event, piece));
    }
  }

  /** A piece that is dragged is the same block, with where it came from. */
  drag(event, piece) {
    const { piece: source, block } = piece.dataset;
    const chosen = this.known.get(source)?.[Number(block)];
    if (!chosen) return;
    const node = schema.nodeFromJSON({ ...chosen, attrs: { ...chosen.attrs, source, answers: [] } });
    const holder = document.createElement("div");
    holder.append(DOMSerializer.fromSchema(schema).serializeNode(node));
    event.dataTransfer.setData("text/html", holder.innerHTML);
    event.dataTransfer.effectAllowed = "copy";
  }

  /** The blocks of each contribution, as the working text's answer brings them. */
  learn(contributions) {
    this.known = new Map(contributions.map((one) => [one.source, one.blocks]));
  }

  insert(button) {
    const { insert: source, block } = button.dataset;
    const all = this.known.get(source) ?? [];
    const chosen = block === undefined ? all : all.slice(Number(block), Number(block) + 1);
    if (chosen.length === 0) return;
    insertBlocks(chosen.map((one) => ({ ...one, attrs: { ...one.attrs, source, answers: [] } })))(this.view.state, this.view.dispatch);
    this.say("inserted");
  }
}
