"""Pages that read and work without script: one module for each, with its template beside it."""
