//! Forms: the objects of a request, each field written once.
//!
//! [`form!`] declares a struct whose fields are those of an object. From that one place come how a field is read, what
//! the OpenAPI document says of it, and the names that a misspelt one is compared with. A [`Kind`] is what fields of one
//! kind have in common. What only several fields together can tell is not judged here, and nothing is known of jobs.

use limits::Limits;
use serde_json::{Map, Value, json};

use super::fields::Fields;

/// How a field is read, and how the document describes it.
pub(super) trait Kind {
    /// What is read.
    type Value;

    /// Reads the field of this name. Nothing where a problem was added, or where nothing is what it says.
    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Self::Value>;

    /// The JSON Schema of what one should send. Readers take more than that, as the reference does.
    ///
    /// A default is no part of it: generated clients send what a schema has as `default` with every request, where the
    /// server's own may be another, and where a protocol that is named wants a password.
    fn schema(&self) -> Value;

    /// What it is where it is not sent.
    fn default(&self) -> Option<Value> {
        None
    }

    /// The schemas that this one refers to, by their names.
    fn named(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Whether an object without it is wrong.
    fn is_required(&self) -> bool {
        false
    }
}

/// An object of a request; [`form!`] implements it.
pub(super) trait Form: Sized {
    /// The name of its schema.
    const SCHEMA: &'static str;

    /// Its fields, in the order in which they are described and problems are told.
    fn names() -> Vec<&'static str>;

    /// Reads all fields. What is wrong with one is added as a problem, and it is `None`.
    fn read(fields: &mut Fields<'_>, limits: &Limits) -> Self;

    /// Describes all fields.
    fn describe(described: &mut Described, limits: &Limits);

    /// What it is, in words.
    fn about() -> String;
}

/// The fields of a form, as the document has them.
#[derive(Debug, Default)]
pub(super) struct Described {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    /// The schemas that theirs refer to.
    named: Vec<(&'static str, Value)>,
}

impl Described {
    pub(super) fn field<T>(
        &mut self,
        name: &'static str,
        doc: &[&str],
        kind: &impl Kind<Value = T>,
        example: Option<Value>,
    ) {
        let mut schema = kind.schema();
        if let Some(schema) = schema.as_object_mut() {
            let default = kind.default().map(|default| format!(" Default: `{default}`.")).unwrap_or_default();
            schema.insert("description".to_owned(), (words(doc) + &default).into());
            schema.extend(example.map(|example| ("examples".to_owned(), json!([example]))));
        }
        self.named.extend(kind.named());
        self.properties.insert(name.to_owned(), schema);
        if kind.is_required() {
            self.required.push(name);
        }
    }
}

/// The schema of a form and those that it refers to, by their names.
pub(super) fn schemas<F: Form>(limits: &Limits) -> Vec<(&'static str, Value)> {
    let mut described = Described::default();
    F::describe(&mut described, limits);
    let Described { properties, required, mut named } = described;
    let about = F::about();
    let schema = json!({ "type": "object", "description": about, "properties": properties, "required": required });
    named.push((F::SCHEMA, schema));
    named
}

/// What the schema of this name takes, or null, which is the same as nothing.
pub(super) fn optional(schema: &str) -> Value {
    json!({ "oneOf": [reference(schema), { "type": "null" }] })
}

/// The schema of this name.
pub(super) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// The lines of a comment as one text.
pub(super) fn words(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Declares a form. `..name: Form;` takes all fields of another one in.
///
/// ```text
/// form! {
///     /// What the object is.
///     struct GetForm(limits) as "GetRequest" {
///         ..device: DeviceForm;
///         /// What the field is for.
///         timeout: Duration = WholeSeconds { range: 1..=60, default: limits.snmp.get_timeout };
///         /// What this one is for.
///         oid: Oid = OidText, such as "1.3.6.1.2.1.1.5.0";
///     }
/// }
/// ```
macro_rules! form {
    (
        $(#[doc = $about:literal])+
        $visibility:vis struct $Form:ident($limits:ident) as $schema:literal {
            $( ..$group:ident: $Group:ty; )*
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $Type:ty = $kind:expr $(, such as $example:expr)?;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        $visibility struct $Form {
            $( $visibility $group: $Group, )*
            $( $(#[doc = $doc])+ $visibility $field: Option<$Type>, )+
        }

        impl $crate::form::Form for $Form {
            const SCHEMA: &'static str = $schema;

            fn names() -> Vec<&'static str> {
                #[allow(unused_mut, reason = "not every form takes another one in")]
                let mut names = Vec::new();
                $( names.extend(<$Group as $crate::form::Form>::names()); )*
                names.extend([$(stringify!($field)),+]);
                names
            }

            fn read(fields: &mut $crate::fields::Fields<'_>, $limits: &::limits::Limits) -> Self {
                let _ = $limits;
                Self {
                    $( $group: <$Group as $crate::form::Form>::read(fields, $limits), )*
                    $( $field: $crate::form::Kind::read(&$kind, stringify!($field), fields), )+
                }
            }

            fn describe(described: &mut $crate::form::Described, $limits: &::limits::Limits) {
                let _ = $limits;
                $( <$Group as $crate::form::Form>::describe(described, $limits); )*
                $({
                    #[allow(unused_mut, unused_assignments, reason = "not every field has an example")]
                    let mut example = None;
                    $( example = Some(::serde_json::Value::from($example)); )?
                    described.field::<$Type>(stringify!($field), &[$($doc),+], &$kind, example);
                })+
            }

            fn about() -> String {
                $crate::form::words(&[$($about),+])
            }
        }
    };
}

pub(super) use form;
