"""Asks the canned questions, with parameters by the names that people use."""
