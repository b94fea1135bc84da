"""What each accepted fact must lead to."""
