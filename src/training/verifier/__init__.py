"""The verifier: a cross-encoder that tells readings of a question from near misses of them."""
