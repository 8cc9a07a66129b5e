// Lists: views of the worklist that somebody keeps, what leaves it as a file, who looked, the journal, mails, proposals.
import assert from "node:assert/strict";

export async function views(cast) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.open("/inquiries/views");
  await clerk.look("no views");
  for (const [state, name] of [["open", "Ашық сауалдар"], ["for_signature", "Қол қоюды күтіп тұрған барлық сауалдар"]]) {
    await clerk.open(`/inquiries?state=${state}`);
    await keeps(clerk, name);
  }
  await clerk.look("a view was kept");
  await clerk.goes(words.arrangeViews);
  await clerk.look("views");
  const { page } = clerk;
  const act = (value) => page.locator(`button[value="${value}"]`).last();
  for (const what of ["up", "open"]) await clerk.go(act(what));
  await clerk.look("a view opens first");
  await clerk.open("/");
  assert.match(page.url(), /state=/, "the view that opens first is what is open");
  await clerk.open("/inquiries/views");
  await clerk.write(page.locator('.views input[name="name"]').first(), "Қол қоюда");
  await clerk.go(page.locator(".views li").first().locator("button").first());
  assert.ok(await page.getByRole("link", { name: "Қол қоюда" }).first().isVisible());
  for (const what of ["open-none", "remove", "remove"]) await clerk.go(act(what));
  assert.equal(await page.locator(".views li").count(), 0);

  const head = await cast.at("head");
  await head.open("/inquiries?state=open");
  await keeps(head, "Асығыс", "executor");
  await head.goes(words.arrangeViews);
  await head.look("a view is shared");
  const lead = await cast.at("lead");
  await lead.open("/inquiries/views");
  await lead.look("shared by others");
}

async function keeps(somebody, name, role) {
  const { words } = somebody;
  const fold = await somebody.unfold(words.saveView);
  await somebody.write(somebody.field(words.viewName, fold), name);
  if (role) await somebody.choose(somebody.field(words.whoSeesIt, fold), role);
  await somebody.look("a view is being kept", { rounds: false });
  await somebody.go(fold.locator("button[type=submit]"));
}

export async function lists(cast, office) {
  const { words } = cast;
  await exports(cast);
  const lead = await cast.at("lead");
  await lead.goes(words.tasks);
  await lead.look("tasks");
  const head = await cast.at("head");
  await head.goes(words.load);
  await head.look("load of ministries");
  const auditor = await cast.at("auditor");
  await auditor.goes(words.whoLooked);
  await auditor.look("who looked");
  await auditor.write(auditor.field(words.account), "signatory");
  await auditor.go(auditor.button(words.show));
  await auditor.look("who looked, narrowed");
  await auditor.open("/reads?person=nobody");
  await auditor.look("nobody looked");
  await auditor.open(`${office.sent.place}/reads`);
  await auditor.look("who looked at one");
  await auditor.goes(words.journal);
  await auditor.go(auditor.link(words.earlier));
  await auditor.look("journal, earlier");
  await auditor.open("/journal/events/1");
  await auditor.look("an event and its proof");
  const admin = await cast.at("admin");
  await admin.goes(words.mailSent);
  // Something was typed, as far as the browser can tell.
  await admin.write(admin.page.locator('input[name="reason"]'), "  ");
  await admin.goesWrong(422, admin.sender("/outbox/pause"));
  await admin.look("mail not held back");
  const deputy = await cast.at("deputy");
  await deputy.look("worklist, deputy");
  await deputy.open(office.sent.place);
  await deputy.look("a deputy's inquiry");
}

/** Rows leave as a file, all that are shown or those that were chosen, and not too often. */
async function exports(cast) {
  const clerk = await cast.at("clerk");
  await clerk.goes(cast.words.inquiries);
  const { page } = clerk;
  assert.match(await clerk.downloads(page.locator(".file-xlsx")), /\.xlsx$/);
  assert.match(await clerk.downloads(page.locator(".file-csv")), /\.csv$/);
  await clerk.press(page.locator(".pick input[name=inquiry]").first());
  assert.match(await clerk.downloads(page.locator('.bulk button[formaction="/inquiries/export.xlsx"]')), /\.xlsx$/);
  await clerk.finds(429, "/inquiries/export.xlsx");
  await clerk.look("too many exports");
}
