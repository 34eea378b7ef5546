"""HTTP front of a Pilotline store."""
