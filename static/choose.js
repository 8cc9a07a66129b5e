// Selects that are chosen from by typing: a combobox with a list (ARIA 1.2). The select stays and is what is sent; without this script it is chosen
// from as any other.
{
const KAZAKH = { ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ё: "е" };
const LATIN = { a: "а", c: "с", e: "е", i: "и", k: "к", m: "м", o: "о", p: "р", t: "т", x: "х", y: "у" };
// Kazakh letters as their Russian neighbours, Latin look-alikes as Cyrillic: one keyboard finds what another typed.
const fold = (text) => [...text.toLowerCase()].map((c) => KAZAKH[c] ?? LATIN[c] ?? c).join("");
const words = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const MOST = 12;

// Every typed word begins some word; initials that are typed or not make no difference.
const finds = (known, typed) => typed.every((word) => known.some((part) => part.startsWith(word)));

const enhance = (select) => {
  const list = document.getElementById(select.dataset.choose);
  if (!list || select.hidden) return;
  const more = new Map([...list.options].map((option) => [option.value, option]));
  const items = [...select.options].filter((option) => option.value !== "").map((option) => {
    const about = more.get(option.value);
    const note = about?.dataset.note ?? "";
    // A name is found by its mailbox too: on a Latin keyboard that is what can be typed.
    const mailbox = (about?.getAttribute("data-fill-email") ?? "").split("@")[0];
    const burden = about?.dataset.burden ?? "";
    return { value: option.value, label: option.label, note, about, burden, known: words(`${option.label} ${note} ${about?.dataset.also ?? ""} ${mailbox}`) };
  });

  const input = document.createElement("input");
  const box = document.createElement("ul");
  const frame = document.createElement("div");
  input.type = "text";
  input.id = select.id;
  select.id += "-select";
  box.id = `${input.id}-list`;
  frame.className = "choose";
  box.className = "choose-list";
  box.hidden = true;
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id,
  })) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  input.placeholder = select.options[0]?.value === "" ? select.options[0].label : "";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent.trim() ?? "");
  select.hidden = true;
  select.before(frame);
  frame.append(input, box, select);
  if (select.autofocus) input.focus();

  // What the chosen one has to do already stays in sight.
  const chosen = items.some((item) => item.burden) ? document.createElement("p") : null;
  if (chosen) {
    chosen.id = `${input.id}-burden`;
    chosen.className = "sub burden";
    frame.after(chosen);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${chosen.id}`.trim());
  }
  const day = chosen ? dayOf(select) : null;
  const tell = () => {
    if (!chosen) return;
    const item = items.find((known) => known.value !== "" && known.value === select.value);
    chosen.replaceChildren(...(item ? [burdenOf(item, list, day)] : []));
  };
  day?.addEventListener("change", tell);
  select.addEventListener("change", tell);

  let shown = [];
  let at = -1;
  const label = () => (select.value === "" ? "" : select.selectedOptions[0].label);
  const close = () => {
    box.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (n) => {
    at = n;
    [...box.children].forEach((row, k) => row.setAttribute("aria-selected", String(k === n)));
    if (n < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", box.children[n].id);
    box.children[n].scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const typed = input.value === label() ? [] : words(input.value);
    shown = items.filter((item) => finds(item.known, typed)).slice(0, typed.length > 0 ? MOST : items.length);
    box.replaceChildren(...shown.map((item, n) => {
      const row = document.createElement("li");
      row.id = `${box.id}-${n}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(item.label);
      if (item.note) {
        const note = document.createElement("span");
        note.className = "sub";
        note.textContent = ` ${item.note}`;
        row.append(note);
      }
      if (item.burden) row.append(burdenOf(item, list, day));
      return row;
    }));
    box.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!box.hidden));
    mark(typed.length > 0 && shown.length > 0 ? 0 : -1);
  };
  const put = (item) => {
    const before = items.find((known) => known.value === select.value);
    select.value = item ? item.value : "";
    input.value = label();
    close();
    fill(select, before?.about, item?.about);
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  input.value = label();
  tell();

  input.addEventListener("input", open);
  input.addEventListener("click", () => (box.hidden ? open() : close()));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length > 0) mark(at < 0 ? (step > 0 ? 0 : shown.length - 1) : (at + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      if (!box.hidden && at >= 0) {
        event.preventDefault();
        put(shown[at]);
        onwards(select);
      } else if (input.value.trim() !== label()) {
        // Half a name is no choice, and no reason to send the form.
        event.preventDefault();
      }
    } else if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      input.value = label();
      close();
    }
  });
  // What was typed and is nobody's choice goes back to what was chosen; an emptied field chooses nothing.
  input.addEventListener("blur", () => {
    const typed = words(input.value);
    const found = typed.length > 0 && input.value !== label() ? items.filter((item) => finds(item.known, typed)) : [];
    if (found.length === 1) put(found[0]);
    else if (input.value.trim() === "" && select.value !== "" && select.options[0]?.value === "") put(null);
    else input.value = label();
    close();
  });
  box.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li");
    if (row) put(shown[[...box.children].indexOf(row)]);
  });
};

// The field with the day that goes with a choice: of its row, or the one of the form.
const dayOf = (select) => {
  const row = select.name.slice(0, select.name.lastIndexOf(".") + 1);
  const names = row ? [`${row}due`] : [`${select.name}_due`, "due"];
  return names.map((name) => select.form.elements.namedItem(name)).find(Boolean) ?? null;
};

// The Monday of the week in which a day lies, as the server writes days; nothing for half a date.
const mondayOf = (text) => {
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return "";
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
};

// The bar that the table of loads has: its words stand beside it.
const barOf = (text) => {
  const drawn = (name, facts) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(facts)) node.setAttribute(key, value);
    return node;
  };
  const bar = drawn("svg", { class: "load-bar", viewBox: "0 0 1000 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  for (const piece of text.split(" ").filter(Boolean)) {
    const [tone, width] = piece.split(":");
    bar.append(drawn("rect", { class: tone, x, y: 0, width, height: 8 }));
    x += Number(width);
  }
  return bar;
};

// What somebody has to do already, and how much of it falls into the week of that day.
const burdenOf = (item, list, day) => {
  const weeks = new Map((item.about.dataset.weeks ?? "").split(" ").map((week) => week.split(":")));
  const that = weeks.get(mondayOf(day?.value ?? ""));
  const words = document.createElement("span");
  words.className = "burden-words";
  words.append(that ? `${item.burden}, ${list.dataset.week} ${that}` : item.burden);
  if (item.about.dataset.pressing) {
    const pressing = document.createElement("strong");
    pressing.textContent = item.about.dataset.pressing;
    words.append(", ", pressing);
  }
  words.append(barOf(item.about.dataset.bar ?? ""));
  return words;
};

// Choosing fills in the other fields of the row, as long as nobody has typed something else into them.
const fill = (select, before, now) => {
  const row = select.name.slice(0, select.name.lastIndexOf(".") + 1);
  if (row === "") return;
  // A name is written in the language of what is filled in, not in that of the page.
  const language = select.form.elements.namedItem("language")?.value;
  for (const part of ["name", "email"]) {
    const field = select.form.elements.namedItem(row + part);
    const known = [part, `${part}-kk`, `${part}-ru`].map((one) => before?.getAttribute(`data-fill-${one}`));
    const value = now?.getAttribute(`data-fill-${part}-${language}`) ?? now?.getAttribute(`data-fill-${part}`);
    if (field && (value ?? null) !== null && (field.value === "" || known.includes(field.value))) field.value = value;
  }
};

// Another language of the letter: who was chosen before is called anew.
document.addEventListener("change", (event) => {
  if (event.target.name !== "language") return;
  for (const select of event.target.form?.querySelectorAll("select[data-choose]") ?? []) {
    const list = document.getElementById(select.dataset.choose);
    const about = [...(list?.options ?? [])].find((option) => option.value !== "" && option.value === select.value);
    if (about) fill(select, about, about);
  }
});

// Enter goes to the next row of the list, and makes one behind the last.
const onwards = (select) => {
  const place = /^(.*\[)(\d+)(\]\.[a-z]+)$/.exec(select.name);
  if (!place) return;
  const [, head, number, tail] = place;
  // Who is chosen for a task is told the task.
  const task = select.form.elements.namedItem(`${head}${number}].task`);
  if (task) return task.focus();
  const next = () => select.form.elements.namedItem(`${head}${Number(number) + 1}${tail}`);
  if (!next()) addRow(select.closest("fieldset"), head, Number(number));
  next()?.closest(".choose")?.querySelector("input").focus();
};

const addRow = (row, head, number) => {
  const copy = row.cloneNode(true);
  const from = `${head}${number}]`;
  const to = `${head}${number + 1}]`;
  const plain = (text) => text.replace(/[^A-Za-z0-9]/g, "-");
  for (const node of copy.querySelectorAll("*")) {
    for (const name of ["id", "for", "name", "aria-describedby", "aria-controls"]) {
      if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name).replace(from, to).replaceAll(plain(from), plain(to)));
    }
  }
  const legend = copy.querySelector("legend");
  if (legend) legend.textContent = legend.textContent.replace(/\d+$/, (last) => String(Number(last) + 1));
  for (const frame of copy.querySelectorAll(".choose")) {
    const select = frame.querySelector("select");
    select.id = frame.querySelector("input").id;
    select.hidden = false;
    frame.replaceWith(select);
  }
  for (const field of copy.querySelectorAll("input, select, textarea")) {
    if (field.tagName === "SELECT") field.selectedIndex = 0;
    // A day that was offered in every row is offered in the new one.
    else if (field.type !== "date") field.value = "";
    field.removeAttribute("autofocus");
  }
  for (const gone of copy.querySelectorAll(".error, .proposal, .burden")) gone.remove();
  row.after(copy);
  copy.querySelectorAll("select[data-choose]").forEach(enhance);
};

document.querySelectorAll("select[data-choose]").forEach(enhance);
}
