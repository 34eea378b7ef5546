"""What a pilot line says of parameters itself, beside the paper: its ratings, and how it measures."""
