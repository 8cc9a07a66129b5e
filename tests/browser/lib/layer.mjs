// A stand-in for NCALayer, the program of the national certification authority that signs on one's own machine. It is ours, not theirs: it speaks the protocol as it is publicly
// described (a greeting, then module, method and arguments as JSON over a WebSocket) and signs with OpenSSL. The real one speaks over TLS and shows windows of its own.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** RFC 6455, 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 1;
const CLOSE = 8;

/** A frame of a server: never masked. */
function frame(opcode, payload) {
  const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.alloc(4);
  if (payload.length >= 126) {
    head[0] = 0x80 | opcode;
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([head, payload]);
}

/** The first whole frame of what came, and how long it is; nothing while it is not whole. */
function taken(came) {
  if (came.length < 2) return null;
  let length = came[1] & 0x7f;
  let at = 2;
  if (length === 126) { if (came.length < 4) return null; length = came.readUInt16BE(2); at = 4; }
  else if (length === 127) { if (came.length < 10) return null; length = Number(came.readBigUInt64BE(2)); at = 10; }
  if (came.length < at + 4 + length) return null;
  const mask = came.subarray(at, at + 4);
  const payload = Buffer.from(came.subarray(at + 4, at + 4 + length));
  for (let index = 0; index < payload.length; index += 1) payload[index] ^= mask[index % 4];
  return { isLast: (came[0] & 0x80) !== 0, opcode: came[0] & 0x0f, payload, whole: at + 4 + length };
}

export class Layer {
  #server = createServer();
  /** What the person at its window does: signs with a key, `cancels`, or it says something else. */
  person = { signs: "person" };
  /** What it was asked. */
  asked = [];

  /** Listens on a port of this machine, with the keys of an authority's folder. */
  static async start(port, keys) {
    const layer = new Layer();
    layer.keys = keys;
    layer.#server.on("upgrade", (request, socket) => layer.#greet(request, socket));
    await new Promise((resolve) => layer.#server.listen(port, "127.0.0.1", resolve));
    return layer;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(request, socket) {
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const say = (text) => socket.write(frame(TEXT, Buffer.from(text)));
    say(JSON.stringify({ result: { version: "1.4" } }));
    say("--heartbeat--");
    let came = Buffer.alloc(0);
    let message = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      came = Buffer.concat([came, bytes]);
      for (let one = taken(came); one; one = taken(came)) {
        came = came.subarray(one.whole);
        if (one.opcode === CLOSE) { socket.end(frame(CLOSE, Buffer.alloc(0))); return; }
        message = Buffer.concat([message, one.payload]);
        if (!one.isLast) continue;
        say(this.#answer(JSON.parse(message.toString())));
        message = Buffer.alloc(0);
      }
    });
  }

  #answer(question) {
    this.asked.push(question);
    const { signs, cancels, says } = this.person;
    if (says) return says;
    if (cancels) return JSON.stringify({ status: true, body: {} });
    assert.deepEqual([question.module, question.method, question.args.format], ["kz.gov.pki.knca.basics", "sign", "cms"]);
    assert.deepEqual(question.args.signingParams, { decode: "true", encapsulate: "false", digested: "false" });
    return JSON.stringify({ status: true, body: { result: [this.#signed(signs, Buffer.from(question.args.data, "base64"))] } });
  }

  /** PEM, as the real one answers. */
  #signed(name, bytes) {
    const folder = mkdtempSync(join(tmpdir(), "saual-layer-"));
    const [content, cms] = [join(folder, "content"), join(folder, "cms")];
    writeFileSync(content, bytes);
    const sign = ["cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "PEM", "-signer", `${name}.pem`, "-inkey", `${name}.key`, "-certfile", "issuing.pem"];
    execFileSync("openssl", [...sign, "-in", content, "-out", cms], { cwd: this.keys });
    return readFileSync(cms, "utf8");
  }
}
