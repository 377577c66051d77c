"""The OpenAPI 3.1 description of the API, made from its operations and their types.

`GET /v1/openapi.json` serves it, and `docs/openapi.json` is the same, so that a change of the API
shows as a change of a file.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct

from gateway.api.catalogue import OPERATIONS
from gateway.api.registry import Operation
from gateway.doors.problems import KINDS, Code, ProblemDetails
from gateway.rights import RIGHTS

VERSION = "1"
_REF = "#/components/schemas/{name}"
_ALWAYS = (
    Code.BAD_REQUEST,
    Code.NOT_SIGNED_IN,
    Code.FORBIDDEN,
    Code.WRONG_CONTENT_TYPE,
    Code.WRONG_HOST,
    Code.TOO_MANY,
    Code.FAULT,
)
_WITH_BODY = (Code.BAD_JSON, Code.INVALID, Code.TOO_LARGE, Code.TOO_SLOW)
_ABOUT = """\
Documents in, canonical records and reconciliations out, events as a feed, decisions and settings.

Amounts are strings, exact. Times are UTC ISO 8601. Fields may be added to answers; unknown fields \
of requests are refused. Every failure is `application/problem+json` with a stable `code` and a \
`remedy`. Lists are paged: `next` of an answer is what to give the next time; an empty page\
 keeps it.
"""


@cache
def document() -> dict[str, Any]:
    """Return the description."""
    types = list(_types(OPERATIONS))
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_anything, ref_template=_REF
    )
    known = dict(zip(types, schemas, strict=True))
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": "dockmatch",
            "version": VERSION,
            "summary": "Purchasing documents, matched",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This gateway"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(one.group for one in OPERATIONS)],
        "paths": _paths(known),
        "components": {
            "schemas": components,
            "securitySchemes": {"key": _security()},
        },
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return plain


def written() -> bytes:
    """Return the description as the file that is committed."""
    return msgspec.json.format(msgspec.json.encode(document(), order="sorted"), indent=1) + b"\n"


def _anything(_kind: type) -> dict[str, Any]:
    """Return the schema of what may be any JSON."""
    return {"description": "Any JSON."}


def _security() -> dict[str, Any]:
    rights = "\n".join(f"* `{name}`: {what}" for name, what in RIGHTS.items())
    told = f"An API key (`dm_...`), or the token of the configuration. Rights:\n\n{rights}"
    return {"type": "http", "scheme": "bearer", "description": told}


def _types(operations: Iterable[Operation]) -> Iterator[Any]:
    seen: dict[Any, None] = {ProblemDetails: None}
    for one in operations:
        for kind in (*one.gives, one.body, *one.also.values()):
            if kind is not None:
                seen[kind] = None
    return iter(seen)


def _paths(known: dict[Any, Any]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known)
    return paths


def _operation(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": f"{one.group.lower()}_{one.name}",
        "tags": [one.group],
        "summary": one.summary,
        "description": _description(one),
        "parameters": [*_parameters(one)],
        "responses": _responses(one, known),
    }
    body = _body(one, known)
    return told | ({"requestBody": body} if body else {})


def _description(one: Operation) -> str:
    right = f"Needs the right `{one.right}`." if one.right else "Any key will do."
    scoped = " A key of a partner sees what is that partner's." if one.by_partner else ""
    return f"{one.description}\n\n{right}{scoped}".strip()


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    if "{id}" in one.path and one.by_number:
        number = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
        yield {"name": "id", "in": "path", "required": True, "schema": number}
    for name in ("id", "name"):
        if f"{{{name}}}" in one.path and not (name == "id" and one.by_number):
            text = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^/\\s]+$"}
            yield {"name": name, "in": "path", "required": True, "schema": text}
    yield from _query(one.query)
    if one.makes:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        about = "A repeat within 48 hours gets the same answer and makes nothing."
        yield {"name": "Idempotency-Key", "in": "header", "schema": key, "description": about}
    if one.if_match:
        about = "The ETag of what is decided on."
        schema = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"}
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": schema,
            "description": about,
        }


def _query(kind: type[Struct]) -> Iterator[dict[str, Any]]:
    schema = msgspec.json.schema_components([kind], ref_template=_REF)[1][kind.__name__]
    for name, told in schema["properties"].items():
        plain = _plain(told)
        about: dict[str, Any] = {}
        if "description" in plain:
            about["description"] = plain.pop("description")
        about |= {"required": True} if name in schema.get("required", ()) else {}
        yield {"name": name, "in": "query", "schema": plain, **about}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter, which cannot be null: then it is left out."""
    told = {name: value for name, value in schema.items() if name != "default"}
    others = [one for one in told.pop("anyOf", []) if one != {"type": "null"}]
    default = schema.get("default")
    return told | (others[0] if others else {}) | ({} if default is None else {"default": default})


def _body(one: Operation, known: dict[Any, Any]) -> dict[str, Any] | None:
    if one.takes == "documents":
        content: dict[str, Any] = {"application/octet-stream": {}, "multipart/form-data": {}}
        return {"content": content}  # not required: nothing at all is a document, too
    if one.body is None:
        return None
    told: dict[str, Any] = {"schema": known[one.body]}
    if one.example is not None:
        told["example"] = _example(one.example)
    return {"required": True, "content": {"application/json": told}}


def _example(one: Struct) -> Any:
    told: dict[str, Any] = msgspec.to_builtins(one)
    return {name: value for name, value in told.items() if value not in (None, [], {})}


def _responses(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    found = {str(one.status): _good(one, known)}
    for status, kind in one.also.items():
        content = {"application/json": {"schema": known[kind]}}
        found[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    codes: dict[int, list[Code]] = {}
    for code in problems_of(one):
        codes.setdefault(KINDS[code].status, []).append(code)
    content = {"application/problem+json": {"schema": known[ProblemDetails]}}
    for status, names in sorted(codes.items()):
        what = "; ".join(f"`{code}`: {KINDS[code].remedy}" for code in names)
        found[str(status)] = {"description": what, "content": content}
    return found


def problems_of(one: Operation) -> list[Code]:
    """Return the codes of all that can go wrong with an operation."""
    found = [*_ALWAYS, *one.problems, Code.BAD_QUERY]
    if "{" in one.path or one.group == "Punchout":
        found.append(Code.NOT_FOUND)
    if one.takes != "nothing":
        found += _WITH_BODY
    if one.makes:
        found += [Code.STILL_AT_WORK, Code.KEY_USED_OTHERWISE]
    return [code for code in KINDS if code in found]


def _good(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    text = {"type": "string"}
    headers = {"ETag": {"schema": text, "description": "For If-Match."}} if one.etag else {}
    schemas = [known[kind] for kind in one.gives]
    schema = {"anyOf": schemas} if len(schemas) > 1 else (schemas or [{}])[0]
    content = {one.media: {"schema": schema} if schema else {}}
    told = {"description": HTTPStatus(one.status).phrase, "content": content}
    return told | ({"headers": headers} if headers else {})
