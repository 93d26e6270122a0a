#!/bin/sh
# Builds a program of utoipa 6.0.0 (crates.io; utoipa-gen 6.0.1) in a temporary folder, and validates what serde writes
# with the schema that utoipa derives for the same type, with jsonschema 4.26.0 (PyPI).
#
# A field of an enum without data has a comment, and `#[schema(inline)]` so that the words stand where they are used. Both
# are documented. utoipa puts the comment into a second schema beside the enum and gives that a type of its own:
#   "allOf": [{ "type": "string", "enum": [...] }, { "type": "object", "description": "..." }]
# Nothing is a text and an object, so the schema is valid and no value ever is. Validators of documents say nothing;
# client generators make a class of it that fails on the first answer. Without `inline`, or without the comment, it is
# right, and so it is for an optional field (`oneOf` with null).
#
# Seen:
#   inline: 'ok' is not of type 'object'
#   reference: valid
#
# Ends with 0 while that is so. snmp-proxy refers to such enums by their names, and validates real answers against its
# document in CI.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "inline"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "1", features = ["derive"] }
serde_json = "1"
utoipa = "=6.0.0"
utoipa-gen = "=6.0.1"

[workspace]
TOML
cat >src/main.rs <<'RUST'
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    #[allow(dead_code)]
    Failed,
}

#[derive(Serialize, ToSchema)]
struct Inline {
    /// How it is.
    #[schema(inline)]
    state: State,
}

#[derive(Serialize, ToSchema)]
struct Reference {
    /// How it is.
    state: State,
}

fn main() {
    let answers = serde_json::json!([
        ["inline", Inline { state: State::Ok }, Inline::schema()],
        ["reference", Reference { state: State::Ok }, Reference::schema()],
        State::schema(),
    ]);
    println!("{answers}");
}
RUST
cargo run --quiet >answers.json
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install jsonschema==4.26.0
venv/bin/python - <<'PYTHON'
import json

import jsonschema

inline, reference, state = json.load(open("answers.json"))
said = []
for name, answer, schema in (inline, reference):
    document = {**schema, "components": {"schemas": {"State": state}}}
    errors = [error.message for error in jsonschema.Draft202012Validator(document).iter_errors(answer)]
    said.append(f"{name}: {'; '.join(errors) or 'valid'}")
print("\n".join(said))
assert said == ["inline: 'ok' is not of type 'object'", "reference: valid"], said
PYTHON
