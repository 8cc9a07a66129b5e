// The pages beside the story with scripts switched off: each form is sent, each page shows what it shows.
import { play as pages } from "./pages.mjs";
import { withoutScripts } from "./scriptless.mjs";

export const play = (cast) => pages(withoutScripts(cast));
