"""JSON Schema (draft 2020-12) as far as docs/schema.json uses it, with the standard library alone.

A keyword this file does not know is an error, so that a schema never asks for more than is checked.

    json_schema.py SCHEMA FILE...    validates documents of -T json, or NDJSON by name (*.ndjson)
"""
import json
import re
import sys

ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


class Validator:
    def __init__(self, schema):
        self.root = schema

    def errors(self, value, schema=None, path="$"):
        """Yields "path: what is wrong" for each fault."""
        schema = self.root if schema is None else schema
        for keyword, wanted in schema.items():
            if keyword in ANNOTATIONS or keyword in ("properties", "additionalProperties"):
                continue
            check = getattr(self, "check_" + keyword.replace("$", ""), None)
            if check is None:
                raise ValueError(f"{path}: keyword {keyword} is not supported")
            yield from check(value, wanted, path)
        if isinstance(value, dict):
            yield from self.check_members(value, schema, path)

    def resolve(self, reference):
        schema = self.root
        for part in reference.removeprefix("#/").split("/"):
            schema = schema[part]
        return schema

    def check_members(self, value, schema, path):
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        for name, member in value.items():
            where = f"{path}.{name}"
            if name in known:
                yield from self.errors(member, known[name], where)
            elif other is False:
                yield f"{where}: not in the schema"
            elif isinstance(other, dict):
                yield from self.errors(member, other, where)

    def check_ref(self, value, wanted, path):
        yield from self.errors(value, self.resolve(wanted), path)

    def check_type(self, value, wanted, path):
        names = [wanted] if isinstance(wanted, str) else wanted
        if not any(TYPES[name](value) for name in names):
            yield f"{path}: {value!r} is no {' or '.join(names)}"

    def check_enum(self, value, wanted, path):
        if value not in wanted:
            yield f"{path}: {value!r} is none of {wanted}"

    def check_const(self, value, wanted, path):
        if value != wanted:
            yield f"{path}: {value!r} is not {wanted!r}"

    def check_required(self, value, wanted, path):
        if isinstance(value, dict):
            yield from (f"{path}: {name} is missing" for name in wanted if name not in value)

    def check_items(self, value, wanted, path):
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.errors(item, wanted, f"{path}[{index}]")

    def check_minItems(self, value, wanted, path):
        if isinstance(value, list) and len(value) < wanted:
            yield f"{path}: {len(value)} items are fewer than {wanted}"

    def check_maxItems(self, value, wanted, path):
        if isinstance(value, list) and len(value) > wanted:
            yield f"{path}: {len(value)} items are more than {wanted}"

    def check_propertyNames(self, value, wanted, path):
        if isinstance(value, dict):
            for name in value:
                yield from self.errors(name, wanted, f"{path} (name)")

    def check_anyOf(self, value, wanted, path):
        if all(any(True for _ in self.errors(value, schema, path)) for schema in wanted):
            yield f"{path}: {value!r} fits none of the alternatives"

    def check_pattern(self, value, wanted, path):
        if isinstance(value, str) and not re.search(wanted, value):
            yield f"{path}: {value!r} does not match {wanted}"

    def check_minimum(self, value, wanted, path):
        if TYPES["number"](value) and value < wanted:
            yield f"{path}: {value} is below {wanted}"

    def check_maximum(self, value, wanted, path):
        if TYPES["number"](value) and value > wanted:
            yield f"{path}: {value} is above {wanted}"


def record_schema(schema, kind):
    """The definition of an NDJSON record by its "type"."""
    for definition in schema["$defs"].values():
        if definition.get("properties", {}).get("type", {}).get("const") == kind:
            return definition
    raise ValueError(f"no record of type {kind!r}")


def document_errors(schema, text):
    return list(Validator(schema).errors(json.loads(text)))


def ndjson_errors(schema, text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        record = json.loads(line)
        errors = Validator(schema).errors(record, record_schema(schema, record.get("type")))
        found.extend(f"line {number}: {error}" for error in errors)
    return found


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    failed = False
    for name in arguments[1:]:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        check = ndjson_errors if name.endswith(".ndjson") else document_errors
        for error in check(schema, text):
            print(f"{name}: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
