"""What a dataset is and what becomes of it: catalogue, provenance, versions, removal."""
