// Files that people bring: a letter of an inquiry, a contribution and a draft from Word, a ministry's blank.
import { readFileSync } from "node:fs";

import { coloured, commented, inserted, run, wordFile } from "../../lib/word.mjs";

const LETTER = readFileSync(new URL("../../../../crates/web/tests/data/inquiry.kk.txt", import.meta.url), "utf8");
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export async function files(cast, office) {
  const { words } = cast;
  const clerk = await cast.at("clerk");
  await clerk.goes(words.registerOne);
  const letter = wordFile(LETTER.split("\n").map((line) => run(escaped(line))));
  const attaches = () => clerk.attach(clerk.page.locator("input[type=file]"), "Сауал.docx", letter);
  // With scripts a file is read as soon as it is chosen.
  if (cast.isScriptless) {
    await attaches();
    await clerk.go(clerk.page.locator('button[formaction="/inquiries/new/letter"]').first());
  } else {
    await clerk.arrives(attaches);
  }
  await clerk.look("a letter was read");

  const { working } = office;
  const mfa = await cast.at("mfa");
  await mfa.open(`${working.place}/contribution/file`);
  await mfa.look("a contribution's file");
  await mfa.goesWrong(422, mfa.button(words.readFile));
  await mfa.look("no file chosen");
  const edited = wordFile([run("Бірінші абзац.") + inserted(" Толықтырылды."), commented("Екінші абзац.") + coloured(" Қызыл.")], "Дереккөзі қайда?");
  await mfa.attach(mfa.field(words.file), "ұсыныс.docx", edited);
  await mfa.go(mfa.button(words.readFile));
  await mfa.look("a contribution was read");

  // A file that was made before the draft changed.
  await working.written("Үкімет сауалды қарап, келесіні хабарлайды.", "Зейнетақы жинағы заңмен қорғалады.");
  const old = await working.file("lead", "draft.docx");
  await working.written("Үкімет сауалды қарап, келесіні хабарлайды.", "Зейнетақы жинағы кодекспен қорғалады.");
  const lead = await cast.at("lead");
  await lead.open(`${working.place}/draft/file`);
  await lead.attach(lead.field(words.file), "жоба.docx", old);
  await lead.go(lead.button(words.readFile));
  await lead.look("an older version was read");
  await lead.open(`${working.place}/draft/changes?from=2&to=2`);
  await lead.look("nothing to compare");
}

export async function blanks(cast) {
  const lead = await cast.at("lead");
  await lead.goes(cast.words.blanks);
  await lead.look("no blanks");
  await takes(lead, "Бланк", "2023-09-20", wordFile(["{{salutatoin}}", "{{body}}"].map(run)));
  await lead.goesWrong(422, lead.sender("/blanks"));
  await lead.look("blank refused");
  await takes(lead, "Бланк", "2023-09-20", Buffer.alloc(5 * 1024 * 1024 + 1));
  await lead.goesWrong(413, lead.sender("/blanks"));
  await lead.look("blank too large");
  await lead.open("/blanks");
  await takes(lead, "Бланк 2023", "2023-09-20", wordFile(["Еңбек министрлігі", "{{salutation}}", "{{body}}", "{{annexes}}"].map(run)));
  await lead.go(lead.sender("/blanks"));
  await lead.look("blank taken");
}

async function takes(lead, name, since, file) {
  await lead.write(lead.page.locator("#blank-name"), name);
  await lead.date(lead.page.locator("#blank-since"), since);
  await lead.attach(lead.page.locator("#blank-file"), "бланк.docx", file);
}
