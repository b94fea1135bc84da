"""What any service here needs: journal, rulebook, bus, telemetry, settings."""
