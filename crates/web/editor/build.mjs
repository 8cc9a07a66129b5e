// Builds the editor into one file: node build.mjs OUT. Its first line names the SHA-256 of everything it is made from, which
// tests/tidy/editor.rs holds against the sources without building anything.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const made = ["build.mjs", "package.json", "package-lock.json", ...readdirSync(new URL("src/", here)).map((name) => `src/${name}`)].sort();
const hash = createHash("sha256");
for (const name of made) hash.update(`${name}\n`).update(readFileSync(new URL(name, here)));

const built = await build({
  entryPoints: [new URL("src/main.js", here).pathname],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: "es2023",
  legalComments: "none",
  metafile: true,
  write: false,
});

const packages = [...new Set(Object.keys(built.metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean))].sort();
const read = (path) => readFileSync(new URL(`node_modules/${path}`, here), "utf8");
const notice = packages.map((name) => {
  const { version, license } = JSON.parse(read(`${name}/package.json`));
  const holder = /^Copyright.*$/m.exec(licence(name))?.[0] ?? "";
  return ` * ${name} ${version}, ${license}. ${holder}`;
});

function licence(name) {
  const file = readdirSync(new URL(`node_modules/${name}/`, here)).find((one) => /^licen[cs]e/i.test(one));
  return file ? read(`${name}/${file}`) : "";
}

const mit = licence("prosemirror-model").split("\n\n").slice(1).join("\n *\n * ").trim().split("\n").map((line) => (line.startsWith(" *") ? line : ` * ${line}`)).join("\n");
const head = `/*! letter-editor; made by \`make editor\` from crates/web/editor, sources sha256:${hash.digest("hex")}\n *\n * It holds, beside our own:\n${notice.join("\n")}\n *\n${mit}\n */\n`;
writeFileSync(process.argv[2], head + built.outputFiles[0].text);
