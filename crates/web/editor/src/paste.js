// What is pasted: from Word its lists, tables and footnotes as ours, everything else of its look left behind.
//
// Only the parsed schema comes into a letter, so nothing here guards anything; it keeps what a person would miss. The page's policy forbids
// styles, in parsed documents too, so they are read as the text of their attribute.

const IS_WORD = /mso-|urn:schemas-microsoft-com|MsoNormal|_ftn/i;
// What a letter refuses because no reader can see it: control and zero-width signs, marks that turn the direction of reading.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/g;

// As many columns as a letter's table may have.
const MOST_COLUMNS = 12;

/** Text without signs that nobody sees. */
export const seen = (text) => text.replace(UNSEEN, "");

/** HTML that was pasted, without Word's noise and without any style. */
export function cleaned(html) {
  const isWord = IS_WORD.test(html);
  let text = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
  if (isWord) text = text.replace(/<!--[\s\S]*?-->/g, "").replace(/<!\[[^\]]*\]>/g, "").replace(/<\/?(o|w|m|v|st1):[^>]*>/gi, "");
  const parsed = new DOMParser().parseFromString(seen(text), "text/html");
  for (const noise of parsed.querySelectorAll("meta, link, xml, script, title, img, object, iframe")) noise.remove();
  if (isWord) {
    footnotes(parsed);
    lists(parsed);
  }
  for (const table of parsed.querySelectorAll("table")) unmerge(table);
  looks(parsed);
  for (const empty of parsed.querySelectorAll("p")) {
    if (isWord && empty.textContent.replaceAll("\u00a0", " ").trim() === "" && !empty.querySelector("foot-note") && !empty.closest("td, th")) empty.remove();
  }
  return parsed.body.innerHTML;
}

const style = (element) => element.getAttribute("data-style") ?? "";

/** Word puts the words of its footnotes at the end and links to them. */
function footnotes(parsed) {
  const words = new Map();
  for (const note of parsed.querySelectorAll("div[id^=ftn]")) {
    words.set(note.id, note.textContent.replace(/^\s*\[?\d+\]?\s*/, "").replace(/\s+/g, " ").trim());
    note.remove();
  }
  for (const link of parsed.querySelectorAll("a[href*='#_ftn']:not([href*='#_ftnref'])")) {
    const said = words.get(link.getAttribute("href").split("#_")[1]);
    if (!said) continue;
    const note = parsed.createElement("foot-note");
    note.textContent = said;
    link.replaceWith(note);
  }
  for (const line of parsed.querySelectorAll("hr")) line.remove();
}

/** Word writes a list as paragraphs that look like one: a style that names the list and its level, and the mark typed in front. */
function lists(parsed) {
  let open = [];
  let last = null;
  for (const item of parsed.querySelectorAll("p")) {
    const level = Number(/mso-list:\s*l\d+\s+level(\d)/i.exec(style(item))?.[1] ?? 0);
    if (level === 0) { open = []; last = null; continue; }
    const mark = [...item.querySelectorAll("span")].find((span) => /mso-list:\s*Ignore/i.test(style(span)));
    const isOrdered = /^\s*(\d+|\p{L})[.)]/u.test(mark?.textContent ?? "");
    mark?.remove();
    if (last && last.nextElementSibling !== item) open = [];
    open.length = Math.min(open.length, level);
    const kind = isOrdered ? "OL" : "UL";
    if (open.at(-1)?.tagName !== kind && open.length === level) open.pop();
    while (open.length < level) {
      const list = parsed.createElement(kind);
      const holder = open.at(-1)?.lastElementChild;
      if (holder) holder.append(list); else item.before(list);
      open.push(list);
    }
    const held = parsed.createElement("li");
    const line = parsed.createElement("p");
    line.append(...item.childNodes);
    held.append(line);
    open.at(-1).append(held);
    item.remove();
    last = open[0];
  }
}

/** A merged cell becomes a cell with its words and empty ones in the places that it covered. */
function unmerge(table) {
  const covered = [];
  for (const row of table.rows) {
    let column = 0;
    const fill = (before) => {
      for (; covered[column] > 0; column++) {
        covered[column] -= 1;
        row.insertBefore(table.ownerDocument.createElement("td"), before);
      }
    };
    for (const cell of [...row.cells]) {
      fill(cell);
      const { colSpan, rowSpan } = cell;
      for (let n = 0; n < Math.min(colSpan, MOST_COLUMNS); n++, column++) {
        covered[column] = rowSpan - 1;
        if (n > 0) cell.after(table.ownerDocument.createElement("td"));
      }
      cell.removeAttribute("colspan");
      cell.removeAttribute("rowspan");
    }
    fill(null);
  }
}

/** Bold and italic that are said as a style; «not bold» inside a bold element is believed too. */
function looks(parsed) {
  for (const element of [...parsed.body.querySelectorAll("*")]) {
    const said = style(element);
    const isBold = /font-weight:\s*(bold|[6-9]00)/i.test(said);
    const isItalic = /font-style:\s*italic/i.test(said);
    const isPlain = /font-weight:\s*(normal|400)/i.test(said) && /^(B|STRONG)$/.test(element.tagName);
    element.removeAttribute("data-style");
    if (isPlain) element.replaceWith(...element.childNodes);
    else if (element.tagName === "SPAN" || element.tagName === "FONT") {
      let inside = [...element.childNodes];
      for (const [has, tag] of [[isItalic, "em"], [isBold, "strong"]]) {
        if (!has) continue;
        const look = parsed.createElement(tag);
        look.append(...inside);
        inside = [look];
      }
      element.replaceWith(...inside);
    }
  }
}
