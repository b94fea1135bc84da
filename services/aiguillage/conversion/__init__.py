"""`aiguillage convert`: the clerks' état des lieux in; a table to negotiate on, its record and drafts out."""
