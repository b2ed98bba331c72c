"""Validates a data package with Frictionless. Prints its tables, what is wrong, and columns of which nothing is said."""
import json
import sys

from frictionless import Package

package = Package(sys.argv[1])
report = package.validate()
print(
    json.dumps(
        {
            "tables": [resource.name for resource in package.resources],
            "errors": report.flatten(["name", "rowNumber", "fieldName", "message"]),
            "undeclared": [
                f"{resource.name}: {field.name}"
                for resource in package.resources
                for field in resource.schema.fields
                if field.type == "any" or not field.description
            ],
        }
    )
)
