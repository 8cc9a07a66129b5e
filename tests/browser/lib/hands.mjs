// Two ways to use a page. The mouse clicks (or taps) what it sees. The keyboard goes there by Tab, and holds at each stop that it can be seen.
import { fault } from "./faults.mjs";
import { kind } from "./eyes.mjs";

/** A form on its way, and not something that a script puts away. */
const isSending = (request) => request.method() === "POST" && request.isNavigationRequest();

/** What is chosen from by typing, and the words of a value in it; null for an ordinary list. */
const combobox = (target, value) =>
  target.evaluate((one, value) => {
    if (one.getAttribute("role") !== "combobox") return null;
    const option = [...document.getElementById(`${one.id}-select`).options].find((option) => option.value === value);
    return { words: option.label, list: one.getAttribute("aria-controls") };
  }, value);

/** More stops than any page has. */
const MANY = 600;

export class Mouse {
  constructor(page, { touch }) {
    this.page = page;
    this.touch = touch;
  }

  press(target) {
    return this.touch ? target.tap() : target.click();
  }

  /** A letter that the page understands is no way for a mouse: it presses the button that carries it. */
  shortcut(_key, target) {
    return this.press(target);
  }

  async write(target, text) {
    await this.press(target);
    if (await target.inputValue()) await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(text);
  }

  async choose(target, value) {
    const typed = await combobox(target, value);
    // A list that drops down is drawn by the browser outside of the page, where nothing can be clicked by a program.
    if (!typed) return target.selectOption(value);
    await this.press(target);
    return this.press(this.page.locator(`[id="${typed.list}"]`).getByRole("option").filter({ hasText: typed.words }).first());
  }

  async date(target, day) {
    await target.fill(day);
  }

  // In the editor of letters: its toolbar, and the panel beside it.

  paragraph(page, level) {
    return page.locator("[data-kind]").selectOption(String(level));
  }

  footnote(page) {
    return this.press(page.locator("[data-do=footnote]"));
  }

  async answers(actor, question) {
    await this.press(actor.page.locator("#tab-questions"));
    await this.press(actor.page.locator(`[data-question="${question}"] button`));
  }
}

/**
 * A mouse in the hand of somebody who presses again whatever sends a form. The second press comes when the program has carried out the first,
 * and before its answer is seen: only then do both reach it. (Of two clicks at once a browser sends one form.)
 */
export class ImpatientMouse extends Mouse {
  /** How many forms were meant to be sent, and how many were sent once more. */
  meant = 0;
  again = 0;

  /** Where the page asks once more, nothing is sent yet. */
  shortcut(_key, target) {
    return super.press(target);
  }

  async press(target) {
    if (!(await target.evaluate((one) => one.matches("button") && one.form?.method === "post"))) return super.press(target);
    this.meant += 1;
    let carriedOut;
    let pressedAgain;
    const first = new Promise((done) => { carriedOut = done; });
    const second = new Promise((done) => { pressedAgain = done; });
    let sent = 0;
    const hold = async (route) => {
      if (!isSending(route.request())) return route.continue();
      sent += 1;
      if (sent > 1) {
        this.again += 1;
        return route.continue();
      }
      // A connection that was kept may be closed at the other end just now; the form's key makes it harmless to send it once more.
      const response = await route.fetch({ maxRedirects: 0, maxRetries: 3 });
      carriedOut();
      await second;
      // Nobody waits for it any more, unless the page itself kept the second press from sending.
      return route.fulfill({ response }).catch(() => {});
    };
    await target.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await target.boundingBox();
    const at = [x + width / 2, y + height / 2];
    await this.page.route("**/*", hold);
    await Promise.all([this.page.waitForRequest(isSending), this.page.mouse.click(...at)]);
    await first;
    await this.page.mouse.click(...at);
    pressedAgain();
    return null;
  }
}

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Goes to an element by Tab, or by Shift+Tab where it lies before. */
  async reach(target) {
    const handle = await target.elementHandle();
    for (let stops = 0; stops < MANY; stops += 1) {
      const place = await handle.evaluate((wanted) => {
        const here = document.activeElement;
        // Of some that exclude each other Tab stops at one.
        const isAmongThem = wanted.type === "radio" && here.type === "radio" && here.name === wanted.name;
        if (here === wanted || isAmongThem) return "here";
        return here.compareDocumentPosition(wanted) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY) ? "after" : "before";
      });
      if (place === "here") return;
      await this.page.keyboard.press(place === "after" ? "Tab" : "Shift+Tab");
      await stop(this.page);
    }
    throw new Error(`Tab does not reach ${target} on ${this.page.url()}`);
  }

  /** Chooses one of some that exclude each other: arrows lead from one to the next. */
  async choice(target) {
    const handle = await target.elementHandle();
    await this.reach(target);
    for (let steps = 0; !(await handle.evaluate((one) => one === document.activeElement)); steps += 1) {
      if (steps > MANY) throw new Error(`arrows do not come to ${target}`);
      await this.page.keyboard.press("ArrowDown");
    }
    await this.page.keyboard.press("Space");
  }

  async press(target) {
    if (await target.evaluate((one) => one.matches("input[type=radio]"))) return this.choice(target);
    await this.reach(target);
    const isBox = await target.evaluate((one) => one.matches("input[type=checkbox]"));
    return this.page.keyboard.press(isBox ? "Space" : "Enter");
  }

  /** Presses the key that the page offers for a button. */
  shortcut(key) {
    return this.page.keyboard.press(key);
  }

  async write(target, text) {
    await this.reach(target);
    if (await target.inputValue()) await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(text);
  }

  async choose(target, value) {
    await this.reach(target);
    const typed = await combobox(target, value);
    if (typed) {
      if (await target.inputValue()) await this.page.keyboard.press("Control+A");
      await this.page.keyboard.insertText(typed.words);
      await this.page.locator(`[id="${typed.list}"]`).getByRole("option", { selected: true }).waitFor();
      await this.page.keyboard.press("Enter");
      return;
    }
    const values = await target.evaluate((one) => [...one.options].map((option) => option.value));
    const [from, to] = [values.indexOf(await target.inputValue()), values.indexOf(value)];
    if (to < 0) throw new Error(`${target} offers no ${value}`);
    for (let step = 0; step < Math.abs(to - from); step += 1) await this.page.keyboard.press(to > from ? "ArrowDown" : "ArrowUp");
  }

  // In the editor of letters: its keys.

  paragraph(page, level) {
    return page.keyboard.press(`Control+Alt+${level}`);
  }

  footnote(page) {
    return page.keyboard.press("Control+Alt+f");
  }

  /** The key opens the panel at its first button; Enter there goes back into the text. */
  async answers(actor, question) {
    await this.page.keyboard.press("Control+Alt+q");
    await this.press(actor.page.locator(`[data-question="${question}"] button`));
  }

  async date(target, day) {
    await this.reach(target);
    const [year, month, date] = day.split("-");
    // A day has several stops, and Shift+Tab comes in at the last: out of it backwards and in again, one stands on its month.
    const handle = await target.elementHandle();
    while (await handle.evaluate((one) => one === document.activeElement)) await this.page.keyboard.press("Shift+Tab");
    await this.page.keyboard.press("Tab");
    await this.page.keyboard.type(month + date + year);
  }
}

/** A round through the page by Tab, from its beginning or from where its bar and menu end: every stop can be seen, none is a trap. */
export async function round(page, { isWhole }) {
  await page.evaluate((isWhole) => {
    document.activeElement.blur();
    window.getSelection().removeAllRanges();
    if (!isWhole) document.getElementById("main").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, isWhole);
  for (let stops = 0; stops < MANY; stops += 1) {
    await page.keyboard.press("Tab");
    if (!(await stop(page))) return;
  }
  fault(kind(page.url()), `Tab does not come to the end of the page in ${MANY} stops`);
}

/** Where the focus is now, it shows: a ring, and nothing in front of it. Answers whether it is on the page at all. */
async function stop(page) {
  const said = await page.evaluate(() => {
    const here = document.activeElement;
    if (!here || here === document.body || here === document.documentElement) return null;
    const style = getComputedStyle(here);
    const faults = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("has no ring");
    if (style.visibility === "hidden" || Number(style.opacity) === 0) faults.push("cannot be seen");
    const box = here.getClientRects()[0];
    const [left, top] = [Math.max(box?.left ?? 0, 0), Math.max(box?.top ?? 0, 0)];
    const [right, bottom] = [Math.min(box?.right ?? 0, innerWidth), Math.min(box?.bottom ?? 0, innerHeight)];
    if (right - left < 1 || bottom - top < 1) {
      faults.push("is out of sight");
    } else {
      const hits = (x, y) => {
        const front = document.elementFromPoint(x, y);
        return front && (here.contains(front) || front.contains(here) || here.labels?.length && [...here.labels].some((label) => label.contains(front)));
      };
      const points = [[0.5, 0.5], [0.2, 0.3], [0.8, 0.3], [0.2, 0.7], [0.8, 0.7]];
      const clear = points.filter(([x, y]) => hits(left + (right - left) * x, top + (bottom - top) * y)).length;
      // What is higher than half the window may reach behind a bar; what is small may not.
      if (clear < (box.height > innerHeight / 2 ? 1 : points.length)) faults.push(`is covered (${clear} of ${points.length} points are clear)`);
    }
    const name = here.tagName.toLowerCase() + (here.id ? `#${here.id}` : "") + ` «${(here.getAttribute("aria-label") || here.labels?.[0]?.innerText || here.innerText || "").trim().replace(/\s+/g, " ").slice(0, 40)}»`;
    return faults.map((one) => `focus on ${name} ${one}`);
  });
  for (const one of said ?? []) fault(kind(page.url()), one);
  return said !== null;
}
