// Deliveries that failed: sent again, corrected, recorded by hand, their links ended.
import { bounce, settle } from "../../lib/stage.mjs";
import { findsNothing } from "./deputy.mjs";

export async function deliveries(cast, office, links) {
  const { sent } = office;
  const clerk = await cast.at("clerk");
  const place = `${sent.place}/deliveries`;
  await bounce(sent.id, 1);
  await clerk.open(place);
  await clerk.look("one came back");
  await clerk.open(place);
  await clerk.go(clerk.sender(place));
  await clerk.look("sent again");
  await settle();

  await clerk.open(`${place}/1`);
  const address = clerk.page.locator('form input[name="address"]');
  await clerk.write(address, "no address");
  await clerk.goesWrong(422, act(clerk, "resend"));
  await clerk.look("no address");
  await clerk.write(address, "right@mazhilis.example");
  await clerk.go(act(clerk, "resend"));
  await clerk.look("address corrected");
  await settle();
  await findsNothing(cast, links[0]);

  await clerk.open(`${place}/3`);
  await clerk.goesWrong(422, act(clerk, "record-delivery-by-hand"));
  await clerk.look("by hand, faults");
  const form = clerk.page.locator("form#record-delivery-by-hand");
  await clerk.date(form.locator('input[name="on"]'), "2023-09-20");
  await clerk.write(form.locator('[name="note"]'), "Көмекшісіне берілді");
  await clerk.go(act(clerk, "record-delivery-by-hand"));
  await clerk.look("delivered by hand");

  await clerk.open(`${place}/2`);
  await clerk.look("delivery confirmed");
  await clerk.go(act(clerk, "revoke-link"));
  await clerk.look("link taken back");
  await findsNothing(cast, links[1]);
  await clerk.open(`${place}/2/evidence`);
  await clerk.look("evidence, confirmed");
  const control = await cast.at("control");
  await control.open(place);
  await control.look("deliveries, control");
}

/** The button of an act on one delivery. */
const act = (clerk, name) => clerk.page.locator(`form#${name} .buttons button[type=submit]`);
