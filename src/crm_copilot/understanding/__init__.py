"""Understanding: from the words of a question to a plan.

`text.py` cuts the question into tokens, `lexicon.py` finds the words that mean something here, `numbers.py`,
`periods.py` and `values.py` the numbers, dates and values; `reader.py` puts them together into a plan. Nothing
here knows how a plan is computed.
"""
