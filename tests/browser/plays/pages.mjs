// The pages beside the story, each where somebody comes to it: what one does about one's own account, lists and views, several inquiries at
// once, deliveries that failed, texts from files and from two hands, a deputy's page, and the pages that say no.
import { DEVICES } from "../lib/browser.mjs";
import { Eyes } from "../lib/eyes.mjs";
import { clock } from "../lib/stage.mjs";
import { Office } from "./pages/office.mjs";
import { ownAccount, sessionEnds } from "./pages/account.mjs";
import { atTheDoor, whereItSaysNo } from "./pages/refusals.mjs";
import { severalAtOnce } from "./pages/bulk.mjs";
import { asADeputy } from "./pages/deputy.mjs";
import { deliveries } from "./pages/deliveries.mjs";
import { lists, views } from "./pages/lists.mjs";
import { blanks, files } from "./pages/files.mjs";
import { signing } from "./pages/signing.mjs";
import { twoHands } from "./pages/texts.mjs";
import { checksALetter } from "./pages/verification.mjs";

/**
 * Whoever walks here at a desk comes to the same states as whoever does on a telephone: each is looked at in both sizes. With keys alone they are
 * gone through stop by stop, and not judged by axe once more.
 */
export const eyesFor = ({ input }) => new Eyes(input === "keyboard" ? [] : Object.values(DEVICES).map(({ viewport }) => viewport));

export async function play(cast) {
  await clock("2023-09-20T09:40:00Z");
  const office = await Office.open();
  await atTheDoor(cast);
  await ownAccount(cast);
  await signing(cast, office);
  await views(cast);
  await severalAtOnce(cast, office);
  await files(cast, office);
  await blanks(cast);
  await twoHands(cast, office);
  const links = await asADeputy(cast, office);
  await checksALetter(cast, links[0]);
  await deliveries(cast, office, links);
  await lists(cast, office);
  // The warning is a script's; a session ends without it just the same.
  if (!cast.isScriptless) await sessionEnds(cast);
  await whereItSaysNo(cast, office);
}
