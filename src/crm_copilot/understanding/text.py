"""Tokens of a question, in the forms under which words are compared.

English, Portuguese and Chinese share one tokenizer: words of Latin letters are tokens, and so is each Chinese
character. `key` is the form under which phrases are looked up: no accents, no case, no plural, no articles.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Language = Literal["en", "pt", "zh"]

_TOKEN = re.compile(
    r"""[\u4e00-\u9fff]
      | \d+(?:[.,]\d+)*
      | [^\W\d_\u4e00-\u9fff]+(?:['’][a-z]{1,2}\b)?
      | >= | <= | ≥ | ≤ | _+ | [%$\#+&/\-<>=*?!.,;:()"“”→]""",
    re.VERBOSE,
)
_QUOTES = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ",
    "，": ",", "？": "?", "、": ",", "。": ".", "：": ":", "（": "(", "）": ")", "；": ";",
})  # fmt: skip
# Articles and hyphens are dropped from keys, and contractions of Portuguese prepositions are made one.
_ARTICLES: dict[Language, frozenset[str]] = {
    "en": frozenset({"the", "a", "an", "-"}), "pt": frozenset({"o", "a", "os", "as", "-"}), "zh": frozenset({"-"}),
}  # fmt: skip
_SAME = {
    "do": "de", "da": "de", "dos": "de", "das": "de", "no": "em", "na": "em", "nos": "em", "nas": "em",
    "pelo": "por", "pela": "por", "pelos": "por", "pelas": "por", "ao": "a", "aos": "a",
}  # fmt: skip
# Words that end like a plural and are none, and plurals that mean something else than their singular.
_KEEP_S = frozenset(
    "gas takings plus bus status versus vs less basis days sales us this is was does has goods data news"
    " across boss business express class loss gross miss mes tres pais mais menos apenas atras depois dois seis"
    " dias quantos quantas minas goias gerais".split()
)
_SINGULAR = (
    ("coes", "cao"), ("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"), ("ies", "y"),
    ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, sign or Chinese character; `start` and `end` are its place in the text."""

    text: str
    key: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether the token is made of letters."""
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        """Whether the token is made of digits."""
        return self.text[0].isdigit()


_DOTTED = re.compile(r"(?<=[a-z])\.(?=[a-z]+_|price\b)")
_TABLE = re.compile(
    r"\b(?:orders|order_items|order_payments|payments|customers|sellers|products|order_reviews|reviews|leads|deals)\."
    r"(?=[a-z]+(?:_|\b))"
)


def clean(text: str) -> str:
    """Return the text with one kind of quotes, dashes and blanks; its length stays the same.

    Names of columns are read as words, without their table: "order_items.freight_value" as "freight value".
    """
    text = _TABLE.sub(lambda found: " " * len(found.group()), text)
    text = _DOTTED.sub(" ", text.translate(_QUOTES)).replace("->", " →").replace("=>", " →").replace("|", ",")
    return text.replace("_", " ").replace("\t", " ").replace("\n", " ").replace("\r", " ")


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Return the text without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=50_000)
def key_of(word: str, language: Language = "en") -> str:
    """Return the form under which a word is compared: plain, singular, Portuguese contractions undone."""
    word = plain(word).removesuffix("'s")
    if language == "pt":
        word = _SAME.get(word, word)
    if len(word) < 4 or word in _KEEP_S or not word.isalpha() or not word.isascii():
        return word
    for ending, singular in _SINGULAR:
        if word.endswith(ending) and not (ending == "s" and word.endswith("ss")):
            return word[: len(word) - len(ending)] + singular
    return word


def tokenize(text: str, language: Language = "en") -> tuple[Token, ...]:
    """Return the tokens of a text in order."""
    found = _TOKEN.finditer(clean(text))
    return tuple(Token(m.group(), key_of(m.group(), language), m.start(), m.end()) for m in found)


def phrase_key(phrase: str, language: Language = "en") -> tuple[str, ...]:
    """Return the keys of a phrase without its articles: equal for all its spellings."""
    keys = tuple(token.key for token in tokenize(phrase, language))
    kept = tuple(key for key in keys if key not in _ARTICLES[language])
    return kept or keys


def is_article(token: Token, language: Language = "en") -> bool:
    """Whether the token is an article, which phrases are compared without."""
    return token.key in _ARTICLES[language]


_PT = frozenset(
    "qual quais quantos quantas quanto quem por cada de do da dos das em no na nos nas para com sem mais menos entre"
    " media medio pedidos vendas clientes vendedores receita faturamento estado cidade mes ano entrega pagamento"
    " avaliacao produto produtos foi foram sao que nao e os as um uma ao pelo pela maior menor melhores piores mostre"
    " liste valor frete atraso nota taxa categoria categorias total tempo numero quantidade pedido cliente vendedor"
    " como apenas somente agora ranking compra compras".split()
)
_EN = frozenset(
    "what which how many much the of by per for each and is are was were in with from show list give top average"
    " total number rate share percentage did do does orders order revenue customers sellers sales month year state"
    " city delivery payment review product products category categories highest lowest best worst most least only"
    " same that who our an on at to between".split()
)


def language_of(text: str) -> Language:
    """Return the language of a question: Chinese by its characters, Portuguese by its words and accents."""
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    words = re.findall(r"\b[^\W\d_]+\b", plain(text))  # an id is no word, whatever letters stand in it
    accents = len(re.findall(r"[ãõçáéíóúâêôà]", text.casefold()))
    portuguese = sum(word in _PT for word in words) + accents
    english = sum(word in _EN for word in words)
    return "pt" if portuguese > english else "en"
