"""Who is owed what share, where, under which criteria and caps, and whose turn it is."""
