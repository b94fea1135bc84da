"""Orientation: routes each freed dwelling to the réservataire whose turn it is, and says why."""
