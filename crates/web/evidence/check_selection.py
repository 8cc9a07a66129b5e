#!/usr/bin/env python3
"""Checks events that were selected from a Saual journal, with Python 3.9 or later, the program `openssl`, and nothing else.

    python3 check.py [ARCHIVE.zip | FOLDER] [--key heads.pub ...] [--seal seal.crt] [--heads heads.jsonl ...]

Without a name it checks the folder in which it lies. It shares no code with the program that made the archive. The key and the
certificate inside are only as good as the way they came: name those that the Office has published to have them compared, and signed
heads that were kept elsewhere (a JSON object a line) to see a journal that was rewritten since.

Says what is proved, and what is not: that there are no other events that fit. Ends with 0; names the file in which something does
not fit, or could not be checked, and ends with 1.
"""

import csv
import importlib.util
import io
import sys
from pathlib import Path

sys.dont_write_bytecode = True
_spec = importlib.util.spec_from_file_location("evidence", Path(__file__).with_name("evidence.py"))
evidence = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(evidence)
evidence.FORMAT = "saual selection 1"
proof, Unproved, need = evidence.proof, evidence.Unproved, evidence.need

COLUMNS = ["position", "at", "actor", "type", "stream", "version", "command", "correlation", "payload_sha256", "number"]


def marked(text):
    """A cell that a program would take for a formula has a mark in front."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text else text


def events_of(files, head):
    found, names = [], files.below("events")
    for number, name in enumerate(names, 1):
        need(name == f"events/{number:04}.jsonl", f"events/{number:04}.jsonl: it is missing")
        for line in files.lines(name):
            need(isinstance(line, dict) and "signed_head" not in line, f"{name}: a line is no proof without its head")
            try:
                proof.check(dict(line, signed_head=head), None)
            except Unproved as error:
                raise Unproved(f"{name}: event {line.get('event', {}).get('position')}: {error}") from None
            found.append(line)
    return found


def check_table(files, events):
    text = files.read("events.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    need(rows and rows[0] == COLUMNS, "events.csv: it has other columns")
    need(len(rows) == len(events) + 1, "events.csv: it has other events")
    for row, line in zip(rows[1:], events):
        event = line["event"]
        told = [str(event[field]) for field in ("position", "at", "actor", "type", "stream", "version", "command", "correlation")]
        told.append(evidence.sha256(event["payload_text"].encode("utf-8")))
        need(row[:-1] == [marked(cell) for cell in told], f"events.csv: event {event['position']} is told otherwise than it stands in the journal")


def check_streams(selection, events):
    streams = {}
    for line in events:
        streams.setdefault(line["event"]["stream"], []).append(line["event"]["version"])
    told = {
        stream: {"events": len(versions), "last": max(versions), "unbroken": len(set(versions)) == max(versions)}
        for stream, versions in streams.items()
    }
    need(selection["streams"] == told, "selection.json: it tells of other streams")
    return sum(1 for one in told.values() if one["unbroken"]), len(told)


def check(files, trusted_keys, trusted_seal, kept):
    said, unchecked, manifest = [], [], files.manifest
    said.append(f"{len(files.listed)} files are those of the manifest")
    try:
        seal = evidence.signer_of(files, "manifest.json.p7s", "manifest.json", manifest["made"], manifest["seal"])
        need(not trusted_seal or seal in trusted_seal, "manifest.json.p7s: it is not sealed with the certificate that was named")
        said.append(f"the manifest was sealed {manifest['made']} with the certificate {seal}")
    except evidence.Unchecked as why:
        unchecked.append(str(why))
    head = files.json("head.json")
    _, root = proof.signed_head(head, "head.json")
    need(root is not None, "head.json: it does not sign the tree over blocks")
    if trusted_keys:
        trusted_keys.demand(head, "head.json: signed")
    name = f"keys/{head['key']}.pub"
    need(proof.key_of_pem(files.read(name).decode("ascii")).hex() == head["public_key"], f"{name}: it is not the key that signed the head")
    events, selection = events_of(files, head), files.json("selection.json")
    positions = [line["event"]["position"] for line in events]
    need(len(set(positions)) == len(positions), "events: an event is there twice")
    need(all(position <= head["position"] for position in positions), "events: one stands behind the head")
    need(len(events) == manifest["events"] == selection["events"], "selection.json: it states another number of events")
    need((selection["made"], selection["up_to"]) == (manifest["made"], head["position"]), "selection.json: it is of another archive")
    here = [line["block"] for line in events] + [head]
    for known in kept:
        need(all(one["hash"] == known["hash"] for one in here if one["block"] == known["block"]), f"block {known['block']} is not the one whose head was kept")
    check_table(files, events)
    unbroken, streams = check_streams(selection, events)
    said.append(f"{len(events)} events stand in the journal with exactly these texts, up to the head of block {head['block']}, signed {head['signed']}")
    said.append(f"of {unbroken} of {streams} streams they are the first ones without a gap between them; what came after the last no selection can say")
    if not selection["whole"]:
        said.append("more may fit than an archive holds: these are the oldest of them")
    said.append("NOT proved, and never by a selection: that no other events of the journal fit the question")
    return said, unchecked, [head["key"]]


if __name__ == "__main__":
    evidence.run(check, __doc__)
