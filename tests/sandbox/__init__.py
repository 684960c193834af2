"""Tests of the sandbox, laid out as its code is."""
