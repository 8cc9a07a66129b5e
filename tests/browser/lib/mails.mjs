// The mails that the program has written, as a deputy's mail program would show them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { given } from "./stage.mjs";

const decoded = {
  base64: (text) => Buffer.from(text, "base64").toString("utf8"),
  "quoted-printable": (text) => {
    const bytes = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  },
};

/** The readable parts of a mail, whatever way they travel. */
function texts(mail) {
  return mail.split(/^--[^\r\n]+\r?\n/m).map((part) => {
    const [head, ...body] = part.split(/\r?\n\r?\n/);
    const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1].toLowerCase();
    const text = body.join("\n\n");
    return encoding in decoded ? decoded[encoding](text) : text;
  });
}

/** The personal page that the mail to an address leads to. */
export function personalPage(address) {
  for (const file of readdirSync(given.outbox).filter((name) => name.endsWith(".eml"))) {
    const mail = readFileSync(join(given.outbox, file), "latin1");
    if (!new RegExp(`^to:.*(\\r?\\n[ \\t].*)*${address}`, "im").test(mail)) continue;
    const link = texts(mail).map((text) => /https?:\/\/[^\s"<>]+(\/d\/[^\s"<>]+)/.exec(text)?.[1]).find(Boolean);
    if (link) return link;
  }
  throw new Error(`no mail to ${address} leads to a personal page`);
}
