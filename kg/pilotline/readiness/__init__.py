"""Says what a model needs and what of it a dataset has."""
