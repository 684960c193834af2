"""Questions about what was said to whom, with known truth: the scope of each answer, the record of each sentence."""
