"""What runs on the other side of the border: the zygote, and the worker that runs one program.

This folder is started by path in a fresh `python -I`. It imports the standard library, the data libraries
and itself, and nothing else of this house: what is not here cannot leak into a program.
"""
