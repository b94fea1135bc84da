"""The close of a year (theme 9): what is owed and why, what makes up for it and when, next year's conventions."""
