"""The sales playbook: rules read from its text, and what they say for one client.

splitting   a text into rules             amounts     "150k", "R$ 300.000", "90 days" as numbers
reading     a rule into its clauses       conditions  when a clause holds: read from words, written for people
actions     what a clause offers, forbids rules       Rule, Clause, Condition
facts       what is known of a client, found by name
judging     which clauses hold for facts  pitching    what to pitch, as an answer with quotes and sources
permission  may it be offered, to whom    telling     what all answers are made of
records     answers from a client's record
book        all rules of the collection, with what people corrected
"""
