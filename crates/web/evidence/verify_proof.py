#!/usr/bin/env python3
"""Checks the proof of one event of a Saual journal, or that two of its heads are of one history, with Python 3.11 and nothing else.

    saual verify --prove 17 --out proof.json
    python3 verify_proof.py proof.json [heads.pub ...] [handovers.jsonl]

    saual verify --prove-since 900 --out consistency.json
    python3 verify_proof.py consistency.json [heads.pub ...] [kept.jsonl ...]

The documents are what GET /api/v1/journal/proof/17 and GET /api/v1/journal/consistency?from=900 answer too. A file of heads that was kept (from a
mail, from a published file) is named besides; every head in it of one of the two blocks has to agree. This file shares no code with the program: the hashed bytes are those
of crates/eventstore/src/hash.rs, the tree is that of RFC 6962, the signature that of RFC 8032. The key in the document is only
as good as the way it came; name the Office's published key (PEM) besides to have it compared, or several. A key that gave its place to another
signed that, as the other did: the lines of handovers (in a file of heads, or in one of their own) join each key to the one after it.

Prints what is proved and ends with 0, or says what does not fit and ends with 1.
"""

import base64
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta, timezone


class Unproved(Exception):
    """Something does not fit."""


def need(holds, what):
    if not holds:
        raise Unproved(what)


def sha256(data):
    return hashlib.sha256(data).digest()


# --- reading, strictly: what is not hashed must have one spelling only -------------------------------------------------


def fields(value, names, what):
    need(isinstance(value, dict) and sorted(value) == sorted(names), f"{what} has other fields than {', '.join(names)}")
    return value


def text(value, what):
    need(isinstance(value, str), f"{what} is no text")
    encoded = value.encode("utf-8")
    return len(encoded).to_bytes(4, "big") + encoded


def number(value, size, what, signed=False):
    low, high = (-(1 << (8 * size - 1)), 1 << (8 * size - 1)) if signed else (0, 1 << (8 * size))
    need(type(value) is int and low <= value < high, f"{what} is no number of {size} bytes")
    return value.to_bytes(size, "big", signed=signed)


def hexadecimal(value, size, what):
    need(isinstance(value, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value), f"{what} is not {size} bytes in hexadecimal")
    return bytes.fromhex(value)


def uuid(value, what):
    pattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    need(isinstance(value, str) and re.fullmatch(pattern, value), f"{what} is no UUID")
    return bytes.fromhex(value.replace("-", ""))


def microseconds(value, what):
    found = isinstance(value, str) and re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{0,5}[1-9]))?Z", value, re.ASCII
    )
    need(found, f"{what} is no time")
    parts = [int(part) for part in found.groups()[:6]]
    try:
        moment = datetime(*parts, tzinfo=timezone.utc)
    except ValueError as error:
        raise Unproved(f"{what} is no time: {error}") from None
    whole = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    return (whole + int((found.group(7) or "").ljust(6, "0"))).to_bytes(8, "big", signed=True)


# --- leaves, trees, blocks (crates/eventstore/src/hash.rs) ---------------------------------------------------------------

EVENT = ["position", "block", "stream", "version", "type", "schema_version", "actor", "at", "command", "request", "correlation",
         "causation", "payload_text"]
BLOCK = ["block", "first_position", "events", "blobs", "recorded", "merkle_root", "previous_hash", "hash"]
HEAD = ["block", "position", "hash", "signed", "key", "public_key", "signature"]
TREE_HEAD = HEAD + ["root"]
CHAINED = ["format", "event", "leaf", "path", "block", "chain", "signed_head", "unsigned"]
DOCUMENT = ["format", "event", "leaf", "path", "block", "block_path", "signed_head", "unsigned"]
CONSISTENCY = ["format", "from", "to", "from_root", "to_root", "path", "from_head", "to_head"]


def event_leaf(event):
    fields(event, EVENT, "the event")
    cause = event["causation"]
    return sha256(
        b"\x00\x01"
        + number(event["position"], 8, "position", signed=True)
        + number(event["block"], 8, "block", signed=True)
        + text(event["stream"], "stream")
        + number(event["version"], 8, "version")
        + text(event["type"], "type")
        + number(event["schema_version"], 4, "schema_version")
        + text(event["actor"], "actor")
        + microseconds(event["at"], "at")
        + uuid(event["command"], "command")
        + hexadecimal(event["request"], 32, "request")
        + uuid(event["correlation"], "correlation")
        + (b"\x00" if cause is None else b"\x01" + uuid(cause, "causation"))
        + text(event["payload_text"], "payload_text")
    )


def root_of(leaf, index, count, path):
    """The root of a tree of `count` leaves, from one of them and its path, the lowest hash first."""
    need(type(index) is int and type(count) is int and 0 <= index < count < 1 << 63, "the tree has no such leaf")
    sides = []
    while count > 1:
        left = 1 << ((count - 1).bit_length() - 1)
        if index < left:
            sides.append("left")
            count = left
        else:
            sides.append("right")
            index, count = index - left, count - left
    need(isinstance(path, list) and len(path) == len(sides), "the path has not the length that such a tree demands")
    here = leaf
    for side, other in zip(reversed(sides), path):
        other = hexadecimal(other, 32, "a hash of the path")
        here = sha256(b"\x01" + (here + other if side == "left" else other + here))
    return here


def is_consistent(old, old_root, new, new_root, path):
    """Does the tree of `new` leaves begin with that of `old` leaves? RFC 9162, section 2.1.4.2, for the proofs of RFC 6962, section 2.1.2."""
    if old == new:
        return not path and old_root == new_root
    if old & (old - 1) == 0:
        path = [old_root] + path
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    of_old = of_new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            of_old, of_new = sha256(b"\x01" + other + of_old), sha256(b"\x01" + other + of_new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            of_new = sha256(b"\x01" + of_new + other)
        at, last = at >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root


def block_hash(block):
    fields(block, BLOCK, "a block")
    computed = sha256(
        b"\x02"
        + number(block["block"], 8, "block", signed=True)
        + number(block["first_position"], 8, "first_position", signed=True)
        + number(block["events"], 4, "events")
        + number(block["blobs"], 4, "blobs")
        + microseconds(block["recorded"], "recorded")
        + hexadecimal(block["merkle_root"], 32, "merkle_root")
        + hexadecimal(block["previous_hash"], 32, "previous_hash")
    )
    need(computed == hexadecimal(block["hash"], 32, "hash"), f"the fields of block {block['block']} do not have its hash")
    return computed


# --- Ed25519 (RFC 8032, section 5.1) -------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    """The sum of two points, each as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z."""
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, z - t, z + t, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(encoded, what):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    need(y < P, f"{what} is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and not (x == 0 and sign), f"{what} is no point of the curve")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"), "the base point")


def is_signed(key, message, signature):
    commitment, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(commitment + key + message).digest(), "little") % ORDER
    return same(times(scalar, BASE), add(point(commitment, "the signature"), times(challenge, point(key, "the key"))))


def key_of_pem(pem):
    lines = pem.strip().splitlines()
    need(lines and lines[0] == "-----BEGIN PUBLIC KEY-----" and lines[-1] == "-----END PUBLIC KEY-----", "the key file is no PEM")
    der = base64.b64decode("".join(lines[1:-1]), validate=True)
    need(len(der) == 44 and der[:12] == bytes.fromhex("302a300506032b6570032100"), "the key file holds no Ed25519 key")
    return der[12:]


# --- signed heads --------------------------------------------------------------------------------------------------------


def signed_head(head, what):
    """The key of a head whose signature is that of the key it names, and the root that it signs, if it signs one."""
    has_root = isinstance(head, dict) and "root" in head
    fields(head, TREE_HEAD if has_root else HEAD, what)
    key = hexadecimal(head["public_key"], 32, "public_key")
    need(head["key"] == sha256(key)[:8].hex(), "the key's name is not that of the key")
    root = hexadecimal(head["root"], 32, "root") if has_root else None
    message = (
        (b"saual signed head v2\x00" if has_root else b"saual signed head v1\x00")
        + number(head["block"], 8, "block", signed=True)
        + number(head["position"], 8, "position", signed=True)
        + hexadecimal(head["hash"], 32, "hash")
        + microseconds(head["signed"], "signed")
        + (root or b"")
    )
    need(is_signed(key, message, hexadecimal(head["signature"], 64, "signature")), "the signature is not that of the key")
    return key, root


# --- whom to trust -------------------------------------------------------------------------------------------------------


class Keys:
    """The keys that were named, and those that handovers join to them; one that gave way is good for what it had signed until then."""

    def __init__(self, named, handovers):
        self.named, self.over = set(named), {}
        for passed in handovers:
            old, new, block, moment = handover(passed)
            need(self.over.get(old, (new, block, moment)) == (new, block, moment), f"key {sha256(old)[:8].hex()} gave way to two others")
            self.over[old] = (new, block, moment)
        self.reached, size = set(self.named), -1
        while size != len(self.reached):
            size = len(self.reached)
            for old, (new, _, _) in self.over.items():
                if old in self.reached or new in self.reached:
                    self.reached |= {old, new}

    def demand(self, head, what):
        key = bytes.fromhex(head["public_key"])
        need(key in self.reached, f"{what} by key {head['key']}, which is not the one in the file")
        if key in self.over:
            _, block, moment = self.over[key]
            signed = int.from_bytes(microseconds(head["signed"], "signed"), "big", signed=True)
            need(head["block"] <= block and signed <= moment, f"{what} by key {head['key']}, which signs nothing after block {block}: it gave way")

    def words(self, head):
        if bytes.fromhex(head["public_key"]) in self.named:
            return "The key is the one in the file."
        return "The key is joined to the one in the file by handovers that both have signed."


def handover(passed):
    fields(passed, ["handover", "passed", "old_key", "new_key", "by_old", "by_new"], "a handover")
    old, new = (hexadecimal(passed[name], 32, name) for name in ("old_key", "new_key"))
    moment = microseconds(passed["passed"], "passed")
    message = b"saual heads handover\x00" + number(passed["handover"], 8, "handover", signed=True) + moment + old + new
    for key, by in ((old, "by_old"), (new, "by_new")):
        need(old != new and is_signed(key, message, hexadecimal(passed[by], 64, by)), "a handover is not signed by both keys")
    return old, new, passed["handover"], int.from_bytes(moment, "big", signed=True)


# --- the proof -----------------------------------------------------------------------------------------------------------


def check(document, trusted):
    in_tree = isinstance(document, dict) and document.get("format") == "saual proof 2"
    fields(document, DOCUMENT if in_tree else CHAINED, "the document")
    need(in_tree or document["format"] == "saual proof 1", "this is no proof of a kind that is known here")
    event, block, leaf = document["event"], document["block"], document["leaf"]
    here = event_leaf(event)
    hash_here = block_hash(block)
    need(event["block"] == block["block"], "the event names another block")
    need(type(leaf) is int and 0 <= leaf < block["events"], "the block has no such event")
    need(block["first_position"] + leaf == event["position"], "the event's position is not that of its leaf")
    root = root_of(here, leaf, block["events"] + block["blobs"], document["path"])
    need(root.hex() == block["merkle_root"], "the event does not lead to the block's root")
    said = [
        f"event {event['position']}: version {event['version']} of {event['stream']}, {event['type']}, by {event['actor']}, "
        f"at {event['at']}",
        f"stands in block {block['block']}, recorded {block['recorded']}, hash {block['hash']}",
    ]
    chain = [] if in_tree else document["chain"]
    need(isinstance(chain, list), "the chain is no list")
    last, last_hash = block, hash_here
    for link in chain:
        following = block_hash(link)
        need(link["block"] == last["block"] + 1, "the chain leaves a block out")
        need(link["previous_hash"] == last_hash.hex(), f"block {link['block']} does not continue the one before it")
        need(link["first_position"] == last["first_position"] + last["events"], f"block {link['block']} begins elsewhere")
        last, last_hash = link, following
    if document["signed_head"] is None:
        need(not in_tree or document["block_path"] == [], "a path that leads to no signed head")
        need(isinstance(document["unsigned"], str) and not chain, "neither a signed head nor why there is none")
        need(trusted is None, "no signed head is given, so the key proves nothing: " + document["unsigned"])
        said.append("NOT SIGNED YET: compare the hash with one you know. " + document["unsigned"])
        return said
    need(document["unsigned"] is None, "a signed head, and why there is none")
    head = document["signed_head"]
    _, root = signed_head(head, "the signed head")
    if in_tree:
        need(root is not None, "the head signs no tree over blocks")
        top = root_of(sha256(b"\x00" + hash_here), block["block"] - 1, head["block"], document["block_path"])
        need(top == root, "the block does not lead to the root that the head signs")
        way = f"which {len(document['block_path'])} hashes join to the root"
    else:
        need(head["block"] == last["block"] and head["hash"] == last_hash.hex(), "the signed head is not that of the last block")
        need(head["position"] == last["first_position"] + last["events"] - 1, "the signed head ends with another event")
        way = f"which {len(chain)} blocks join to the hash"
    said.append(f"{way} of block {head['block']}, signed {head['signed']} by key {head['key']}")
    if trusted is None:
        said.append("Compare the key with the one the Office has published, or name its file as second argument.")
    else:
        trusted.demand(head, "signed")
        said.append(trusted.words(head))
    return said


def check_consistency(document, trusted, kept):
    fields(document, CONSISTENCY, "the document")
    old, new, path = document["from"], document["to"], document["path"]
    need(type(old) is int and type(new) is int and 0 < old <= new < 1 << 63, "such blocks there are not")
    need(isinstance(path, list), "the path is no list")
    path = [hexadecimal(other, 32, "a hash of the path") for other in path]
    old_root, new_root = (hexadecimal(document[name], 32, name) for name in ("from_root", "to_root"))
    need(
        is_consistent(old, old_root, new, new_root, path),
        f"the tree over {new} blocks does not begin with the tree over {old}: the journal was rewritten",
    )
    said = [f"the journal up to block {new} begins with the journal up to block {old}"]
    for block, root, own in ((old, old_root, document["from_head"]), (new, new_root, document["to_head"])):
        heads = ([] if own is None else [("the document", own)]) + [one for one in kept if one[1].get("block") == block]
        found = False
        for place, head in heads:
            _, signed = signed_head(head, f"the head in {place}")
            need(head["block"] == block, f"the head in {place} is of another block")
            if trusted is not None:
                trusted.demand(head, f"the head in {place} is signed")
            if signed is not None:
                need(
                    signed == root,
                    f"the journal was rewritten: the head of block {block} in {place} signs another root than this proof has",
                )
                said.append(f"block {block}: its root was signed on {head['signed']} by key {head['key']} ({place})")
                found = True
        need(found, f"no head signs the root up to block {block}: name the file that one was kept in")
    if trusted is None:
        said.append("Compare the keys with those that the Office has published, or name their file besides.")
    return said


def kept_lines(names):
    """The heads of some files, with the name of each, and the handovers of keys among their lines."""
    heads, handovers = [], []
    for name in names:
        with open(name, encoding="utf-8") as file:
            read = [json.loads(line, object_pairs_hook=only_once) for line in file.read().splitlines() if line]
        heads += [(name, head) for head in read if isinstance(head, dict) and "signature" in head]
        handovers += [line for line in read if isinstance(line, dict) and "handover" in line]
    return heads, handovers


def only_once(pairs):
    names = [name for name, _ in pairs]
    need(len(names) == len(set(names)), "a field stands there twice")
    return dict(pairs)


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=only_once)
        keys, kept = ([name for name in arguments[1:] if name.endswith(".jsonl") is is_kept] for is_kept in (False, True))
        heads, handovers = kept_lines(kept)
        trusted, named = None, []
        for name in keys:
            with open(name, encoding="ascii") as file:
                named.append(key_of_pem(file.read()))
        if named:
            trusted = Keys(named, handovers)
        if isinstance(document, dict) and document.get("format") == "saual consistency 1":
            said = check_consistency(document, trusted, heads)
        else:
            need(not heads, "heads that were kept are compared with the proof that two of them are of one history (--prove-since)")
            said = check(document, trusted)
        for line in said:
            print(line)
    except (Unproved, OSError, ValueError) as error:
        print(f"not proved: {error}")
        return 1
    print("proved")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
