// Contributions beside the text: a whole one or one block of it comes in by a button, or is dragged; each block keeps where it came from.
import { Selection } from "prosemirror-state";
import { insertBlocks } from "./commands.js";

/** What a dragged piece is known by, among everything else that can be dropped on a text. */
const PIECE = "application/x-letter-piece";

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

  drag(event, { dataset: { piece: source, block } }) {
    event.dataTransfer.setData(PIECE, JSON.stringify({ source, block: Number(block) }));
    event.dataTransfer.effectAllowed = "copy";
  }

  /** A piece that was dragged here comes behind the block that it was dropped on, whole and with where it came from. */
  drop(event) {
    const dragged = event.dataTransfer?.getData(PIECE);
    const found = dragged && this.view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (!found) return false;
    const { doc, tr } = this.view.state;
    const $pos = doc.resolve(found.pos);
    const at = $pos.depth > 0 ? $pos.before(1) + 1 : $pos.pos;
    this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(at))));
    const { source, block } = JSON.parse(dragged);
    this.put(source, (this.known.get(source) ?? []).slice(block, block + 1));
    this.view.focus();
    return true;
  }

  /** The blocks of each contribution, as the working text's answer brings them. */
  learn(contributions) {
    this.known = new Map(contributions.map((one) => [one.source, one.blocks]));
  }

  insert(button) {
    const { insert: source, block } = button.dataset;
    const all = this.known.get(source) ?? [];
    const chosen = block === undefined ? all : all.slice(Number(block), Number(block) + 1);
    this.put(source, chosen);
  }

  put(source, chosen) {
    if (chosen.length === 0) return;
    insertBlocks(chosen.map((one) => ({ ...one, attrs: { ...one.attrs, source, answers: [] } })))(this.view.state, this.view.dispatch);
    this.say("inserted");
  }
}
