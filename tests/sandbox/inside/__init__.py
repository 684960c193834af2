"""Tests of what runs on the other side of the border, here in this process."""
