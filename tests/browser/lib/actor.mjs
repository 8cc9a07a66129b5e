// Somebody at a browser: signs in, finds things by what they are called, uses them by mouse or by keys, and has every page looked at.
import { profile } from "./browser.mjs";
import { ImpatientMouse, Keyboard, Mouse, round } from "./hands.mjs";
import { given } from "./stage.mjs";
import { Watch } from "./watch.mjs";

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Exactly these words, whatever stands behind them in brackets or as the key that presses it. */
export const named = (words) => new RegExp(`^\\s*${escaped(words)}\\s*(\\(.*\\)|[A-Z]|\\d+)?\\s*$`);

export class Actor {
  constructor(page, cast, part) {
    this.page = page;
    this.cast = cast;
    this.part = part;
    this.words = cast.words;
    this.watch = new Watch(page, part);
    const Hands = { mouse: Mouse, impatient: ImpatientMouse, keyboard: Keyboard }[cast.input];
    this.hands = new Hands(page, { touch: cast.device === "phone" });
  }

  // Finding.

  link(words, inside = this.page) {
    return inside.getByRole("link", { name: named(words) }).first();
  }

  button(words, inside = this.page) {
    return inside.getByRole("button", { name: named(words) }).first();
  }

  field(words, inside = this.page) {
    return inside.getByLabel(named(words)).first();
  }

  box(words, inside = this.page) {
    return inside.getByRole("checkbox", { name: named(words) }).first();
  }

  /** The fields under a heading of a form. */
  group(words, inside = this.page) {
    return inside.getByRole("group", { name: named(words) }).first();
  }

  /** The button that sends the form for an address; of several, the one with this value. */
  sender(action, value) {
    const which = value ? `[value="${value}"]` : "";
    return this.page.locator(`form[action="${action}"] button[type=submit]:not(.visually-hidden)${which}`).last();
  }

  // Doing.

  /** Uses a link or button that leads to another page, and waits until that is there. */
  async go(target) {
    await this.arrives(() => this.hands.press(target));
  }

  /** The same for whatever leads on. */
  async arrives(doing) {
    await Promise.all([this.page.waitForEvent("load"), doing()]);
  }

  /** Goes to a section by the menu, which a phone keeps in a drawer. */
  async goes(section) {
    const drawer = this.button(this.words.sections);
    if (await drawer.isVisible()) {
      await this.press(drawer);
      await this.look("menu open", { rounds: false });
    }
    await this.go(this.link(section, this.page.getByRole("navigation", { name: this.words.sections })));
  }

  async goesWrong(status, target) {
    await this.watch.expecting(this.page, status, () => this.go(target));
  }

  press(target) {
    return this.hands.press(target);
  }

  write(target, text) {
    return this.hands.write(target, text);
  }

  choose(target, value) {
    return this.hands.choose(target, value);
  }

  async date(target, day) {
    await this.hands.date(target, day);
    const stands = await target.inputValue();
    if (stands !== day) throw new Error(`${day} was typed, ${stands} stands in the field`);
  }

  /** Opens what is folded, where it is not open yet, and answers what is in it. */
  async unfold(words) {
    const fold = this.page.locator("details").filter({ has: this.page.locator("> summary").filter({ hasText: named(words) }) }).first();
    if (!(await fold.evaluate((one) => one.open))) await this.press(fold.locator("> summary"));
    return fold;
  }

  /** Chooses a file; what a browser's own dialog would find is handed to it. */
  attach(target, name, content) {
    return target.setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  }

  /** Uses what hands a file out, and answers how the file is called. */
  async downloads(target) {
    const [file] = await Promise.all([this.page.waitForEvent("download"), this.press(target)]);
    return file.suggestedFilename();
  }

  open(path) {
    return this.page.goto(path, { waitUntil: "load" });
  }

  /** Opens an address that is answered so. */
  async finds(status, path) {
    await this.watch.expecting(this.page, status, () => this.open(path));
  }

  /** Looks at the page in a state; whoever has only keys goes once through all of it, through bar and menu with their first page. */
  async look(state, { rounds = true } = {}) {
    const isNew = await this.cast.eyes.look(this, state);
    if (!isNew || !rounds || this.cast.input !== "keyboard") return;
    await round(this.page, { isWhole: !this.knowsFrame });
    this.knowsFrame = true;
  }

  /** Signs in at the page for it. */
  async signIn() {
    const { words } = this;
    await this.open(`/login?lang=${this.cast.language}`);
    await this.look("signing in");
    await this.writeName(given.people[this.part], given.password);
    await this.go(this.button(words.signIn));
    return this;
  }

  /** What the page for signing in asks for. */
  async writeName(name, password) {
    await this.write(this.field(this.words.name), name);
    await this.write(this.field(this.words.password), password);
  }
}

/** Everybody who takes part in a play, each at a browser of their own. */
export class Cast {
  #actors = new Map();

  constructor(browser, { language, input, device, words, eyes, isScriptless = false, profile: more = {} }) {
    Object.assign(this, { browser, language, input, device, words, eyes, isScriptless, profile: more });
  }

  /** The one who plays this part, signed in the first time. */
  async at(part) {
    if (!this.#actors.has(part)) this.#actors.set(part, await (await this.stranger(part)).signIn());
    return this.#actors.get(part);
  }

  get everybody() {
    return [...this.#actors.values()];
  }

  /** Somebody who has not signed in. */
  async stranger(part = "stranger") {
    const context = await profile(this.browser, { device: this.device, language: this.language, ...this.profile });
    return new Actor(await context.newPage(), this, part);
  }
}
