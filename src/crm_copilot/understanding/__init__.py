"""Understanding: from the words of a question to a plan.

`reader.py` is the way a question takes: `mentions.py` finds what it names (phrases of the lexicon, `periods/`,
durations, bands, values), `conditions/`, `keys/` and `measures/` use that up on a `draft.py`, `shapes/` makes a plan
of it, and `confidence.py` says how sure that is. `followup/` and `questions/` read conversations, `specials/` what no
plan can say. Nothing here knows how a plan is computed.
"""
