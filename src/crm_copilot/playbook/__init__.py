"""The sales playbook: rules read from its text, and what they say for one client.

splitting   a text into rules             amounts     "150k", "R$ 300.000", "90 days" as numbers
reading     a rule into its clauses       conditions  when a clause holds: read from words, written for people
actions     what a clause offers, forbids rules       Rule, Clause, Condition
accounts    clients by name, misspelt too facts       what is known of a client
judging     which clauses hold for facts  answers     the words of an answer, with quotes and sources
book        all rules of the collection, with what people corrected
"""
