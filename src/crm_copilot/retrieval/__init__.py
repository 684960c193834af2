"""Retrieval: what a writer needs to answer a question.

`embedder.py` turns texts into vectors, `index.py` searches them (FAISS fused with BM25), `documents.py` lists what
is searched, `values.py` finds values of the data in a question, `retriever.py` puts it all together.
"""
