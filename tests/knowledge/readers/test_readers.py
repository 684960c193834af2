"""Every kind of file becomes sections; what cannot be read is refused in one sentence that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from knowledge import made_files

from crm_copilot.errors import DataError
from crm_copilot.knowledge.readers import read


def sections(file: Path) -> list[tuple[str, str]]:
    return [(section.title, section.text.strip()) for section in read(file, file.name)]


def test_pdf_keeps_its_pages(tmp_path: Path) -> None:
    file = made_files.pdf(tmp_path / "rules.pdf", [["Rule 1: never dis-", "count."], ["Rule 2: smile."]])
    found = read(file, "rules.pdf")
    assert [section.place for section in found] == ["page 1", "page 2"]
    assert "dis-count" in found[0].text


def test_word_has_headings_and_tables(tmp_path: Path) -> None:
    found = sections(made_files.docx(tmp_path / "a.docx"))
    assert found == [("Returns", "A return is accepted within 30 days."), ("Freight", "North | 9 reais")]


def test_markdown_headings_but_not_those_in_code(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("before\n\n# One\n\ntext\n\n```\n# no heading\n```\n\nTwo\n---\n\nmore\n", "utf-8")
    assert [title for title, _ in sections(file)] == ["", "One", "Two"]
    assert "# no heading" in sections(file)[1][1]


def test_html_is_read_as_a_visitor_does(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(
        "<html><head><title>Help</title><style>p{}</style></head><body><nav>Menu</nav><!-- note -->"
        "<h1>Pay <b>later</b></h1><p>Ten<br>rates.</p><script>alert(1)</script><p hidden>secret</p></body></html>",
        "utf-8",
    )
    assert sections(file) == [("Pay later", "Ten\nrates.")]


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv"])
def test_records_keep_their_ids_and_fields(tmp_path: Path, ending: str) -> None:
    record = {"id": "a1", "intent": "cancel_order", "question": "Cancel?", "response": "Yes: step 1."}
    file = tmp_path / f"r.{ending}"
    as_csv = ",".join(record) + "\n" + ",".join(record.values()) + "\n"
    file.write_text({"json": json.dumps([record]), "jsonl": json.dumps(record), "csv": as_csv}[ending], "utf-8")
    (found,) = read(file, file.name)
    assert (found.id, found.title, found.text, found.data) == (
        "a1",
        "Cancel?",
        "Yes: step 1.",
        {"intent": "cancel_order"},
    )


def test_a_record_without_the_usual_names_is_told_field_by_field(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("region;manager\nNorth;Eva\n", "utf-8")
    assert sections(file) == [("", "region: North\nmanager: Eva")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("broken.pdf", b"%PDF-1.4 nothing more", "no PDF that can be read"),
        ("no.pdf", b"PK\x03\x04", "no PDF that can be read"),
        ("broken.docx", b"not a zip", "no Word file"),
        ("old.docx", b"\xd0\xcf\x11\xe0old", "password"),
        ("latin.txt", "maçã".encode("latin-1"), "UTF-8"),
        ("zero.txt", b"a\x00b", "no text file"),
        ("empty.md", b"", "holds no text"),
        ("bad.json", b'{"a": ', "no JSON"),
        ("deep.json", b"[" * 200_000, "no JSON"),
        ("bad.jsonl", b'{"text": "a"}\n{', "line 2"),
        ("bad.csv", b"a,b\n1,2,3\n", "row 2"),
        ("quote.csv", b'a,b\n"1,2\n', "no CSV"),
        ("program.exe", b"MZ", "are not read"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=why) as refused:
        read(tmp_path / name, name)
    assert str(refused.value).startswith(name)


def test_a_scan_a_password_and_half_a_gigabyte(tmp_path: Path) -> None:
    scan = made_files.pdf(tmp_path / "scan.pdf", [[], []])
    with pytest.raises(DataError, match="2 pages hold pictures but no text"):
        read(scan, "scan.pdf")
    plain = made_files.pdf(tmp_path / "plain.pdf", [["text"]])
    with pytest.raises(DataError, match="password"):
        read(made_files.locked(tmp_path / "locked.pdf", plain), "locked.pdf")
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(500 * 2**20)
    with pytest.raises(DataError, match="500 MB, at most 50"):
        read(tmp_path / "huge.txt", "huge.txt")
