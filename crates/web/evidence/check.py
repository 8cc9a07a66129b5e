#!/usr/bin/env python3
"""Checks an archive of evidence of a Saual inquiry, with Python 3.9 or later, the program `openssl`, and nothing else.

    python3 check.py [ARCHIVE.zip | FOLDER] [--key heads.pub ...] [--seal seal.crt] [--heads heads.jsonl ...]

Without a name it checks the folder in which it lies. It shares no code with the program that made the archive. The keys and
certificates inside are only as good as the way they came: name those that the Office has published to have them compared, and
signed heads of the journal that were kept elsewhere (a JSON object a line) to see a journal that was rewritten since; lines
among them that say which key gave way to which (handovers.jsonl) are followed from the keys that were named. A file of
`--seal` may hold several certificates.

Says what is proved and ends with 0; names the file in which something does not fit, or could not be checked, and ends with 1.
"""

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

sys.dont_write_bytecode = True
_spec = importlib.util.spec_from_file_location("verify_proof", Path(__file__).with_name("verify_proof.py"))
proof = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(proof)
Unproved, need = proof.Unproved, proof.need

LARGEST, LARGEST_FILE = 4 << 30, 256 << 20  # of all files together and of one, in bytes
MOST = 20_000  # files
NAME = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+){0,2}(?:\.[A-Za-z0-9]+){0,2}|README\.txt")
FORMAT = "saual evidence 1"
SEALED = ("manifest.json", "manifest.json.p7s")  # everything else is named in the first, which the second is about
# What this openssl says of algorithms that it does not know, those of the national authority (GOST) among them.
UNKNOWN = ("unknown digest", "unsupported", "unknown public key", "unknown message digest", "no matching digest", "unknown signature")


class Unchecked(Exception):
    """Nothing is wrong, and something could not be checked."""


# --- the files ------------------------------------------------------------------------------------------------------------


class Folder:
    def __init__(self, place):
        self.place, self.sizes = Path(place), {}
        for here, folders, files in os.walk(self.place):
            for name in folders + files:
                path = Path(here, name)
                inside = path.relative_to(self.place).as_posix()
                mode = path.lstat().st_mode
                need(stat.S_ISDIR(mode) or stat.S_ISREG(mode), f"{inside}: this is no ordinary file")
                if stat.S_ISREG(mode):
                    self.sizes[inside] = path.lstat().st_size
        bounded(self.sizes)

    def read(self, name):
        return (self.place / name).read_bytes()


class Archive:
    def __init__(self, file):
        self.zip, self.sizes = zipfile.ZipFile(file), {}
        for entry in self.zip.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            need(kind in (0, stat.S_IFREG) and not entry.is_dir() and not entry.flag_bits & 1, f"{entry.filename}: this is no ordinary file")
            need(entry.filename not in self.sizes, f"{entry.filename}: it is there twice")
            self.sizes[entry.filename] = entry.file_size
        bounded(self.sizes)

    def read(self, name):
        try:
            with self.zip.open(name) as file:
                return file.read(self.sizes[name] + 1)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
            raise Unproved(f"{name}: it cannot be unpacked: {error}") from None


def bounded(sizes):
    for name in sizes:
        need(NAME.fullmatch(name), f"{name}: an archive of evidence has no file of such a name")
        need(sizes[name] <= LARGEST_FILE, f"{name}: it is larger than any that is made")
    need(len(sizes) <= MOST and sum(sizes.values()) <= LARGEST, "the archive is larger than any that is made")


def parsed(text, name):
    try:
        return json.loads(text, object_pairs_hook=proof.only_once)
    except ValueError as error:
        raise Unproved(f"{name}: it cannot be read: {error}") from None


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Files:
    """The files of an archive; each has to be what the manifest says before anything is made of it."""

    def __init__(self, where):
        self.where = where
        for name in SEALED:
            need(name in where.sizes, f"{name}: it is missing")
        self.manifest = parsed(where.read("manifest.json"), "manifest.json")
        need(self.manifest.get("format") == FORMAT, "manifest.json: this is no archive of a kind that is known here")
        self.listed = {}
        for entry in self.manifest["files"]:
            need(entry["name"] not in self.listed, f"manifest.json: it names {entry['name']} twice")
            self.listed[entry["name"]] = entry
        for name in where.sizes:
            need(name in self.listed or name in SEALED, f"{name}: the manifest does not know it")
        for name, entry in self.listed.items():
            need(name in where.sizes, f"{name}: it is missing")
            data = where.read(name)
            need(len(data) == entry["bytes"] and sha256(data) == entry["sha256"], f"{name}: it was changed")
        self.hashes = {entry["sha256"]: name for name, entry in self.listed.items()}

    def read(self, name):
        need(name in self.listed or name in SEALED, f"{name}: it is missing")
        return self.where.read(name)

    def json(self, name):
        return parsed(self.read(name), name)

    def lines(self, name):
        return [parsed(line, name) for line in self.read(name).splitlines()] if name in self.listed else []

    def below(self, folder):
        return sorted(name for name in self.listed if name.startswith(folder + "/"))


# --- signatures by openssl ------------------------------------------------------------------------------------------------


def der_of(pem, name):
    found = re.fullmatch(rb"\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", pem)
    need(found, f"{name}: this is not one certificate in PEM")
    return base64.b64decode(found.group(1))


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def seconds(at):
    return int(datetime.fromisoformat(re.sub(r"(\.\d+)?Z$", "+00:00", at)).timestamp())


def signer_of(files, p7s, content, at, wanted=None):
    """The fingerprint of the certificate whose key signed the content, which was valid at that time."""
    with tempfile.TemporaryDirectory() as folder:
        place = lambda name: os.path.join(folder, name)
        Path(place("cms")).write_bytes(files.read(p7s))
        Path(place("content")).write_bytes(files.read(content))
        verify = ("cms", "-verify", "-binary", "-inform", "DER", "-in", place("cms"), "-content", place("content"), "-out", os.devnull)
        code, said = openssl(*verify, "-noverify", "-signer", place("signer"))
        if code != 0 and any(word in said.lower() for word in UNKNOWN):
            raise Unchecked(f"{p7s}: the signature's algorithm is unknown to this openssl")
        need(code == 0, f"{p7s}: it is no signature over {content}")
        der = der_of(Path(place("signer")).read_bytes(), p7s)
        found = sha256(der)
        need(wanted in (None, found), f"{p7s}: it was signed with another certificate than the journal names")
        certificate = f"certificates/{found}.pem"
        need(der_of(files.read(certificate), certificate) == der, f"{certificate}: it is another certificate")
        Path(place("trusted")).write_bytes(files.read(certificate))
        trust = ("-CAfile", place("trusted"), "-partial_chain", "-no-CApath", "-purpose", "any", "-attime", str(seconds(at)))
        code, said = openssl(*verify, *trust)
        need(code == 0, f"{p7s}: its certificate was not valid at {at}")
    return found


# --- the journal ----------------------------------------------------------------------------------------------------------


def once(function):
    """The same function, asked once for each block or head, which many proofs share."""
    known = {}

    def asked(*what):
        key = tuple(one if isinstance(one, bytes) else id(one) for one in what)
        if key not in known:
            known[key] = (what, function(*what))
        return known[key][1]

    return asked


proof.is_signed, proof.block_hash = once(proof.is_signed), once(proof.block_hash)


def keyed(files, name, field):
    found = {}
    for line in files.lines(name):
        need(line[field] not in found, f"{name}: a line is there twice")
        found[line[field]] = line
    return found


def events_of(files):
    """Every event of the inquiry, in order, each proved to stand in the journal; and the heads that reach them."""
    blocks, heads = keyed(files, "journal/blocks.jsonl", "block"), keyed(files, "journal/heads.jsonl", "signature")
    stream, names, events, used, reaching, unsigned = files.manifest["stream"], files.below("journal/events"), [], set(), set(), 0
    need(stream == f"inquiry-{files.manifest['inquiry']}", "manifest.json: the stream is not the inquiry's")
    for version, name in enumerate(names, 1):
        need(name == f"journal/events/{version:05}.json", f"journal/events/{version:05}.json: it is missing, so that an event was left out")
        document = files.json(name)
        block, signature, event = document["block"], document["signed_head"], document["event"]
        need(signature is None or signature in heads, f"{name}: journal/heads.jsonl has not its head")
        document["signed_head"] = heads.get(signature)
        # Proofs of before lead over every block to the head; where those of today lead, they say themselves.
        chained = document["format"] == "saual proof 1"
        way = range(block, (heads[signature]["block"] if chained and signature else block) + 1)
        for number in way:
            need(number in blocks, f"{name}: journal/blocks.jsonl: block {number} is missing")
        document["block"] = blocks[block]
        if chained:
            document["chain"] = [blocks[number] for number in way[1:]]
        try:
            proof.check(document, None)
        except Unproved as error:
            raise Unproved(f"{name}: {error}") from None
        used.update(way)
        reaching.update({signature} - {None})
        unsigned += signature is None
        need(event["stream"] == stream, f"{name}: it is an event of another inquiry")
        need(event["version"] == version, f"{name}: it is version {event['version']}, so that an event was left out")
        need(not events or event["position"] > events[-1]["position"], f"{name}: it stands before the one before it")
        events.append(dict(event, said=parsed(event["payload_text"], name)[event["type"]], file=name))
    need(events and len(events) == files.manifest["events"], "manifest.json: it states another number of events")
    need(used == set(blocks), "journal/blocks.jsonl: it holds blocks that prove nothing")
    need(reaching == set(heads), "journal/heads.jsonl: it holds heads that reach no event")
    for head in heads.values():
        name = f"keys/{head['key']}.pub"
        need(proof.key_of_pem(files.read(name).decode("ascii", "replace")).hex() == head["public_key"], f"{name}: it is not the key that signed the heads")
    return events, sorted(heads.values(), key=lambda head: (head["block"], head["signature"])), unsigned


# --- the letters ----------------------------------------------------------------------------------------------------------


def letters_of(events):
    letters, given = [], []
    facts_of = lambda one: (one["signature"], one["certificate"], one["signed_at"])
    for event in events:
        if event["type"] == "submitted_for_signature":
            given = []
        if event["type"] == "reply_cosigned":
            given.append((event["said"]["pdf"], facts_of(event["said"]["given"])))
        if event["type"] == "reply_signed":
            named = [(event["said"]["pdf"], facts_of(one)) for one in event["said"].get("cosigned") or []]
            need(named == given, f"{event['file']}: it names other signatures than were recorded")
            letters.append({"folder": f"letters/{len(letters) + 1}", "signed": event, "sent": None})
        if event["type"] == "outgoing_number_assigned":
            need(letters, f"{event['file']}: a number without a signed letter")
            letters[-1]["sent"] = event
    return letters


def is_blob(files, name, wanted, event):
    need(name in files.listed, f"{name}: it is missing")
    need(files.listed[name]["sha256"] == wanted, f"{name}: it is not the one that {event['file']} names")


def check_letter(files, letter, unchecked):
    folder, signed, sent = letter["folder"], letter["signed"], letter["sent"]
    said, pdf = signed["said"], f"{folder}/signed.pdf"
    is_blob(files, pdf, said["pdf"], signed)
    need(files.listed[pdf]["bytes"] == said["pdf_bytes"], f"{pdf}: its length is not the one that was signed")
    for what, wanted in (said.get("made_from") or {}).items():
        is_blob(files, f"{folder}/{what}.json", wanted, signed)
    letter["seals"] = []
    others = enumerate(said.get("cosigned") or [], 1)
    for p7s, given in [(f"{pdf}.p7s", said), *((f"{folder}/cosigned-{no}.p7s", given) for no, given in others)]:
        is_blob(files, p7s, given["signature"], signed)
        try:
            by = signer_of(files, p7s, pdf, given["signed_at"], given["certificate"])
            letter["seals"] += [by] if given.get("sealed_by_server") else []
        except Unchecked as why:
            unchecked.append(f"{why}{vouched_for(files, given, signed)}")
    if sent is None:
        return None
    registered = f"{folder}/sent.pdf"
    is_blob(files, registered, sent["said"]["pdf"], sent)
    is_blob(files, f"{registered}.p7s", sent["said"]["seal"], sent)
    need(files.read(registered).startswith(files.read(pdf)), f"{registered}: it does not begin with the bytes that were signed")
    sealed = signer_of(files, f"{registered}.p7s", registered, sent["at"])
    letter["seals"].append(sealed)
    return sealed


def vouched_for(files, said, event):
    """What the report of the check when it was signed says, in words; nothing where none was kept."""
    if not said.get("checked"):
        return ""
    name = f"files/{said['checked']}.json"
    is_blob(files, name, said["checked"], event)
    kept = files.json(name)
    return f"; not checked here, the kept report of {kept['checked_at']} says {kept['conclusion'].replace('_', ' ')}"


def attached(event):
    """The blobs that an event names as files: what came in, what was contributed, an interim reply."""
    said = event["said"]
    if event["type"] == "inquiry_received":
        return [file["blob"] for file in said["intake"]["attachments"]]
    if event["type"] == "contribution_submitted":
        return [file["blob"] for file in said["files"]]
    if event["type"] == "interim_reply_sent":
        return [said["pdf"]] if said["pdf"] else []
    if event["type"] == "reply_signed":
        return [said["checked"]] if said.get("checked") else []
    return []


def check_attached(files, events, report):
    left_out = {file["sha256"] for file in report["left_out"]}
    for event in events:
        for blob in attached(event):
            need(blob in files.hashes or blob in left_out, f"files/{blob}: it is missing, and nothing says why")
    for name in files.below("files"):
        need(Path(name).stem == files.listed[name]["sha256"], f"{name}: it is not the file of its name")


# --- the recipients -------------------------------------------------------------------------------------------------------

OF_ONE = {"reply_accepted", "delivery_failed", "delivery_reported", "delivery_confirmed", "delivered_by_hand", "link_revoked", "deputy_responded"}


def concerns(event, no):
    said, kind = event["said"], event["type"]
    if kind in ("reply_signed", "outgoing_number_assigned"):
        return True
    if kind == "dispatch_ordered":
        return any(to["recipient"] == no for to in said["recipients"])
    if kind == "address_erased":
        return no in said["recipients"]
    return kind in OF_ONE and said["recipient"] == no


def addressees(events):
    """Whom the present letter was ordered out to, by their place on the list; a letter that is being replaced is nobody's any more."""
    found = {}
    for event in events:
        if event["type"] == "reply_replaced":
            found = {}
        if event["type"] == "dispatch_ordered":
            found.update((to["recipient"], to) for to in event["said"]["recipients"])
    return found


def check_recipient(files, name, no, to, events):
    """What the file tells is what the journal says of this recipient: every event, every order, every word, the receipt."""
    told, own = files.json(name), [event for event in events if concerns(event, no)]
    fits = lambda holds, what: need(holds, f"{name}: {what}")
    fits(told["format"].startswith("saual delivery evidence "), "it is of another kind")
    fits(told["inquiry"] == files.manifest["inquiry"], "it is of another inquiry")
    fits(told["recipient"] == {"no": no, "name": to["name"]}, "it is another recipient's")
    lines = [(event["position"], event["type"], event["at"], event["by"]) for event in ({**one, "type": one["event"]} for one in told["events"])]
    fits(lines == [(event["position"], event["type"], event["at"], event["actor"]) for event in own], "it leaves out or changes an event of the journal")
    letter = [event for event in own if event["type"] == "outgoing_number_assigned"][-1]["said"]
    fits(all(told["letter"][field] == letter[of] for field, of in (("number", "number"), ("dated", "dated"), ("pdf_sha256", "pdf"), ("seal_sha256", "seal"))), "the letter is another")
    orders = [event for event in own if event["type"] == "dispatch_ordered"]
    fits([order["position"] for order in told["orders"]] == [event["position"] for event in orders], "an order is left out")
    mails = 0
    for order, event in zip(told["orders"], orders):
        named = next(one for one in event["said"]["recipients"] if one["recipient"] == no)
        fits((order["order"], order["at"], order["by"], order["message_id"]) == (event["said"]["order"], event["at"], event["actor"], named["message_id"]), "an order is told otherwise")
        mails += check_order(fits, order, event, own)
    receipts = [event for event in own if event["type"] in ("delivery_confirmed", "delivered_by_hand")]
    last = receipts[-1] if receipts else None
    wanted = last and {"how": last["said"].get("how", last["type"]), "at": last["at"], "by": last["actor"], "position": last["position"]}
    fits(told["receipt"] == wanted, "the receipt is told otherwise")
    return last is not None, any(event["type"] == "reply_accepted" for event in own), mails


def check_order(fits, order, event, own):
    """The servers' words of this order, and the mail itself where it is there: 1 when it is."""
    taken = None
    for one in own:
        said, kind = one["said"], one["type"]
        if kind not in ("reply_accepted", "delivery_failed", "delivery_reported") or said["order"] != order["order"] or said.get("stage") == "composing":
            continue
        steps = ("accepted", "written") if kind == "reply_accepted" else None
        words = [step["answer"] for step in order["attempts"] if steps is None or step["step"] in steps]
        if kind == "delivery_reported" or said.get("stage") == "bounced":
            words = [came["words"] for came in order["notices"] if came["kind"] == said.get("what", "failed")]
        fits(said["answer"] in words, f"the server's words at position {one['position']} are not told")
        if kind == "reply_accepted":
            taken = said.get("message_sha256") or taken
            begun = [step["message_sha256"] for step in order["attempts"] if step["attempt"] == said["attempt"] and step["message_sha256"]]
            fits(taken is None or all(sha == taken for sha in begun), "an attempt began with other bytes than a server took")
    if order["message"] is None:
        return 0
    mail = base64.b64decode(order["message"], validate=True)
    begun = [step["message_sha256"] for step in order["attempts"] if step["message_sha256"]]
    fits(begun and sha256(mail) == begun[-1] and taken in (None, begun[-1]), "the mail is not the one that was sent")
    message = message_from_bytes(mail)
    fits(message["Message-ID"] and message["Message-ID"].strip("<> ") == order["message_id"].strip("<>"), "the mail bears another Message-ID")
    pdfs = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "application/pdf"]
    fits(all(sha256(pdf) == event["said"]["letter"]["pdf"] for pdf in pdfs), "the mail bears another letter")
    return 1


# --- all of it ------------------------------------------------------------------------------------------------------------


def check_report(report, files, events, letters, heads, unsigned):
    fits = lambda holds, what: need(holds, f"report.json: {what}")
    manifest = files.manifest
    fits(all(report[field] == manifest[field] for field in ("inquiry", "number", "stream", "made")), "it is of another archive")
    fits(events[0]["said"]["intake"]["number"]["printed"] == report["number"], "the inquiry has another number")
    wanted = [(event["version"], event["position"], event["type"], event["at"], event["actor"]) for event in events]
    fits([(one["version"], one["position"], one["event"], one["at"], one["by"]) for one in report["events"]] == wanted, "it tells other events")
    fits([one["folder"] for one in report["letters"]] == [letter["folder"] for letter in letters], "it tells of other letters")
    for one, letter in zip(report["letters"], letters):
        sent = letter["sent"] and letter["sent"]["said"]
        fits(one["signed"]["sha256"] == letter["signed"]["said"]["pdf"] and (one["sent"] is None) == (sent is None), "it tells of another letter")
        fits(sent is None or (one["sent"]["sha256"], one["sent"]["number"]) == (sent["pdf"], sent["number"]), "it tells of another letter")
    # Who trusts the seal over the manifest has its word for the Office's seals of before.
    for seal in [manifest["seal"]] + [seal for letter in letters for seal in letter["seals"]]:
        fits(seal in report["seals"], f"it does not know {seal} as a seal of the Office")
    head = report["head"]
    fits(head == (heads[-1] if heads else None) and report["unsigned"] == unsigned, "it speaks to another head")


def check(files, trusted_keys, trusted_seal, kept):
    said, unchecked, manifest = [], [], files.manifest
    said.append(f"{len(files.listed)} files are those of the manifest")
    seal = signer_of(files, "manifest.json.p7s", "manifest.json", manifest["made"], manifest["seal"])
    need(not trusted_seal or seal in trusted_seal, "manifest.json.p7s: it is not sealed with the certificate that was named")
    said.append(f"the manifest was sealed {manifest['made']} with the certificate {seal}")
    for name in files.below("certificates"):
        need(Path(name).stem == sha256(der_of(files.read(name), name)), f"{name}: it is not the certificate of its name")
    events, heads, unsigned = events_of(files)
    keys = sorted({head["key"] for head in heads})
    for head in heads if trusted_keys else []:
        trusted_keys.demand(head, "journal/heads.jsonl: signed")
    said.append(f"events 1 to {len(events)} of {manifest['number']} stand in the journal, none is left out between them (positions {events[0]['position']} to {events[-1]['position']})")
    here = files.lines("journal/blocks.jsonl") + heads
    for head in kept:
        need(all(one["hash"] == head["hash"] for one in here if one["block"] == head["block"]), f"journal/blocks.jsonl: block {head['block']} is not the one whose head was kept")
    report, letters = files.json("report.json"), letters_of(events)
    for letter in letters:
        sealed = check_letter(files, letter, unchecked)
        said.append(f"{letter['folder']}: signed {letter['signed']['said']['signed_at']} with the certificate {letter['signed']['said']['certificate']}")
        for given in letter["signed"]["said"].get("cosigned") or []:
            said.append(f"{letter['folder']}: signed too {given['signed_at']} with the certificate {given['certificate']}")
        if sealed:
            said.append(f"{letter['folder']}: sent as № {letter['sent']['said']['number']}, sealed with the certificate {sealed}; it begins with the bytes that were signed")
    check_attached(files, events, report)
    whom, names = addressees(events), files.below("recipients")
    need(names == [f"recipients/{no:04}.json" for no in sorted(whom)], "recipients: a recipient is left out, or one is there to whom nothing was ordered out")
    found = [check_recipient(files, name, no, whom[no], events) for name, no in zip(names, sorted(whom))]
    if found:
        said.append(f"{len(found)} recipients: {sum(one[1] for one in found)} mails accepted or written, {sum(one[0] for one in found)} receipts, {sum(one[2] for one in found)} mails to the byte")
    check_report(report, files, events, letters, heads, unsigned)
    if not letters:
        said.append("the inquiry has no signed reply yet")
    if report["left_out"]:
        said.append(f"{len(report['left_out'])} files are left out, as report.json says")
    if report["erased"]:
        said.append(f"erased, as report.json says: the addresses of places {', '.join(map(str, report['erased']))} on the list")
    if heads:
        head = heads[-1]
        said.append(f"it speaks to the head of block {head['block']}, signed {head['signed']}; what came later it cannot say")
    unchecked += [f"journal/heads.jsonl: no signed head reaches {unsigned} of the events yet"] if unsigned else []
    return said, unchecked, keys


def named(arguments, option):
    """What stands in the files that the option names, each time it is there."""
    found = []
    while option in arguments:
        at = arguments.index(option)
        found.append(Path(arguments[at + 1]).read_bytes())
        del arguments[at : at + 2]
    return found


def main(arguments, check, about):
    """What `check` finds in the archive that the arguments name, told; the number to end with."""
    try:
        keys, seals, heads = (named(arguments, option) for option in ("--key", "--seal", "--heads"))
        heads = [parsed(line, "the heads") for file in heads for line in file.splitlines() if line]
        handovers = [line for line in heads if "handover" in line]
        heads = [line for line in heads if "signature" in line]
        key = proof.Keys([proof.key_of_pem(one.decode("ascii")) for one in keys], handovers) if keys else None
        seal = b"".join(seals)
        seal = seal and {sha256(der_of(one, "the seal's certificate")) for one in re.findall(rb"-----BEGIN CERT.+?-----END CERTIFICATE-----", seal, re.S)}
        if seals and not seal:
            raise ValueError("the seal's file holds no certificate")
        if len(arguments) > 1 or any(one.startswith("-") for one in arguments) or shutil.which("openssl") is None:
            raise ValueError("the program openssl is missing" if shutil.which("openssl") is None else "wrong use")
    except (IndexError, OSError, ValueError, Unproved) as error:
        print(f"{error}\n{about}", file=sys.stderr)
        return 2
    try:
        place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
        files = Files(Folder(place) if place.is_dir() else Archive(place))
        said, unchecked, keys = check(files, key, seal, heads)
    except (Unproved, OSError, ValueError, zipfile.BadZipFile) as error:
        print(f"NOT PROVED: {error}")
        return 1
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError, StopIteration) as error:
        print(f"NOT PROVED: a file has not the form that it must have ({type(error).__name__}: {error})")
        return 1
    for line in said:
        print(line)
    if unchecked:
        print("NOT PROVED, though nothing is wrong: " + "; ".join(unchecked))
        return 1
    left = [f"the key {', '.join(keys)}"] * (key is None) + [f"the seal {files.manifest['seal']}"] * (not seal)
    print("proved" if not left else f"proved, if the Office has published {' and '.join(left)}")
    return 0


def run(check, about):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:], check, about))


if __name__ == "__main__":
    run(check, __doc__)
