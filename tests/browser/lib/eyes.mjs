// What is looked at on every page and in every state: axe, sideways scrolling, and for whoever has only keys a round through all stops.
import { fault } from "./faults.mjs";
import { axe } from "./packages.mjs";
import { given } from "./stage.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What stands around each page. */
const FRAME = ["header.topbar", "nav.side:not(:popover-open)"];
/** The width that WCAG 1.4.10 asks for. */
const NARROW = { width: 320, height: 640 };

/** The address of a page without what differs from inquiry to inquiry. */
export const kind = (url) =>
  new URL(url).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace(/^\/v\/.*/, "/v/{code}").replace(/^\/d\/.*/, "/d/{code}");

/** For plays that go where others look. */
export const blind = { looks: 0, look: async () => false };

export class Eyes {
  #seen = new Set();
  #framed = new Set();
  #windows;
  looks = 0;
  /** The pages that were looked at: how and where they were asked for. */
  pages = new Set();

  /** @param windows the sizes of window in which axe judges what is looked at; the one that the play has, where none are named. */
  constructor(windows = [null]) {
    this.#windows = windows;
  }

  /** Looks at a page in a state, once for each pair of them; answers whether it was the first time. */
  async look(actor, state) {
    const where = `${kind(actor.page.url())} (${state})`;
    if (this.#seen.has(where)) return false;
    this.#seen.add(where);
    this.looks += 1;
    this.pages.add(`${actor.watch.method} ${actor.watch.sentTo ?? new URL(actor.page.url()).pathname}`);
    // Bar and menu are the same on every page of a role: they are judged with its first one.
    const isFramed = this.#framed.has(actor.part);
    this.#framed.add(actor.part);
    const own = actor.page.viewportSize();
    for (const size of this.#windows) {
      if (size) await actor.page.setViewportSize(size);
      await accessible(actor.page, where, isFramed);
      await wider(actor.page, where, actor.page.viewportSize().width);
    }
    await actor.page.setViewportSize(NARROW);
    await wider(actor.page, where, NARROW.width);
    await actor.page.setViewportSize(own);
    return true;
  }
}

/** Colours do not depend on words: they are judged in Kazakh, which is walked on both devices. It is a third of the time. */
const RULES = { "color-contrast": { enabled: given.language === "kk" } };

/** Holds axe's rules against the page as it stands. */
async function accessible(page, where, isFramed) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const violations = await page.evaluate(async ([tags, rules, exclude]) => {
    const runOnly = { type: "tag", values: tags };
    const result = await window.axe.run({ include: [document.documentElement], exclude }, { runOnly, rules, resultTypes: ["violations"], iframes: false, preload: false });
    return result.violations.map((one) => ({
      rule: `${one.id} (${one.impact}): ${one.help}`,
      places: one.nodes.slice(0, 5).map((node) => `${node.target.join(" ")} – ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`),
    }));
  }, [TAGS, RULES, isFramed ? FRAME : []]);
  for (const { rule, places } of violations) for (const place of places) fault(where, `axe: ${rule}: ${place}`);
}

/** Nothing is wider than the window. */
async function wider(page, where, width) {
  const found = await page.evaluate((width) => {
    if (document.documentElement.scrollWidth <= width) return null;
    const sticks = (one) => one.getBoundingClientRect().right > width + 0.5 && !one.closest(".visually-hidden, [hidden], dialog:not([open])");
    const scrolls = (one) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
    const out = [...document.querySelectorAll("body *")].filter(sticks).filter((one) => {
      for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return false;
      return true;
    });
    const name = (one) => one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "") + [...one.classList].map((part) => `.${part}`).join("");
    return `${document.documentElement.scrollWidth} px: ${out.slice(0, 5).map(name).join(", ")}`;
  }, width);
  if (found) fault(where, `scrolls sideways at ${width} px, it is ${found}`);
}
