"""Excel both ways: templates of the ontology, datasets as sheets, and copies that show what is wrong."""
