"""The ontology: its tables become Turtle, its terms become lookups, its hierarchy becomes one hop."""
