// The editor of letters as people use it: words are typed; headings, footnotes and «this answers that question» come from the toolbar and the panel, or
// from their keys.
const SHEET = ".editor [data-sheet] > [role=textbox]";

/** Whether the page has its editor open; without scripts there is the plain form. */
export const isOpen = (actor) => actor.page.locator(SHEET).isVisible();

/** Waits until it is: it asks for the text first. */
export const opens = (actor) => actor.page.locator(SHEET).waitFor();

/** Writes a whole body into the editor, in place of what is there. */
export async function compose(actor, body, answers) {
  const sheet = actor.page.locator(SHEET);
  const { keyboard } = actor.page;
  await actor.press(sheet);
  await keyboard.press("Control+A");
  await keyboard.press("Delete");
  for (const [at, block] of body.blocks.entries()) {
    if (at > 0) await keyboard.press("Enter");
    await actor.hands.paragraph(actor.page, block.type === "heading" ? block.level : 0);
    for (const run of block.content) {
      if (run.type === "footnote") await footnote(actor, run.content.map((one) => one.text).join(""));
      else await keyboard.insertText(run.text);
    }
    for (const { question } of answers.filter((answer) => answer.block === at + 1)) await actor.hands.answers(actor, question);
  }
}

async function footnote(actor, words) {
  await actor.hands.footnote(actor.page);
  await actor.page.locator(".footnote-box [role=textbox]:focus").waitFor();
  await actor.page.keyboard.insertText(words);
  await actor.page.keyboard.press("Escape");
}

/** Into the text, without pressing anything in it. A moment after it has the focus the editor puts the cursor where it was. */
export async function goesIn(actor) {
  const sheet = actor.page.locator(SHEET);
  await (actor.hands.reach ? actor.hands.reach(sheet) : actor.press(sheet));
  await actor.page.waitForTimeout(400);
}

/** Keys, one after the other; the editor takes up where the cursor stands only a moment later. */
export async function keys(actor, all) {
  for (const key of all) {
    await actor.page.keyboard.press(key);
    await actor.page.waitForTimeout(60);
  }
}

export const types = (actor, words) => actor.page.keyboard.type(words);

/** What stands in the text, or in what is marked in it. */
export async function text(actor, inside = "p, h2, h3, h4, li, td") {
  const parts = actor.page.locator(SHEET).locator(inside);
  return (await parts.allTextContents()).join(inside.length > 3 ? "\n" : "");
}

export const isKept = (actor) => actor.page.locator("[data-saved][data-is=kept]").waitFor();

export async function opensPanel(actor, name) {
  const tab = actor.page.locator(`#tab-${name}`);
  if (actor.hands.reach) {
    // Of the tabs one is a stop of Tab; the arrows go on from there.
    await actor.hands.reach(actor.page.locator("[role=tab][tabindex='0']"));
    while ((await tab.getAttribute("aria-selected")) !== "true") await actor.page.keyboard.press("ArrowRight");
  } else await actor.press(tab);
}
