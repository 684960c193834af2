"""The small words of `describe.py`, by language, and how a sentence begins."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "by": "by", "per": "per", "and": "and", "or": "or", "in": "in", "with": "with", "only": "only", "top": "top",
        "lowest": "lowest", "lowest first": "lowest first", "in each": "in each", "band": "band", "period": "period",
        "number of": "number of", "percentage of": "percentage of", "as percentage of": "as a percentage of",
        "list of": "list of", "correlation between": "correlation between", "not": "not", "dated by": "dated by",
        "share of": "share of", "against the rest": "against the rest", "minus": "minus", "those": "those",
        "without": "without", "each": "row", "place": "place", "newest": "newest", "oldest": "oldest",
    },
    "pt": {
        "by": "por", "per": "por", "and": "e", "or": "ou", "in": "em", "with": "com", "only": "apenas", "top": "top",
        "lowest": "menores", "lowest first": "do menor para o maior", "in each": "em cada", "band": "(faixa)",
        "period": "período", "number of": "número de", "percentage of": "percentual de",
        "as percentage of": "como percentual de", "list of": "lista de", "correlation between": "correlação entre",
        "not": "não", "dated by": "datado por", "share of": "participação de", "against the rest": "contra o resto",
        "minus": "menos", "those": "aqueles", "without": "sem", "each": "linha", "place": "posição",
        "newest": "mais recentes", "oldest": "mais antigos",
    },
}  # fmt: skip
# Of days and months the lowest is the first.
DAYS = ("purchase_day", "purchase_week", "purchase_month")
ENDS: dict[str, dict[str, str]] = {
    "en": {"min": "first", "max": "last"}, "pt": {"min": "primeiro", "max": "último"},
}  # fmt: skip
AGGS: dict[str, dict[str, str]] = {
    "en": {
        "mean": "average", "sum": "total", "median": "median", "min": "minimum", "max": "maximum",
        "std": "standard deviation of", "count": "number of", "nunique": "number of different",
        "p25": "25th percentile of", "p75": "75th percentile of", "p90": "90th percentile of",
        "p95": "95th percentile of", "p99": "99th percentile of",
    },
    "pt": {
        "mean": "média de", "sum": "total de", "median": "mediana de", "min": "mínimo de", "max": "máximo de",
        "std": "desvio padrão de", "count": "número de", "nunique": "número de diferentes", "p25": "percentil 25 de",
        "p75": "percentil 75 de", "p90": "percentil 90 de", "p95": "percentil 95 de", "p99": "percentil 99 de",
    },
}  # fmt: skip
GRAINS: dict[str, dict[str, str]] = {
    "en": {
        "day": "day", "week": "week", "month": "month", "quarter": "quarter", "semester": "half-year", "year": "year",
        "weekday": "day of the week", "hour": "hour of the day", "month of year": "month of the year",
        "daypart": "part of the day", "day of month": "day of the month",
    },
    "pt": {
        "day": "dia", "week": "semana", "month": "mês", "quarter": "trimestre", "semester": "semestre", "year": "ano",
        "weekday": "dia da semana", "hour": "hora do dia", "month of year": "mês do ano",
        "daypart": "período do dia", "day of month": "dia do mês",
    },
}  # fmt: skip
COMPARED: dict[str, dict[str, str]] = {
    "en": {
        ">": "more than", ">=": "at least", "<": "less than", "<=": "at most", "==": "exactly", "!=": "other than",
        "not in": "other than", "between": "between", "contains": "containing", "missing": "missing",
    },
    "pt": {
        ">": "mais de", ">=": "pelo menos", "<": "menos de", "<=": "no máximo", "==": "exatamente", "!=": "exceto",
        "not in": "exceto", "between": "entre", "contains": "contendo", "missing": "ausente",
    },
}  # fmt: skip
BARS: dict[str, dict[str, str]] = {
    "en": {"mean": "the average of all", "median": "the median of all", "overall": "the overall average"},
    "pt": {"mean": "da média de todos", "median": "da mediana de todos", "overall": "da média geral"},
}
HELD: dict[str, dict[str, str]] = {
    "en": {">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "==": "at", "!=": "other than"},
    "pt": {
        ">": "acima", ">=": "no nível ou acima", "<": "abaixo", "<=": "no nível ou abaixo", "==": "no nível",
        "!=": "fora",
    },
}  # fmt: skip
AMONG: dict[str, dict[str, str]] = {
    "en": {"top": "among the top {number}", "bottom": "among the lowest {number}"},
    "pt": {"top": "entre os {number} primeiros", "bottom": "entre os {number} últimos"},
}
BAR_MEANINGS: dict[str, dict[str, str]] = {
    "en": {
        "mean": "{measure} is held against its average over every {key}.",
        "median": "{measure} is held against its median over every {key}.",
        "overall": "{measure} is held against its value over everything together, not the average of every {key}.",
    },
    "pt": {
        "mean": "{measure}: o critério é a média de todos, por {key}.",
        "median": "{measure}: o critério é a mediana de todos, por {key}.",
        "overall": "{measure}: o critério é o valor de todo o conjunto, não a média por {key}.",
    },
}
TRANSFORMS: dict[str, dict[str, str]] = {
    "en": {
        "share": "as a share of the total", "growth": "with growth", "yoy": "with growth over the year before",
        "cumulative": "cumulative", "cumulative share": "with the cumulative share", "top share": "share of the top",
        "reach": "how many make up {percent} %", "reach share": "what share of them makes up {percent} %",
        "reach list": "those that make up {percent} %", "compound": "compound growth rate",
        "rank": "with the place of each", "number": "how many there are",
    },
    "pt": {
        "share": "como participação no total", "growth": "com crescimento",
        "yoy": "com crescimento sobre o ano anterior", "cumulative": "acumulado",
        "cumulative share": "com a participação acumulada", "top share": "participação do topo",
        "reach": "quantos somam {percent} %", "reach share": "que parcela deles soma {percent} %",
        "reach list": "os que somam {percent} %", "compound": "taxa de crescimento composta",
        "rank": "com a posição de cada um", "number": "quantos são",
    },
}  # fmt: skip


def capital(text: str) -> str:
    """Return a text as a sentence begins; the rest of it stays as it is."""
    return text[:1].upper() + text[1:]
