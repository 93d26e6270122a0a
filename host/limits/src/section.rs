//! Sections: structs whose fields are configuration keys.
//!
//! [`section!`] declares a struct once; from that one place come the field, its default, its range, its sentence of
//! documentation, its name in the file and in the environment, and its lines in `examples/snmp-proxy.toml`.
//! It knows nothing of layers: who sets what, and in which order, is `host/config/src/layers.rs`.

use super::kind::Raw;

/// A group of keys: a table of the file, a struct of the program.
pub trait Section {
    /// Returns the name of the table in the file.
    fn name(&self) -> &'static str;
    /// Returns what the section is about, one entry per line.
    fn doc(&self) -> &'static [&'static str];
    /// Returns the keys in the order in which they are documented.
    fn keys(&self) -> Vec<Key>;
    /// Sets one key, or says in words why it cannot be set to that.
    fn set(&mut self, key: &str, raw: Raw<'_>) -> Result<(), String>;
}

/// One key of a section, with the value that the section holds now.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name in the table.
    pub name: &'static str,
    /// What it does, one entry per line.
    pub doc: &'static [&'static str],
    /// Its value as one writes it in the file; `None` while it has none. Secrets are `***`.
    pub value: Option<String>,
    /// What it may lie between, as one writes it in the file.
    pub range: Option<(String, String)>,
    /// What one could write there, for keys that have no default.
    pub example: &'static str,
}

/// Declares a section: a struct with defaults, and its table of keys.
///
/// ```text
/// section! {
///     /// What the section is about.
///     pub struct PollLimits = "polls" {
///         /// What the key does, and what happens beyond it.
///         max_concurrent: usize as Count = 6, in 1..=1_000;
///     }
/// }
/// ```
///
/// What else derives it, behind its name, and an attribute of a field, behind all else, are for sections that travel:
/// `derive(PartialEq, Serialize)`, `attribute(serde(default))`, `, with serde(skip)`.
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])+
        $visibility:vis struct $section:ident = $section_name:literal
        $(, derive($($derived:path),+))? $(, attribute($attribute:meta))? {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty as $kind:ty = $default:expr
                $(, in $range:expr)? $(, such as $example:literal)? $(, with $field_attribute:meta)?;
            )+
        }
    ) => {
        $(#[doc = $section_doc])+
        #[derive(Clone, Debug)]
        $( #[derive($($derived),+)] )?
        $( #[$attribute] )?
        $visibility struct $section {
            $( $(#[doc = $doc])+ $( #[$field_attribute] )? $visibility $field: $type, )+
        }

        impl Default for $section {
            fn default() -> Self {
                Self { $( $field: $default, )+ }
            }
        }

        impl $crate::Section for $section {
            fn name(&self) -> &'static str {
                $section_name
            }

            fn doc(&self) -> &'static [&'static str] {
                &[$($section_doc),+]
            }

            fn keys(&self) -> Vec<$crate::Key> {
                use $crate::kind::*;
                vec![$({
                    #[allow(unused_mut, unused_assignments, reason = "not every key has a range or an example")]
                    let (mut range, mut example) = (None, "");
                    $(
                        let bounds: std::ops::RangeInclusive<$type> = $range;
                        range = <$kind as Kind<$type>>::write(bounds.start())
                            .zip(<$kind as Kind<$type>>::write(bounds.end()));
                    )?
                    $( example = $example; )?
                    $crate::Key {
                        name: stringify!($field),
                        doc: &[$($doc),+],
                        value: <$kind as Kind<$type>>::write(&self.$field),
                        range,
                        example,
                    }
                }),+]
            }

            fn set(&mut self, key: &str, raw: $crate::kind::Raw<'_>) -> Result<(), String> {
                use $crate::kind::*;
                match key {
                    $(stringify!($field) => {
                        let value = <$kind as Kind<$type>>::read(raw);
                        $( let value = value.map_err(|message| with_range::<$kind, $type>(message, &$range)); )?
                        let value = value?;
                        $( within::<$kind, $type>(&value, $range)?; )?
                        self.$field = value;
                    })+
                    _ => return Err("unknown key".to_owned()),
                }
                Ok(())
            }
        }
    };
}
