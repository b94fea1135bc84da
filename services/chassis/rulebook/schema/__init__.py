"""JSON Schemas (2020-12) of the files operators write, so that an editor completes and corrects them.

Generated from the models and the catalogue of facts. The promise: a file the loader takes, its schema takes, keys
left empty apart. The reverse cannot hold: what shows only between keys or between rules is the loader's to say.
"""

from chassis.rulebook.schema.files import SchemaFile, schema_files

__all__ = ["SchemaFile", "schema_files"]
