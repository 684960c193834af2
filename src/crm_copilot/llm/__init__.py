"""Writers of programs: the library of verified functions, and any chat model."""
