// The records: looked at by everybody of the house, changed by an administrator, who sees before what open inquiries do.
import assert from "node:assert/strict";

import { Inquiry } from "../lib/office.mjs";
import { clock, settle } from "../lib/stage.mjs";

export const ACT = "Президенттің 2023 жылғы 20 қыркүйектегі № 400 Жарлығы";
export const HEADING = "id,name_kk,name_ru,name_en,dative_kk,dative_ru,email,chamber,faction,single_mandate,mandate_from,mandate_until";
export const ROW = "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001,А. Жаңа,А. Новый,,,,a.zhana@mazhilis.example,mazhilis,amanat,false,2023-09-20,";

export async function play(cast) {
  const { words } = cast;
  await clock("2023-09-20T09:40:00Z");
  const inquiries = [];
  for (const number of ["ДС-701", "ДС-702"]) {
    const one = await Inquiry.registered(number, "Шетелдегі азаматтарды қорғау туралы");
    inquiries.push(await one.assigned());
  }
  await settle();

  const admin = await cast.at("admin");
  await admin.goes(words.records);
  await admin.look("the records");
  for (const kind of ["deputies", "factions", "offices", "calendar"]) {
    await admin.open(`/records?kind=${kind}&all=yes`);
    await admin.look(`the records, ${kind}`);
  }

  // A ministry goes into another one.
  await admin.open("/records/ministries/mfa");
  await admin.look("a ministry");
  await admin.go(admin.page.locator('a[href^="/records/change/merge-ministry"]'));
  await admin.look("a merger, with its open inquiries");
  const merge = "/records/change/merge-ministry";
  await admin.goesWrong(422, admin.sender(merge));
  await admin.look("a merger that is refused");
  await admin.choose(admin.page.locator("#merge-ministry-into"), "mof");
  await admin.date(admin.page.locator("#merge-ministry-on"), "2023-09-20");
  await admin.write(admin.page.locator("#merge-ministry-act"), ACT);
  await admin.go(admin.sender(merge));
  await admin.look("what a merger does, before it is recorded");
  await admin.go(admin.sender(merge));
  await settle();
  await admin.open("/records");
  await admin.look("the records, a merger was carried out");
  assert.equal((await inquiries[0].dossier()).assignment.co_executors[0].ministry, "mof");
  await admin.open("/records/change/split-ministry?code=mlsp");
  await admin.look("a split, inquiry by inquiry");
  await admin.open("/records/change/take-office?code=prime_minister");
  await admin.look("an appointment");

  // A day is moved late.
  const days = "/records/change/set-days";
  await admin.open(days);
  await admin.look("days to be set");
  await admin.date(admin.page.locator("#set-days-days-0--date"), "2023-10-20");
  await admin.write(admin.page.locator("#set-days-days-0--note"), "Демалыс");
  await admin.write(admin.page.locator("#set-days-act"), ACT);
  await admin.go(admin.sender(days));
  await admin.look("what the days do");
  await admin.go(admin.sender(days));
  await settle();
  assert.equal((await inquiries[1].dossier()).control.due, "2023-10-23");

  // A table, with a wrong row and without.
  const table = async (text) => {
    await admin.open("/records/import");
    await admin.write(admin.page.locator("#import-act"), ACT);
    await admin.attach(admin.page.locator("#import-file"), "deputies.csv", text);
    await admin.go(admin.sender("/records/import"));
  };
  await admin.open("/records/import");
  await admin.look("a table to be brought");
  await table(`${HEADING}\n${ROW}\n${ROW.replace("a001", "a002").replace("amanat", "nobody")}\n`);
  await admin.look("a table with a wrong row");
  await table(`${HEADING}\n${ROW}\n`);
  await admin.look("a table that can be taken");
  await admin.go(admin.sender("/records/import/take"));
  await admin.look("the records, a table was taken");
  await admin.open("/records/deputies/0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001");
  await admin.look("a deputy with a history");
  const lead = await cast.at("lead");
  await lead.goes(words.records);
  await lead.look("the records as an executor sees them");
}
