// The app with codes on somebody's telephone (RFC 6238).
import { createHmac } from "node:crypto";

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What it shows now for a secret, which is typed as the page shows it. */
export function code(secret) {
  const bits = [...secret.replace(/\s/g, "")].map((sign) => SIGNS.indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", key).update(step).digest();
  const four = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(four % 1_000_000).padStart(6, "0");
}
