// An office with something at each place, before anybody comes to its pages.
import { Inquiry } from "../../lib/office.mjs";
import { settle } from "../../lib/stage.mjs";

export const DEPUTIES = [
  { name: "Н. Сәрсенғалиев", email: "n.sarsengaliev@mazhilis.example" },
  { name: "Қ. Қонақов", email: "guest.of.the.chamber.with.a.long.address@kurultai.example" },
  { name: "Е. Бейсенбаев" },
];

export class Office {
  static async open() {
    const office = new Office();
    // What nobody has decided on, twice, and what was withdrawn.
    office.fresh = [await Inquiry.registered("ДС-601", "Ауыл мектептері туралы"), await Inquiry.registered("ДС-602", "Теміржол билеттері туралы")];
    office.withdrawn = await Inquiry.registered("ДС-603", "Суармалы су туралы");
    await office.withdrawn.command("clerk", "withdraw", { reason: "Депутаттың өтініші бойынша" });
    // Two ministries at work; the lead of the first has asked for more time.
    office.late = await (await Inquiry.registered("ДС-604", "Зейнетақы жүйесін жетілдіру туралы")).assigned();
    await office.late.command("lead", "request-extension", { ground: "Деректер жиналуда", until: "2023-10-27" });
    office.working = await (await Inquiry.registered("ДС-605", "Еңбек мигранттары туралы")).assigned();
    // Letters before the signatory, and one that has gone out.
    office.unsigned = [];
    for (const [number, subject] of [["ДС-606", "Дәрі-дәрмек бағасы туралы"], ["ДС-607", "Әуежайлар туралы"]]) {
      office.unsigned.push(await (await Inquiry.registered(number, subject)).forSignature());
    }
    office.sent = await (await Inquiry.registered("ДС-608", "Балабақшалар туралы", DEPUTIES)).sent();
    await settle();
    return office;
  }
}
