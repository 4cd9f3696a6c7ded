"""The API's document: OpenAPI 3.1, made of its routes and of the forms of their answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from digest import __version__
from digest.web.api_v1.answer_forms import ProblemJson
from digest.web.api_v1.door import EACH, PREFIX, Endpoint, Query

_REF = "#/components/schemas/{model}"
_SAYS = {
    "400": "A parameter is wrong.",
    "401": "There is no token, or none of ours.",
    "403": "The token reads what was sent, and this is more.",
    "404": "There is none, or the token does not read it.",
    "429": "That was too often.",
    "503": "The database is busy.",
}
_ABOUT = f"""Read what the house has: newsletters, issues, articles, and why an article is where it is.
Nothing of a reader is in it. A token (`digest tokens add NAME`) goes into `Authorization: Bearer`, and has
{EACH} requests a minute. Answers have an ETag: send it as `If-None-Match`, and 304 says that nothing changed."""


def document(routes: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document of these routes."""
    adapters: dict[str, TypeAdapter[Any]]
    adapters = {route.name: TypeAdapter(route.answer) for route in routes}
    adapters["problem"] = TypeAdapter(ProblemJson)
    inputs = [(name, "serialization", adapter) for name, adapter in adapters.items()]
    answers, defined = TypeAdapter.json_schemas(inputs, ref_template=_REF)  # type: ignore[arg-type]
    schemas = {route.name: answers[route.name, "serialization"] for route in routes}
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "digest",
            "version": __version__,
            "description": " ".join(_ABOUT.split()),
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": {
            re.sub(r"<(\w+)>", r"{\1}", route.path): {"get": _operation(route, schemas[route.name])}
            for route in routes
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _untitled(defined["$defs"]),
            "responses": {
                status: {
                    "description": said,
                    "content": {
                        "application/problem+json": {
                            "schema": answers["problem", "serialization"],
                        }
                    },
                }
                for status, said in _SAYS.items()
            },
        },
    }
    return _named(made)


def _operation(route: Endpoint, answer: object) -> dict[str, Any]:
    problems = [status for status in _SAYS if status != "403" or route.right == "everything"]
    return {
        "operationId": route.name,
        "summary": route.about,
        "parameters": [*_parameters(route)],
        "responses": {
            "200": {
                "description": "What was asked for.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": _untitled(answer)}},
            },
            "304": {"description": "Nothing changed since."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in problems},
        },
    }


def _parameters(route: Endpoint) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"<(\w+)>", route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    query: type[Query] = route.query
    said = query.model_json_schema()
    for name, schema in said.get("properties", {}).items():
        about = schema.pop("description", "")
        yield {
            "name": name,
            "in": "query",
            "required": name in said.get("required", ()),
            "description": about,
            "schema": _untitled(schema),
        }


def _untitled(schema: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return a schema without the titles that only say a field's name again."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(each) for name, each in value.items()}
        if key == "properties"
        else _untitled(value)
        for key, value in schema.items()
        if key != "title"
    }


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its forms called as the nouns are: `Issue`, not `IssueJson`."""
    said: dict[str, Any] = json.loads(re.sub(r'(\w)Json"', r'\1"', json.dumps(document)))
    return said
