"""Signs a PDF with pyHanko, PAdES-B-B.

python sign.py KEY.pem CERTIFICATE.pem ISSUER.pem IN.pdf OUT.pdf
"""

import sys

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

key, certificate, issuer, source, target = sys.argv[1:]
signer = signers.SimpleSigner.load(key, certificate, ca_chain_files=(issuer,))
settings = signers.PdfSignatureMetadata(
    field_name="ByPyHanko", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
)
with open(source, "rb") as file, open(target, "wb") as out:
    signers.sign_pdf(IncrementalPdfFileWriter(file), settings, signer=signer, output=out)
