// The conversation with the test that started us (stage.rs): a line "ask …" on stdout, its answer as a line on stdin.
import { createInterface } from "node:readline";

/** What is played and how, as stage.rs says it. */
export const given = JSON.parse(process.env.SAUAL_PLAY);

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(what) {
  process.stdout.write(`ask ${what}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error("the stage is gone");
  return value;
}

/** From now on it is this moment in the office, such as 2023-09-20T09:40:00Z. */
export const clock = (moment) => ask(`clock ${moment}`);

/** Waits until every table has seen the whole journal and no mail waits to be sent. */
export const settle = () => ask("settle");

/** How many events the journal has. */
export const position = async () => Number(await ask("position"));

/** Ends all sessions of an account, as half an idle hour would. */
export const endSessions = (account) => ask(`end-sessions ${account}`);

/** The mail to a place on an inquiry's list comes back, as a relay's notice says. */
export const bounce = (inquiry, recipient) => ask(`bounce ${inquiry} ${recipient}`);

/** Whoever guesses the password of this name waits from now on. */
export const brake = (name) => ask(`brake ${name}`);

/** Ten minutes go by since an account has proved who it is. */
export const ageProof = (account) => ask(`age-proof ${account}`);

/** Half a minute goes by: the code that an account used last is not the present one any more. */
export const forgetCodes = (account) => ask(`forget-codes ${account}`);

/** Lets the waiting end when the play does. */
export const leave = () => process.stdin.destroy();
