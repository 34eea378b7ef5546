"""Long records of cyclers and loggers: Parquet beside the store, description and features in the graph."""
