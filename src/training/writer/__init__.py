"""The writer: the small Mistral that writes the functions, from its tokenizer to the folder that is served.

In the order of the work: `texts.py` reads the examples, `tokenizer.py` learns the vocabulary, `model.py` makes the
empty model, `pretrain.py` teaches it the language of questions and code, `sft.py` to answer the served prompt,
`grpo.py` to write what runs and is right, `kto.py` what people liked, `export.py` makes the folder that ships.
Each is a command: `crm train tokenizer`, `crm train pretrain` and so on.
"""
