"""Training examples: plans drawn at random, put into words, solved, and checked against SQL.

draw.py      a plan of one of the shapes in which people ask, and what was drawn for it
words.py     the same as a question, from the phrases of a language
natural.py   questions that people wrote, with their values and periods replaced
solve.py     prompt and solution of a question, and the check by an independent computation
build.py     the corpus: splits by template and source, chat messages in JSON lines
"""
