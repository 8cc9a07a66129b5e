// One's own account: password, second factor, sessions; and the warning before a session ends.
import assert from "node:assert/strict";

import { code } from "../../lib/codes.mjs";
import { ageProof, forgetCodes, given } from "../../lib/stage.mjs";

/** Whose account it is: nobody else plays with a second factor. */
const PART = "office";

export async function ownAccount(cast) {
  const me = await cast.at(PART);
  await me.go(me.page.locator(".who-text"));
  await me.look("account");
  await mailIsRefused(me);
  await passwordIsKept(me);
  const { secret, recovery } = await factorIsSetUp(me);
  await comesInByACode(cast, secret, recovery);
  await sessionsAreEnded(me);
  await provesByACode(me, secret);
  await passwordIsChanged(me);
}

/** A browser takes it for an address; no mail would arrive there. */
async function mailIsRefused(me) {
  await me.write(me.page.locator('input[name="email"]'), "office..mail@saual.example");
  await me.goesWrong(422, me.sender("/account/email"));
  await me.look("address not changed");
}

async function passwordForm(me, old, chosen, again) {
  const { words } = me;
  await me.write(me.field(words.oldPassword), old);
  await me.write(me.field(words.newPassword), chosen);
  await me.write(me.field(words.newPasswordAgain), again);
  return me.sender("/account/password");
}

async function passwordIsKept(me) {
  await me.goesWrong(422, await passwordForm(me, given.password, "көктемгі таулар әдемі", "көктемгі таулар"));
  await me.look("password not changed");
}

/** The secret that the page shows is typed into an app, whose code makes it count. */
async function factorIsSetUp(me) {
  const { words, page } = me;
  await me.open("/account");
  await me.go(me.button(words.setUpFactor));
  await me.look("secret shown");
  await me.write(me.field(words.firstCode), "000000");
  await me.goesWrong(422, me.sender("/account/second-factor"));
  await me.look("first code wrong");
  const secret = await page.locator(".secret").innerText();
  await me.write(me.field(words.firstCode), code(secret));
  await me.go(me.sender("/account/second-factor"));
  await me.look("recovery codes");
  const recovery = await page.locator(".codes li").allInnerTexts();
  assert.equal(recovery.length, 10);
  await me.go(me.link(words.keptCodes));
  await me.look("second factor on");
  return { secret, recovery };
}

/** Signing in elsewhere with the code of the app, and once more with a recovery code. */
async function comesInByACode(cast, secret, recovery) {
  const { words } = cast;
  const second = await (await cast.stranger(PART)).signIn();
  assert.equal(new URL(second.page.url()).pathname, "/login/code");
  await second.look("code asked");
  await second.write(second.field(words.code), "000000");
  await second.goesWrong(401, second.button(words.signIn));
  await second.look("code wrong");
  await forgetCodes(PART);
  await second.write(second.field(words.code), code(secret));
  await second.go(second.button(words.signIn));
  assert.equal(new URL(second.page.url()).pathname, "/inquiries");
  await second.page.context().close();
  const third = await (await cast.stranger(PART)).signIn();
  await third.write(third.field(words.code), recovery[0]);
  await third.go(third.button(words.signIn));
  assert.equal(new URL(third.page.url()).pathname, "/inquiries");
  await third.page.context().close();
  const late = await cast.stranger();
  await late.open(`/login?over=yes&lang=${cast.language}`);
  await late.look("code came too late");
  await late.page.context().close();
}

async function sessionsAreEnded(me) {
  const { words, page } = me;
  const end = page.locator('form[action="/account/sessions/end"] button');
  await me.open("/account");
  await me.look("several sessions");
  assert.equal(await end.count(), 2);
  await me.go(end.first());
  await me.go(me.button(words.endOthers));
  assert.equal(await end.count(), 0);
}

/** After ten minutes a change of factors asks for a proof, which is a code by now. */
async function provesByACode(me, secret) {
  const { words } = me;
  await ageProof(PART);
  await me.go(me.button(words.newCodes));
  await me.look("proof by code");
  await me.write(me.field(words.code), "000000");
  await me.goesWrong(401, me.button(words.prove));
  await me.look("proof by code, wrong");
  await forgetCodes(PART);
  await me.write(me.field(words.code), code(secret));
  await me.go(me.button(words.prove));
  await me.look("proved, account");
  await me.go(me.button(words.newCodes));
  await me.look("new recovery codes");
  await me.go(me.link(words.keptCodes));
  await me.go(me.button(words.removeFactor));
  await me.look("second factor taken away");
}

async function passwordIsChanged(me) {
  const chosen = "көктемгі таулар әдемі";
  await me.go(await passwordForm(me, given.password, chosen, chosen));
  await me.look("password changed");
}

/** Two minutes before a session goes idle the page says so; a press keeps it, and once it is over it says that. */
export async function sessionEnds(cast) {
  const { words } = cast;
  const me = await (await cast.stranger("control")).signIn();
  const { page } = me;
  const box = page.locator("#session-end");
  // The browser's clock goes on while nobody does anything; the house's own does not.
  await page.clock.install();
  await me.open("/outbox");
  await page.clock.fastForward("27:30");
  assert.ok(await box.isHidden(), "two and a half minutes before, nothing is said");
  await page.clock.fastForward("00:50");
  await box.waitFor();
  await me.look("session ends soon", { rounds: false });
  await Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/account/sessions/keep")), me.press(me.button(words.keepSession))]);
  await box.waitFor({ state: "hidden" });
  await page.clock.fastForward("28:30");
  await box.waitFor();
  await page.clock.fastForward("02:00");
  await page.locator("#session-over").waitFor();
  assert.ok(await page.locator("#session-keep").isHidden(), "what is over is not kept");
  await me.look("session over", { rounds: false });
  await page.context().close();
}
