// The questions of the inquiry beside the text: which are answered and by which paragraph, and a button for the paragraph one is in.
import { answer, currentBlock } from "./commands.js";

export class Questions {
  constructor({ desk, view, words, form, readOnly }) {
    Object.assign(this, { view, words, form });
    this.rows = [...desk.querySelectorAll("[data-question]")];
    this.count = desk.querySelector("[data-answered]");
    for (const row of this.rows) {
      const button = row.querySelector("button");
      button.hidden = readOnly;
      button.addEventListener("click", () => {
        answer(Number(row.dataset.question))(view.state, view.dispatch);
        view.focus();
      });
    }
  }

  show(state, links) {
    const here = currentBlock(state);
    for (const row of this.rows) {
      const no = Number(row.dataset.question);
      const places = links.filter((link) => link.question === no).map((link) => link.block);
      row.classList.toggle("is-answered", places.length > 0);
      row.querySelector("[data-places]").textContent = places.length > 0 ? this.words("places").replace("{n}", places.join(", ")) : this.words("unanswered");
      row.querySelector("button").setAttribute("aria-pressed", here?.node.attrs.answers.includes(no) ?? false);
    }
    if (this.count) this.count.textContent = `${this.rows.filter((row) => row.classList.contains("is-answered")).length} / ${this.rows.length}`;
  }

  /** The form's own fields, in which somebody without this editor types the places. */
  fill(links) {
    for (const row of this.rows) {
      const field = this.form.elements[`answers[${row.dataset.question}]`];
      if (field) field.value = links.filter((link) => String(link.question) === row.dataset.question).map((link) => link.block).join(", ");
    }
  }
}
