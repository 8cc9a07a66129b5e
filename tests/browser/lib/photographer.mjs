// Instead of judging pages, takes their pictures for docs/screens, as WebP: Chromium itself makes them small.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** No page is shown longer than this, in CSS pixels, where its album does not say otherwise. */
const LONGEST = 2000;
const QUALITY = 0.72;
/** Whose pages the parts of the story see. */
const WHOSE = {
  clerk: "a clerk", head: "the head of the Office", mfa: "a co-executor", lead: "the lead executor", legal: "an approver", language: "an approver",
  office: "an approver", signatory: "the signatory", control: "a control officer", deputy: "a deputy", auditor: "an auditor", admin: "an administrator",
  stranger: "anybody",
};

export class Photographer {
  /** What was taken, in its order: file, whose page it is, what it shows. */
  taken = [];

  /**
   * @param album the states of which pictures are wanted: state → { file, shows, whole, longest, shown }; `whole` pages are taken to their end
   * or as far as is `longest`, others as the window shows them, after `shown` was pressed.
   */
  constructor(album, { folder, suffix }) {
    Object.assign(this, { album: new Map(Object.entries(album)), folder, suffix });
  }

  async look(actor, state) {
    const wanted = this.album.get(state);
    if (!wanted) return false;
    this.album.delete(state);
    if (wanted.shown) await actor.page.locator(wanted.shown).click();
    await actor.page.mouse.move(0, 0);
    await actor.page.evaluate(() => window.scrollTo(0, 0));
    await actor.page.evaluate(() => document.fonts.ready);
    // Pictures within the page come when they are scrolled to.
    await actor.page.evaluate(() => Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode().catch(() => {}); })));
    const png = await this.shot(actor.page, wanted);
    const file = `${wanted.file}${this.suffix}.webp`;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, file), await webp(actor.cast.browser, png));
    this.taken.push({ file, of: wanted.file, whose: wanted.whose ?? WHOSE[actor.part], shows: wanted.shows });
    return false;
  }

  async shot(page, { whole, longest = LONGEST }) {
    if (!whole) return page.screenshot({ animations: "disabled" });
    const { width } = page.viewportSize();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    return page.screenshot({ animations: "disabled", fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, longest) } });
  }
}

/** The same picture as WebP. */
async function webp(browser, png) {
  const page = await browser.newPage();
  const made = await page.evaluate(async ([from, quality]) => {
    const bytes = await (await fetch(`data:image/png;base64,${from}`)).blob();
    const bitmap = await createImageBitmap(bytes);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    const reader = new FileReader();
    const read = new Promise((done) => { reader.onload = () => done(reader.result); });
    reader.readAsDataURL(blob);
    return (await read).split(",")[1];
  }, [png.toString("base64"), QUALITY]);
  await page.close();
  return Buffer.from(made, "base64");
}
