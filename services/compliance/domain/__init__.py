"""The pure core of compliance: items of the `orientations` stream → counters and progress."""
