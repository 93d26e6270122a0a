//! Kinds of values: how a key's value is read from the file, an environment variable or a flag, and written back.
//!
//! A kind is a name without data; the same Rust type may be read as a count or as a number of bytes.
//! Messages are what the operator reads behind the place of the mistake; those of a secret never repeat its text.

use std::{borrow::Cow, ops::RangeInclusive, path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use snmp::SIZE_UNITS;
use toml::de::DeValue;

/// A value as it was written, before anybody knows what it means.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'a> {
    /// In the file, where a number and a text differ.
    Toml(&'a DeValue<'a>),
    /// In an environment variable or a flag, where everything is text.
    Text(&'a str),
}

/// How values of the type `T` are read and written.
pub trait Kind<T> {
    /// What one may write, in words.
    const EXPECTS: &'static str;
    /// Reads a value, or says in words what is wrong with it.
    fn read(raw: Raw<'_>) -> Result<T, String>;
    /// Writes a value as it stands in a TOML file; `None` where there is nothing to write.
    fn write(value: &T) -> Option<String>;
}

/// Refuses a value outside its range, in words.
pub fn within<K: Kind<T>, T: PartialOrd>(value: &T, range: RangeInclusive<T>) -> Result<(), String> {
    if range.contains(value) {
        return Ok(());
    }
    let written = |value: &T| K::write(value).unwrap_or_default();
    Err(with_range::<K, T>(format!("{} {OUT_OF_RANGE}", written(value)), &range))
}

/// Adds its range to the message for a number that no field could hold, however wide.
#[must_use]
pub fn with_range<K: Kind<T>, T>(message: String, range: &RangeInclusive<T>) -> String {
    let written = |value: &T| K::write(value).unwrap_or_default();
    if message.ends_with(OUT_OF_RANGE) {
        format!("{message}: {} to {}", written(range.start()), written(range.end()))
    } else {
        message
    }
}

const OUT_OF_RANGE: &str = "is out of range";

/// A whole number.
#[derive(Debug)]
pub struct Count;

/// A number of bytes, with or without a unit.
#[derive(Debug)]
pub struct Bytes;

/// A length of time.
#[derive(Debug)]
pub struct Time;

/// Yes or no.
#[derive(Debug)]
pub struct Switch;

/// A text that is not empty.
#[derive(Debug)]
pub struct Text;

/// Texts, in the environment separated by commas.
#[derive(Debug)]
pub struct Texts;

/// Several of a kind, in the environment and in flags separated by commas.
#[derive(Debug)]
pub struct Many<K>(std::marker::PhantomData<K>);

/// A file or folder that need not be given.
#[derive(Debug)]
pub struct Path;

/// A text that nobody may see, and that need not be given.
#[derive(Debug)]
pub struct Secret;

/// One word of a few.
#[derive(Debug)]
pub struct Choice;

/// What need not be given.
#[derive(Debug)]
pub struct Maybe<K>(std::marker::PhantomData<K>);

/// A type that is written as one word of a few.
pub trait Words: Copy + PartialEq + 'static {
    /// What one may write, in words.
    const EXPECTS: &'static str;
    /// Every word with what it means; the first word of a meaning is the one that is written.
    const WORDS: &'static [(&'static str, Self)];
}

impl<T: Copy + TryFrom<u64> + TryInto<u64>> Kind<T> for Count {
    const EXPECTS: &'static str = "a whole number";

    fn read(raw: Raw<'_>) -> Result<T, String> {
        let wrong = || expected("a whole number", raw);
        let number = match raw {
            Raw::Toml(value) => integer(value).ok_or_else(wrong)?,
            Raw::Text(text) => text.trim().parse::<i128>().map_err(|_| wrong())?,
        };
        u64::try_from(number).ok().and_then(|number| T::try_from(number).ok()).ok_or_else(|| out_of_range(number))
    }

    fn write(value: &T) -> Option<String> {
        (*value).try_into().ok().map(|number: u64| number.to_string())
    }
}

impl<T: Copy + TryFrom<u64> + TryInto<u64>> Kind<T> for Bytes {
    const EXPECTS: &'static str = "a number of bytes such as 4096, \"64 KiB\" or \"8 MiB\"";

    fn read(raw: Raw<'_>) -> Result<T, String> {
        let wrong = || expected(<Self as Kind<T>>::EXPECTS, raw);
        let number = match raw {
            Raw::Toml(DeValue::String(text)) => bytes(text).ok_or_else(wrong)?,
            Raw::Toml(value) => integer(value).ok_or_else(wrong)?,
            Raw::Text(text) => bytes(text).ok_or_else(wrong)?,
        };
        u64::try_from(number).ok().and_then(|number| T::try_from(number).ok()).ok_or_else(|| out_of_range(number))
    }

    fn write(value: &T) -> Option<String> {
        let number: u64 = (*value).try_into().ok()?;
        let unit = SIZE_UNITS.iter().rev().find(|(_, size)| number > 0 && number.is_multiple_of(*size));
        Some(unit.map_or_else(|| number.to_string(), |(unit, size)| format!("\"{} {unit}\"", number / size)))
    }
}

impl Kind<Duration> for Time {
    const EXPECTS: &'static str = "a length of time such as \"1500ms\", \"10s\", \"1h 30m\", or a number of seconds";

    fn read(raw: Raw<'_>) -> Result<Duration, String> {
        let wrong = || expected(Self::EXPECTS, raw);
        match raw {
            Raw::Toml(DeValue::String(text)) => read_duration(text).ok_or_else(wrong),
            Raw::Toml(DeValue::Float(number)) => read_duration(number.as_str()).ok_or_else(wrong),
            Raw::Toml(value) => {
                let seconds = integer(value).ok_or_else(wrong)?;
                u64::try_from(seconds).map(Duration::from_secs).map_err(|_| out_of_range(seconds))
            }
            Raw::Text(text) => read_duration(text).ok_or_else(wrong),
        }
    }

    fn write(value: &Duration) -> Option<String> {
        Some(quoted(&duration_in_words(*value)))
    }
}

impl Kind<bool> for Switch {
    const EXPECTS: &'static str = "true or false";

    fn read(raw: Raw<'_>) -> Result<bool, String> {
        match raw {
            Raw::Toml(DeValue::Boolean(value)) => Ok(*value),
            Raw::Text("true") => Ok(true),
            Raw::Text("false") => Ok(false),
            _ => Err(expected(Self::EXPECTS, raw)),
        }
    }

    fn write(value: &bool) -> Option<String> {
        Some(value.to_string())
    }
}

impl Kind<String> for Text {
    const EXPECTS: &'static str = "a text";

    fn read(raw: Raw<'_>) -> Result<String, String> {
        let text = text(raw).ok_or_else(|| expected(Self::EXPECTS, raw))?;
        if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(text.to_owned()) }
    }

    fn write(value: &String) -> Option<String> {
        Some(quoted(value))
    }
}

impl Kind<Vec<String>> for Texts {
    const EXPECTS: &'static str = "a list of texts";

    fn read(raw: Raw<'_>) -> Result<Vec<String>, String> {
        match raw {
            Raw::Toml(DeValue::Array(items)) => items
                .iter()
                .map(|item| text(Raw::Toml(item.get_ref())).map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| "expected a list of texts, found something else in the list".to_owned()),
            Raw::Toml(_) => Err(expected(Self::EXPECTS, raw)),
            Raw::Text(text) => {
                Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
            }
        }
    }

    fn write(value: &Vec<String>) -> Option<String> {
        Some(format!("[{}]", value.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")))
    }
}

impl Kind<Option<PathBuf>> for Path {
    const EXPECTS: &'static str = "a path";

    fn read(raw: Raw<'_>) -> Result<Option<PathBuf>, String> {
        <Text as Kind<String>>::read(raw).map(|path| Some(PathBuf::from(path)))
    }

    fn write(value: &Option<PathBuf>) -> Option<String> {
        value.as_ref().map(|path| quoted(&path.to_string_lossy()))
    }
}

impl Kind<Option<SecretString>> for Secret {
    const EXPECTS: &'static str = "a text";

    fn read(raw: Raw<'_>) -> Result<Option<SecretString>, String> {
        let text = text(raw).ok_or_else(|| "expected a text".to_owned())?;
        if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(Some(SecretString::from(text))) }
    }

    fn write(value: &Option<SecretString>) -> Option<String> {
        value.as_ref().map(|secret| if secret.expose_secret().is_empty() { quoted("") } else { quoted("***") })
    }
}

impl<T: Words> Kind<T> for Choice {
    const EXPECTS: &'static str = T::EXPECTS;

    fn read(raw: Raw<'_>) -> Result<T, String> {
        let word = text(raw).ok_or_else(|| expected(T::EXPECTS, raw))?;
        let found = T::WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim()));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| expected(T::EXPECTS, raw))
    }

    fn write(value: &T) -> Option<String> {
        T::WORDS.iter().find(|(_, meaning)| meaning == value).map(|(word, _)| quoted(word))
    }
}

impl<K: Kind<T>, T> Kind<Option<T>> for Maybe<K> {
    const EXPECTS: &'static str = K::EXPECTS;

    fn read(raw: Raw<'_>) -> Result<Option<T>, String> {
        K::read(raw).map(Some)
    }

    fn write(value: &Option<T>) -> Option<String> {
        value.as_ref().and_then(K::write)
    }
}

impl<K: Kind<T>, T> Kind<Vec<T>> for Many<K> {
    const EXPECTS: &'static str = "a list";

    fn read(raw: Raw<'_>) -> Result<Vec<T>, String> {
        let items: Vec<_> = match raw {
            Raw::Toml(DeValue::Array(items)) => items.iter().map(|item| Raw::Toml(item.get_ref())).collect(),
            // Never the text itself: these may be secrets.
            Raw::Toml(value) => return Err(format!("expected a list, found {}", type_in_words(value))),
            Raw::Text(text) => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Raw::Text).collect(),
        };
        let read = |(item, place)| K::read(item).map_err(|message| format!("entry {place}: {message}"));
        items.into_iter().zip(1_u64..).map(read).collect()
    }

    fn write(value: &Vec<T>) -> Option<String> {
        Some(format!("[{}]", value.iter().filter_map(K::write).collect::<Vec<_>>().join(", ")))
    }
}

/// Reads `4096`, `64 KiB`, `8MiB`.
fn bytes(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let size = match unit.trim() {
        "" => 1,
        unit if unit.eq_ignore_ascii_case("B") => 1,
        unit => SIZE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    number.parse::<i128>().ok()?.checked_mul(i128::from(size))
}

/// Reads `10`, `0.5` (seconds), `1500ms`, `1h 30m`.
pub fn read_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => humantime::parse_duration(text).ok(),
    }
}

/// Writes `1500ms`, `90s` as `1m 30s`, a year as `365d`.
pub fn duration_in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_nanos() != 0 || seconds == 0 {
        // Nothing that is configured is finer than a microsecond.
        let microseconds = duration.as_micros();
        return if microseconds.is_multiple_of(1000) {
            format!("{}ms", microseconds / 1000)
        } else {
            format!("{microseconds}us")
        };
    }
    let parts = [(seconds / 86_400, 'd'), (seconds / 3600 % 24, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}"));
    parts.collect::<Vec<_>>().join(" ")
}

fn integer(value: &DeValue<'_>) -> Option<i128> {
    let number = value.as_integer()?;
    i128::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The text of a value that was written as one.
#[must_use]
pub fn text<'a>(raw: Raw<'a>) -> Option<&'a str> {
    match raw {
        Raw::Toml(value) => value.as_str(),
        Raw::Text(text) => Some(text),
    }
}

/// The message for a value of another kind.
pub fn expected(what: &str, raw: Raw<'_>) -> String {
    match raw {
        Raw::Toml(DeValue::String(text)) => format!("expected {what}, found the text {:?}", cut(text)),
        Raw::Toml(value) => format!("expected {what}, found {}", type_in_words(value)),
        Raw::Text(text) => format!("expected {what}, found {:?}", cut(text)),
    }
}

/// Characters of a value that a message repeats. Beyond, it is cut.
const SHOWN_CHARS: usize = 80;

/// Returns the beginning of a text, as much of it as a message repeats.
pub fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

fn type_in_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn out_of_range(number: i128) -> String {
    format!("{number} {OUT_OF_RANGE}")
}

/// Writes a text as a basic string of TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
