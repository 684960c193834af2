"""The library: verified functions over the company's tables, written out as plain pandas.

`plan.py` says what is computed, `joins.py` from which rows. `render/` writes it as one Python function: `frames/` the
rows, `shapes/` the last lines. `describe.py` says it in words, `functions.py` lists what the library holds, `special/`
holds what no plan can say.
"""
