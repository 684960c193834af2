"""The writer's tokenizer: texts come back as they were, code is short, values can be copied."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from crm_copilot.errors import InputError
from crm_copilot.library.functions import library
from training.writer import tokenizer as learned

PROMPT = "quantos pedidos em são paulo de 2018-03-05?\ncustomer_city = 'sao paulo'\n=>\n"
COMPLETION = (
    "# count order | where customer_city == 'sao paulo'\n"
    "def answer(orders, customers, customer_city='sao paulo', start='2018-03-05'):\n"
    '    rows = orders.merge(customers[["customer_id", "customer_city"]], on="customer_id")\n'
    '    return rows[rows["customer_city"] == customer_city]["order_id"].nunique()\n'
)


@pytest.fixture(scope="module")
def small() -> Tokenizer:
    functions = [function for function in library() if not function.plan.special][::3]
    return learned.train((f"{f.title_pt}\n=>\n# {f.title}\n{f.code}" for f in functions), 2500)


def pieces(tokenizer: Tokenizer, text: str) -> list[str]:
    return [tokenizer.decode([i]) for i in tokenizer.encode(text, add_special_tokens=False).ids]


@pytest.mark.parametrize(
    "text",
    [
        PROMPT,
        COMPLETION,
        PROMPT + COMPLETION,
        "ação  às 10:30,\tçedilha — €",
        "\n\n  x\r\n",
        "d'água 'meio' d'",
        "日本",
    ],
)
def test_texts_come_back_as_they_were(small: Tokenizer, text: str) -> None:
    ids = small.encode(text, add_special_tokens=False).ids
    assert small.decode(ids, skip_special_tokens=False) == text


def test_every_function_of_the_library_comes_back(small: Tokenizer) -> None:
    for function in library():
        ids = small.encode(function.code, add_special_tokens=False).ids
        assert small.decode(ids, skip_special_tokens=False) == function.code


def test_code_takes_a_quarter_of_the_tokens_of_its_words_and_marks(small: Tokenizer) -> None:
    import re

    codes = [function.code for function in library()]
    words = sum(len(re.findall(r"\w+|[^\w\s]|\n", code)) for code in codes) / len(codes)
    assert learned.mean_tokens(small, codes) < 0.5 * words


def test_a_line_of_code_is_few_tokens_and_none_reaches_into_the_next(small: Tokenizer) -> None:
    found = pieces(small, COMPLETION)
    assert not any("\n" in piece[1:] for piece in found)
    assert "\n    return " in "".join(found)
    assert max(map(len, found)) > 15


def test_a_value_has_the_same_tokens_where_it_is_read_and_where_it_is_written(small: Tokenizer) -> None:
    for text in (PROMPT, COMPLETION):
        found = pieces(small, text)
        value = found.index("2018") - 1
        assert found[value + 1 : value + 4] == ["2018", "-03", "-05"]
    inside = pieces(small, "'sao paulo'")[1:-1]
    for text in (PROMPT, COMPLETION):
        found = pieces(small, text)
        assert any(found[i : i + len(inside)] == inside for i in range(len(found)))


def test_prompt_and_completion_are_cut_alike_together_and_apart(small: Tokenizer) -> None:
    apart = [i for text in (PROMPT, COMPLETION) for i in small.encode(text, add_special_tokens=False).ids]
    assert small.encode(PROMPT + COMPLETION, add_special_tokens=False).ids == apart
    bare = COMPLETION.partition("\n")[2]
    apart = [i for text in (PROMPT, bare) for i in small.encode(text, add_special_tokens=False).ids]
    assert small.encode(PROMPT + bare, add_special_tokens=False).ids == apart


@pytest.mark.parametrize("year", ["1999", "2018", "2031"])
def test_years_months_and_days_are_one_token_each(small: Tokenizer, year: str) -> None:
    assert pieces(small, f"{year}-02-28") == [year, "-02", "-28"]


def test_a_prompt_begins_with_the_start(small: Tokenizer) -> None:
    assert small.encode("x").ids[0] == small.token_to_id("<s>")


def test_another_tokenizer_and_an_empty_folder_are_told(tmp_path: object) -> None:
    from pathlib import Path

    from tokenizers import models

    with pytest.raises(InputError, match="crm train tokenizer"):
        learned.special(Tokenizer(models.BPE()), "<s>")
    with pytest.raises(InputError, match=r"holds no tokenizer\.json"):
        learned.load(Path(str(tmp_path)))
