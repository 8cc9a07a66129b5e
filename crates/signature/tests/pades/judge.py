"""What pyHanko says of every signature of some PDFs, as a line of JSON each.

python judge.py ROOT.pem plain|long FILE.pdf...

With `long`, it must be known of every certificate that it was not revoked, from what stands in the file alone.
"""

import asyncio
import json
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext


async def judged(signature, context):
    if signature.sig_object_type == "/DocTimeStamp":
        status = await async_validate_pdf_timestamp(signature, context())
        good = status.intact and status.valid and status.trusted
    else:
        status = await async_validate_pdf_signature(
            signature, signer_validation_context=context(), ts_validation_context=context()
        )
        good = status.bottom_line
    return {"good": good, "text": status.summary()}


async def judge(path, root, long):
    said = {}
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        settings = {"trust_roots": [root], "allow_fetching": False}
        if long:
            settings["revocation_mode"] = "require"
            store = DocumentSecurityStore.read_dss(reader)

        def context():
            return store.as_validation_context(dict(settings)) if long else ValidationContext(**settings)

        for signature in reader.embedded_signatures:
            try:
                said[signature.field_name] = await judged(signature, context)
            except Exception as error:  # pyHanko refuses by raising; that is its judgement
                said[signature.field_name] = {"good": False, "text": f"{type(error).__name__}: {error}"}
    return said


async def main(root_path, how, paths):
    root = load_cert_from_pemder(root_path)
    for path in paths:
        try:
            said = await judge(path, root, how == "long")
        except Exception as error:
            said = {"file": {"good": False, "text": f"{type(error).__name__}: {error}"}}
        print(json.dumps(said))


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
