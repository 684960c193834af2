"""What the gate lets through, as lists: imports, builtins, attributes. Nothing here holds by force."""

# ruff: noqa: SIM905
from __future__ import annotations

import ast

IMPORTS = frozenset(
    "abc array bisect calendar cmath collections contextlib copy dataclasses datetime decimal difflib enum "
    "fractions functools hashlib heapq html io itertools json locale math numbers operator pprint random re "
    "statistics string textwrap time typing typing_extensions unicodedata uuid warnings zoneinfo __future__ "
    "pandas numpy scipy sklearn statsmodels matplotlib mpl_toolkits dateutil pytz patsy".split()
)
"""Top-level modules; their submodules come with them, but for these."""
CLOSED_MODULES = frozenset(
    "pandas.io pandas.util pandas.compat pandas._libs pandas._testing numpy.ctypeslib numpy.f2py numpy.lib.npyio "
    "numpy.lib.format numpy.testing numpy.distutils scipy.io scipy.datasets scipy._lib sklearn.datasets "
    "sklearn.externals statsmodels.datasets matplotlib.testing matplotlib.image matplotlib.font_manager".split()
)
INSTEAD = {
    **dict.fromkeys(("seaborn", "plotly", "altair", "bokeh"), "draw with matplotlib, and return the figure"),
    **dict.fromkeys(("polars", "duckdb", "pyspark", "dask"), "the tables are pandas DataFrames"),
    **dict.fromkeys(
        (
            "os",
            "sys",
            "subprocess",
            "pathlib",
            "shutil",
            "glob",
            "tempfile",
            "socket",
            "requests",
            "urllib",
            "http",
        ),
        "nothing outside of the given tables can be reached",
    ),
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "asyncio", "joblib"), "the function runs alone"),
    **dict.fromkeys(("pickle", "shelve", "sqlite3", "csv"), "the data is already given"),
}

BUILTINS = frozenset(
    "abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict "
    "divmod enumerate filter float format frozenset getattr hasattr hash hex id int isinstance issubclass "
    "iter len list map max min next object oct ord pow print property range repr reversed round set setattr "
    "slice sorted staticmethod str sum super tuple type vars zip None True False Ellipsis NotImplemented "
    "__name__ ArithmeticError AssertionError AttributeError BaseException Exception FloatingPointError "
    "IndexError KeyError LookupError NameError NotImplementedError OverflowError RecursionError "
    "RuntimeError StopIteration SyntaxError TypeError UnicodeError ValueError Warning DeprecationWarning "
    "FutureWarning RuntimeWarning UserWarning ZeroDivisionError KeyboardInterrupt MemoryError OSError "
    "ImportError PermissionError TimeoutError".split()
)

READERS = "the data is already given"
WRITERS = "nothing can be written: return the result"
WRITING = frozenset(
    "to_excel to_parquet to_pickle to_sql to_hdf to_feather to_stata to_gbq to_clipboard to_orc to_xml "
    "to_iceberg savefig imsave tofile savetxt savez savez_compressed memmap".split()
)
WRITING_WITH_A_PATH = frozenset("to_csv to_json to_html to_latex to_markdown to_string".split())
READING = frozenset("fromfile genfromtxt loadtxt fromregex imread DataSource".split())
READING_NUMPY = frozenset("load save".split())
INNER = frozenset(
    "f_back f_globals f_locals f_builtins f_code tb_frame tb_next gi_frame gi_code cr_frame cr_code "
    "ag_frame co_code func_globals mro".split()
)
"""Attributes that lead into the interpreter."""
MODULES = frozenset("os sys subprocess builtins importlib ctypes ctypeslib f2py pickle shutil".split())
"""Attributes that are modules reached through other modules: `pd.io.common.os`."""
DUNDERS = frozenset("__name__ __init__ __doc__ __version__ __len__ __post_init__".split())
PRIVATE = frozenset("_asdict _replace _fields _make _".split())

NODES: tuple[type[ast.AST], ...] = (
    ast.Module, ast.Interactive, ast.FunctionDef, ast.ClassDef, ast.Return, ast.Delete, ast.Assign, ast.AugAssign,
    ast.AnnAssign, ast.For, ast.While, ast.If, ast.With, ast.withitem, ast.Raise, ast.Try, ast.ExceptHandler,
    ast.Assert, ast.Import, ast.ImportFrom, ast.alias, ast.Global, ast.Nonlocal, ast.Expr, ast.Pass, ast.Break,
    ast.Continue, ast.expr, ast.comprehension, ast.arguments, ast.arg, ast.keyword, ast.expr_context, ast.boolop,
    ast.operator, ast.unaryop, ast.cmpop, ast.Match, ast.match_case, ast.pattern,
)  # fmt: skip
REFUSED_NODES: tuple[type[ast.AST], ...] = (ast.Await,)
