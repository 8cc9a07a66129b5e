// Reads a JSON list of rich documents on standard input and prints what the editor makes of each when somebody opens and keeps it untouched.
// crates/letter/tests/editors/rich.rs holds that they are the same.
import { readFileSync } from "node:fs";
import { closed, opened } from "./src/envelope.js";

const documents = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(documents.map((text) => closed(opened({ text, answers: [] })).text)));
