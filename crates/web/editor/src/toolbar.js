// The toolbar of a text: one stop for Tab, arrows go from button to button (WAI-ARIA toolbar). Its labels are the page's.
import { isInTable } from "prosemirror-tables";
import { commands, heading, paragraph } from "./commands.js";
import { schema } from "./schema.js";

const isOn = (state, mark) => {
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
};

export class Toolbar {
  constructor(bar, view, also) {
    this.bar = bar;
    this.view = view;
    this.also = also;
    this.kind = bar.querySelector("[data-kind]");
    this.inTable = bar.querySelector("[data-in-table]");
    bar.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
    bar.addEventListener("click", (event) => this.press(event.target.closest("[data-do]")));
    bar.addEventListener("keydown", (event) => this.move(event));
    this.kind.addEventListener("change", () => this.retype());
    bar.hidden = false;
    this.stops().forEach((stop, n) => { stop.tabIndex = n === 0 ? 0 : -1; });
  }

  stops() {
    return [...this.bar.querySelectorAll("button, select")].filter((stop) => !stop.closest("[hidden]"));
  }

  press(button) {
    if (!button) return;
    const name = button.dataset.do;
    if (this.also[name]) return this.also[name]();
    commands[name](this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  retype() {
    const level = Number(this.kind.value);
    (level > 0 ? heading(level) : paragraph)(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  move(event) {
    const stops = this.stops();
    const here = stops.indexOf(document.activeElement);
    // Up and down are the select's own.
    const step = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (here < 0 || step === undefined) return;
    event.preventDefault();
    const next = stops[(step + stops.length) % stops.length];
    for (const stop of stops) stop.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  show(state) {
    const { $from } = state.selection;
    const pressed = { ...this.also.pressed?.(), bold: isOn(state, schema.marks.strong), italic: isOn(state, schema.marks.em) };
    for (const [name, is] of Object.entries(pressed)) this.bar.querySelector(`[data-do=${name}]`)?.setAttribute("aria-pressed", is);
    this.kind.value = $from.parent.type === schema.nodes.heading ? String($from.parent.attrs.level) : "0";
    const isInside = isInTable(state);
    if (this.inTable.hidden === isInside) {
      this.inTable.hidden = !isInside;
      const stops = this.stops();
      if (!stops.some((stop) => stop.tabIndex === 0)) stops[0].tabIndex = 0;
      for (const stop of stops.filter((one) => one.tabIndex !== 0)) stop.tabIndex = -1;
    }
  }
}
