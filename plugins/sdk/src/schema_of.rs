//! JSON Schemas of a plugin's types, in the keywords that the contract takes, so that a schema and what is written by it
//! cannot part. Doc comments become descriptions.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//! use snmp_proxy_sdk::prelude::*;
//!
//! /// A fan.
//! #[derive(Serialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct Fan {
//!     index: u32,
//!     /// As the sensor says.
//!     #[serde(skip_serializing_if = "Field::is_absent")]
//!     speed: Field<i64>,
//! }
//!
//! #[derive(Deserialize, JsonSchema, Default)]
//! #[serde(deny_unknown_fields, default)]
//! struct Params {
//!     /// Leave out fans that are slower.
//!     at_least: u32,
//! }
//!
//! let manifest = Manifest::new("fan-speeds", "1.0.0", "The fans of a device.")
//!     .section_of::<Vec<Fan>>("fans")
//!     .params_of::<Params>()
//!     .reads(&[oid!("1.3.6.1.4.1.32473.7.1")]);
//! assert!(manifest.sections[0].schema.contains(r#""description":"As the sensor says.""#));
//! ```

use std::borrow::Cow;

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
    json_schema,
};

use crate::{
    Manifest, address::InetAddress, bits::Bits, date_and_time::DateAndTime, enumeration::Enumerated, field::Field,
    mac::Mac, warnings::Warnings,
};

/// The schema of what is written: a section.
#[must_use]
pub fn schema_of_section<T: JsonSchema + ?Sized>() -> String {
    schema_of::<T>(Contract::Serialize)
}

/// The schema of what is read: parameters.
#[must_use]
pub fn schema_of_params<T: JsonSchema + ?Sized>() -> String {
    schema_of::<T>(Contract::Deserialize)
}

fn schema_of<T: JsonSchema + ?Sized>(contract: Contract) -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        settings.contract = contract;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    // What a type is called in Rust is no title for people.
    if schema.get("title").is_some_and(|title| title == T::schema_name().as_ref()) {
        schema.remove("title");
    }
    schema.as_value().to_string()
}

impl Manifest {
    /// Like [`section`](Manifest::section), with the schema of a type: of `Vec<Row>` for a table.
    #[must_use]
    pub fn section_of<T: JsonSchema + ?Sized>(self, name: &str) -> Manifest {
        self.section(name, &schema_of_section::<T>())
    }

    /// Like [`params_schema`](Manifest::params_schema), with the schema of a type.
    #[must_use]
    pub fn params_of<T: JsonSchema + ?Sized>(self) -> Manifest {
        self.params_schema(&schema_of_params::<T>())
    }
}

/// A field may be null, whatever else it is.
impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// What is written as a text, or in one other way, has a schema of its own that is always inline.
macro_rules! written_as {
    ($($written:ty, $name:literal, $schema:tt;)*) => {$(
        impl JsonSchema for $written {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

written_as! {
    Mac, "Mac", {"type": "string"};
    InetAddress, "InetAddress", {"type": "string"};
    DateAndTime, "DateAndTime", {"type": "string", "format": "date-time"};
    Enumerated, "Enumerated", {"type": ["string", "integer"]};
    Bits, "Bits", {"type": "array", "items": {"type": "string"}};
    Warnings, "Warnings", {"type": "array", "items": {"type": "string"}};
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use expect_test::{Expect, expect};
    use schema::Schema as Known;
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Row {
        index: u32,
        #[serde(skip_serializing_if = "Field::is_absent")]
        state: Field<Enumerated>,
        #[serde(skip_serializing_if = "Field::is_absent")]
        since: Field<DateAndTime>,
        address: Option<Ipv4Addr>,
        mac: Field<Mac>,
        can: Field<Bits>,
        octets: Field<u64>,
        #[serde(skip_serializing_if = "Warnings::is_empty")]
        warnings: Warnings,
    }

    #[derive(serde::Deserialize, JsonSchema, Default)]
    #[serde(deny_unknown_fields, default)]
    struct Params {
        /// Leave out what has less.
        at_least: i64,
    }

    #[track_caller]
    fn check(schema: &str, expected: &Expect) {
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        Known::new(&schema).expect("the host takes all of its keywords");
        expected.assert_eq(&serde_json::to_string(&schema).unwrap());
    }

    #[test]
    fn the_schema_of_a_type_is_one_that_the_host_takes() {
        check(
            &schema_of_section::<Vec<Row>>(),
            &expect![[
                r#"{"type":"array","items":{"type":"object","properties":{"index":{"type":"integer","format":"uint32","minimum":0},"state":{"type":["string","integer","null"]},"since":{"type":["string","null"],"format":"date-time"},"address":{"type":["string","null"],"format":"ipv4"},"mac":{"type":["string","null"]},"can":{"type":["array","null"],"items":{"type":"string"}},"octets":{"type":["integer","null"],"format":"uint64","minimum":0},"warnings":{"type":"array","items":{"type":"string"}}},"additionalProperties":false,"required":["index","address","mac","can","octets"]}}"#
            ]],
        );
        check(
            &schema_of_params::<Params>(),
            &expect![[
                r#"{"type":"object","additionalProperties":false,"properties":{"at_least":{"type":"integer","format":"int64","description":"Leave out what has less.","default":0}}}"#
            ]],
        );
    }

    #[test]
    fn what_a_type_writes_fits_its_schema() {
        let row = Row {
            index: 1,
            state: Field::Is(Enumerated::new(7, &[])),
            since: Field::Absent,
            address: None,
            mac: Field::Wrong,
            can: Field::Is(Bits::new(&[0x80], &[])),
            octets: Field::Is(u64::MAX),
            warnings: Warnings::default(),
        };
        let schema = Known::new(&serde_json::from_str(&schema_of_section::<Row>()).unwrap()).unwrap();
        let written = serde_json::to_value(&row).unwrap();
        assert_eq!(schema.check(&written).map_err(|wrong| wrong.to_string()), Ok(()), "{written}");
        assert!(schema.check(&json!({"index": "1"})).is_err());
    }
}
