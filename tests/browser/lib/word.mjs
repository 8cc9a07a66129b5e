// Word files as people bring them: a package of parts, packed without compression.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});
const crc = (bytes) => (bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A package of these parts, name and text of each. */
function packed(parts) {
  const files = [];
  const directory = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(path.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    files.push(Buffer.from("PK\x03\x04", "latin1"), facts, path, bytes);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), facts, entry, path);
    at += 4 + facts.length + path.length + bytes.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const relations = (...targets) =>
  `<Relationships xmlns="${PACKAGE}/relationships">${targets.map(([kind, target], at) => `<Relationship Id="r${at + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`).join("")}</Relationships>`;
const paragraph = (inside) => `<w:p>${inside}</w:p>`;
export const run = (text) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
/** Words that somebody put in while changes were tracked. */
export const inserted = (text) => `<w:ins w:id="9" w:author="Б. Редактор" w:date="2023-09-20T10:00:00Z">${run(text)}</w:ins>`;
/** Words that somebody has a comment on. */
export const commented = (text) => `<w:commentRangeStart w:id="0"/>${run(text)}<w:commentRangeEnd w:id="0"/>`;
/** Words in a colour, which letters do not have. */
export const coloured = (text) => `<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>${text}</w:t></w:r>`;

/** A file of these paragraphs, each of runs; with a comment, if there is one. */
export function wordFile(paragraphs, comment) {
  const parts = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/>${comment ? `<Override PartName="/word/comments.xml" ContentType="${WORD}.comments+xml"/>` : ""}</Types>`,
    "_rels/.rels": relations(["officeDocument", "word/document.xml"]),
    "word/document.xml": `<w:document ${W}><w:body>${paragraphs.map(paragraph).join("")}<w:sectPr/></w:body></w:document>`,
  };
  if (comment) {
    parts["word/_rels/document.xml.rels"] = relations(["comments", "comments.xml"]);
    parts["word/comments.xml"] = `<w:comments ${W}><w:comment w:id="0" w:author="Б. Редактор" w:date="2023-09-20T10:00:00Z">${paragraph(run(comment))}</w:comment></w:comments>`;
  }
  return packed(parts);
}
