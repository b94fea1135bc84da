"""The close of a year from the command line: the table the parties read, the drafts they confirm."""
