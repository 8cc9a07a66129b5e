// Administration: an account is opened, changed and blocked; a series of numbers and a term are set from a day on; the templates are looked at; the clerk takes
// the head's place and gives it back. What is refused stands there with what was typed.
import assert from "node:assert/strict";

export const sends = (me, form) => me.page.locator(`form#${form} button[type=submit]:not(.visually-hidden)`).last();

/** Fields of a form by their names. */
export async function fills(me, form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = me.page.locator(`#${form}-${name}`);
    if (await field.evaluate((one) => one.tagName === "SELECT")) await me.choose(field, value);
    else if (["date", "datetime-local"].includes(await field.getAttribute("type"))) await field.fill(value);
    else await me.write(field, value);
  }
}

export const ticks = (me, form, role) => me.press(me.page.locator(`#${form}-roles input[value=${role}]`));

/** One of the folded forms of an account's page. */
async function unfolds(me, form) {
  const fold = me.page.locator(`details:has(form#${form})`);
  if (!(await fold.evaluate((one) => one.open))) await me.press(fold.locator("> summary"));
}

export async function play(cast) {
  const admin = await cast.at("admin");
  await admin.goes(cast.words.administration);
  await admin.look("administration");
  await account(admin);
  await series(admin);
  await terms(admin);
  await templates(admin);
  await absence(cast);
}

async function account(me) {
  await me.go(me.page.locator('main a[href="/admin/users"]'));
  await me.look("users");
  await me.go(me.page.locator('main a[href="/admin/users/new"]'));
  await me.look("a new account");
  await fills(me, "opening", { name: "Жанар", "full-name": "Ж. Сейітова", why: "Қызметке қабылданды" });
  await ticks(me, "opening", "clerk");
  await me.goesWrong(422, sends(me, "opening"));
  await me.look("an account not opened");
  assert.equal(await me.page.locator("#opening-full-name").inputValue(), "Ж. Сейітова");
  await fills(me, "opening", { name: "zhanar" });
  await me.go(sends(me, "opening"));
  await me.look("a password shown once");
  await me.go(me.page.locator('main a[href="/admin/users/zhanar"]'));
  await me.look("an account");
  await unfolds(me, "rights");
  await ticks(me, "rights", "control");
  await fills(me, "rights", { why: "Бақылауға ауысты" });
  await me.go(sends(me, "rights"));
  await me.look("an account with other rights");
  await unfolds(me, "block");
  await me.goesWrong(422, sends(me, "block"));
  await me.look("an account not blocked");
  await fills(me, "block", { why: "Тексеру жүріп жатыр" });
  await me.go(sends(me, "block"));
  await me.look("an account that is blocked");
}

async function series(me) {
  await me.open("/admin/series");
  await me.look("number series");
  await fills(me, "series", { format: "17{n}", since: "2024-01-01", why: "Жаңа номенклатура" });
  await me.goesWrong(422, sends(me, "series"));
  await me.look("a series not set");
  await fills(me, "series", { format: "17-{n}" });
  await me.go(me.page.locator("form#series button[value=look]"));
  await me.look("what a series comes to");
  await me.go(sends(me, "series"));
  await me.look("a series set");
}

async function terms(me) {
  await me.open("/admin/terms");
  await me.look("terms");
  const law = { "law-kk": "Регламент, 7-тармақ", "law-ru": "Регламент, пункт 7" };
  await fills(me, "term", { count: "10", unit: "working_days", ...law, since: "2023-10-02", on: "2023-10-02", why: "Регламент өзгерді" });
  await me.go(me.page.locator("form#term button[value=look]"));
  await me.look("what a rule comes to");
  await me.go(sends(me, "term"));
  await me.look("a rule set");
}

async function templates(me) {
  await me.open("/admin/templates");
  await me.look("templates");
  await me.go(me.page.locator(`main a[href="/admin/templates/reply/${me.cast.language}"]`));
  await me.look("a letter with made-up facts");
}

async function absence(cast) {
  const { words } = cast;
  const head = await cast.at("head");
  await head.goes(words.absences);
  await head.look("absences");
  await fills(head, "substitute", { absent: "head", substitute: "clerk", from: "2023-09-20T15:00", why: "Іссапар" });
  await ticks(head, "substitute", "head");
  await head.goesWrong(422, sends(head, "substitute"));
  await head.look("a substitute not named");
  await fills(head, "substitute", { until: "2023-09-22T09:00" });
  await head.go(sends(head, "substitute"));
  await head.look("a substitute named");

  const clerk = await cast.at("clerk");
  await clerk.open("/inquiries");
  await clerk.look("a place that may be taken");
  await clerk.go(clerk.sender("/absences/act"));
  await clerk.look("in the head's place");
  await clerk.go(clerk.sender("/absences/act"));

  await head.open("/absences");
  const reason = head.page.locator('form[action$="/end"] input[name=why]').first();
  await head.write(reason, "head@office.example");
  await head.goesWrong(422, head.page.locator('form[action$="/end"] button').first());
  await head.look("a substitution not ended");
  await head.write(head.page.locator('form[action$="/end"] input[name=why]').first(), "Оралды");
  await head.go(head.page.locator('form[action$="/end"] button').first());
  await head.look("a substitution ended");
}
