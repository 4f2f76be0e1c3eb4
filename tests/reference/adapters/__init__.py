"""Each module translates the cases of a few systems into questions to the library."""
