# Makes a PDF of every HTML file that is named after the folder, in one process. Fonts and style are read once. The style gives the
# letter the page that ours has: its margins, its size of type and a typeface of the same widths.
import sys
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm }
body { font: 14pt/1.15 Tinos, "Liberation Serif", "Times New Roman", serif; text-align: justify }
p { margin: 0; text-indent: 1.25cm }
"""

fonts = FontConfiguration()
style = CSS(string=STYLE, font_config=fonts)
folder = Path(sys.argv[1])
for name in sys.argv[2:]:
    file = Path(name)
    HTML(filename=str(file)).write_pdf(str(folder / (file.stem + ".pdf")), stylesheets=[style], font_config=fonts)
