"""Files of every kind, made here: nothing of it is anybody's document."""

from __future__ import annotations

from pathlib import Path


def pdf(file: Path, pages: list[list[str]]) -> Path:
    """Write a PDF with these lines on its pages; a page without lines is like a scan without text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids: list[int] = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        content = f"BT /F1 12 Tf 50 750 Td {shown}ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    file.write_bytes((text + end).encode("latin-1"))
    return file


def locked(file: Path, source: Path) -> Path:
    """Write a PDF that needs a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(file)
    return file


def docx(file: Path) -> Path:
    """Write a Word file with two headings and a table."""
    import docx as word

    document = word.Document()
    document.add_heading("Returns", 1)
    document.add_paragraph("A return is accepted within 30 days.")
    document.add_heading("Freight", 1)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "North", "9 reais"
    document.save(str(file))
    return file
