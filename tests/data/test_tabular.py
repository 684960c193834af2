"""A file's shape as a person sees it: which line, what is wrong, and what is fine."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from crm_copilot.data import tabular
from crm_copilot.errors import DataError

TEXT = 'id,word\n1,"a, b"\n\n2,"one\nand ""two"""\n3,x\n'


def _file(tmp_path: Path, content: bytes | str, name: str = "some.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_counts_records_and_not_lines(tmp_path: Path) -> None:
    assert tabular.measure(_file(tmp_path, TEXT)) == tabular.Shape(("id", "word"), 3)


@pytest.mark.parametrize(("index", "line"), [(0, 2), (1, 4), (2, 6)])
def test_names_the_line_on_which_a_record_starts(tmp_path: Path, index: int, line: int) -> None:
    assert tabular.locate(_file(tmp_path, TEXT), index) == line


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n", 2).encode(),
        TEXT.rstrip().encode(),
        TEXT.replace("id,word", '"id", word').encode(),
        TEXT.replace("3,x", "3,x,,").encode(),
    ],
    ids=["mark", "windows", "mixed line ends", "no last line end", "quoted heading", "empty cells behind"],
)
def test_reads_what_is_harmless(tmp_path: Path, content: bytes) -> None:
    assert tabular.measure(_file(tmp_path, content)) == tabular.Shape(("id", "word"), 3)


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        (b"", None, "the file is empty"),
        (b"\n\n", None, "the file is empty"),
        (b"id;word\n1;a\n", 1, "separated by semicolons"),
        (b"id\tword\n1\ta\n", 1, "separated by tabs"),
        (b"id,word\n1,a\n2\n3\n4,b\n", 3, "has 1 cells where the heading has 2 (and 1 more like it)"),
        (b"id,word\n1,a\n2,b,c\n", 3, "has 3 cells"),
        (b'id,word\n1,a\n2,"b\n3,c\n', 3, "a double quote that begins in this row is not closed"),
        (b'id,word\n1,a\n2,"b\n"3","c"\n', 3, "a double quote that begins in this row is not closed"),
        (b'id,word\n1,"a"b\n', 2, "a double quote"),
        (
            "id,word\n1,a\n2,pão\n3,mão\n".encode("latin-1"),
            3,
            "not UTF-8 (and 1 more like it), it may be Latin-1",
        ),
        ("id,word\n1,a\n".encode("utf-16"), 1, "the file is UTF-16"),
        (b"PK\x03\x04\xff\xff\xff\x00", 1, "a ZIP archive or a workbook"),
        (b"\x1f\x8b\x08\xff\xff\x00", 1, "compressed"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, content: bytes, row: int | None, words: str) -> None:
    with pytest.raises(DataError) as caught:
        tabular.measure(_file(tmp_path, content))
    assert (caught.value.file, caught.value.row) == ("some.csv", row)
    assert words in str(caught.value)


def test_names_the_column_with_the_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        tabular.measure(_file(tmp_path, 'id,word\n1,"a\nb"\n2,"c\nção"\n'.encode("latin-1")))
    assert (caught.value.row, caught.value.column) == (4, "word")


def test_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv: the file cannot be read: No such file"):
        tabular.measure(tmp_path / "gone.csv")


def test_reads_json_as_records(tmp_path: Path) -> None:
    entries = [{"id": "1", "spend": 4.5, "met": None}, {"id": "2", "name": "Ação", "new": True}]
    path = _file(tmp_path, json.dumps(entries), "some.json")
    assert list(tabular.records(path)) == [
        (0, ["id", "spend", "met", "name", "new"]),
        (1, ["1", "4.5", "", "", ""]),
        (2, ["2", "", "", "Ação", "true"]),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[{", "not valid JSON"),
        ('{"id": 1}', "a list of objects"),
        ("[1]", "a list of objects"),
        ("[]", "is empty"),
    ],
)
def test_refuses_json_of_another_shape(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        tabular.measure(_file(tmp_path, content, "some.json"))


@pytest.mark.parametrize("seed", range(40))
def test_lines_are_those_of_an_editor(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = [["".join(chance.choices('a,"\n;ç ', k=chance.randint(1, 8))) for _ in "ab"] for _ in range(6)]
    line, wanted, text = 2, [], "a,b\n"
    for row in rows:
        record = ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
        wanted.append(line)
        text += record
        line += record.count("\n")
    path = _file(tmp_path, text)
    assert [tabular.locate(path, index) for index in range(len(rows))] == wanted
