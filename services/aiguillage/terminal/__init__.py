"""Terminal: what a person reads of the command line, its help, its usage errors, the sentences of failures."""
