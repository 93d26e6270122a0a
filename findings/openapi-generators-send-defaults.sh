#!/bin/sh
# Installs openapi-python-client 0.29.1 (PyPI) and openapi-typescript 7.13.0 with typescript 5.9.3 (npm) into a
# temporary folder, and has both read one valid OpenAPI 3.1 document whose request has an optional field `protocol` with
# `"default": "SHA"`.
#
# In JSON Schema `default` is an annotation: a field that is left out is left out, and who reads it knows what that
# means. Both generators make more of it, in two ways:
# * The Python client sends it. `User(name="a").to_dict()` has `protocol: SHA`, though nobody named one.
# * The TypeScript type wants it. `{ name: "a" }` does not compile: "Property 'protocol' is missing".
#
# Seen, on Python 3.11 and Node 20:
#   python: {'name': 'a', 'protocol': 'SHA'}
#   typescript: error TS2741: Property 'protocol' is missing in type '{ name: string; }' but required
#
# It matters where absent and default differ: where a protocol that is named wants a password, a user without one is
# refused; and where the default is the server's configuration, the client brings that of the day it was generated.
# Ends with 0 while that is so. snmp-proxy tells the defaults of requests in words and never as `default`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install openapi-python-client==0.29.1 openapi-spec-validator==0.9.0
npm install --silent --no-audit --no-fund openapi-typescript@7.13.0 typescript@5.9.3

cat >openapi.json <<'JSON'
{
  "openapi": "3.1.0",
  "info": { "title": "Users", "version": "1" },
  "paths": {
    "/users": {
      "post": {
        "operationId": "addUser",
        "requestBody": {
          "required": true,
          "content": { "application/json": { "schema": { "$ref": "#/components/schemas/User" } } }
        },
        "responses": { "204": { "description": "Added" } }
      }
    }
  },
  "components": {
    "schemas": {
      "User": {
        "type": "object",
        "required": ["name"],
        "properties": { "name": { "type": "string" }, "protocol": { "type": "string", "default": "SHA" } }
      }
    }
  }
}
JSON
venv/bin/openapi-spec-validator openapi.json >/dev/null

venv/bin/openapi-python-client generate --path openapi.json --output-path python >/dev/null 2>&1
sent=$(PYTHONPATH=python venv/bin/python -c 'from users_client.models import User; print(User(name="a").to_dict())')
echo "python: $sent"
[ "$sent" = "{'name': 'a', 'protocol': 'SHA'}" ]

npx --no-install openapi-typescript openapi.json --output api.d.ts >/dev/null 2>&1
cat >user.ts <<'TS'
import type { components } from "./api.js";
export const user: components["schemas"]["User"] = { name: "a" };
TS
said=$(npx --no-install tsc --noEmit --strict --module nodenext user.ts || true)
echo "typescript: $said"
case $said in *"Property 'protocol' is missing"*) ;; *) exit 1 ;; esac
