//! Results: a fine one, and ones that no host should swallow.

use snmp_proxy_sdk::{Error, Sections};

const MEBIBYTE: usize = 1 << 20;

pub(crate) fn good() -> Result<String, Error> {
    Ok(Sections::new().with("hostile", "good")?.into_json())
}

pub(crate) fn huge(mib: usize) -> Result<String, Error> {
    // Written at once, so that the result is the size it says and not three times that on the way.
    let mut text = String::with_capacity(mib * MEBIBYTE + 32);
    text.push_str(r#"{"hostile": ""#);
    (0..mib * MEBIBYTE).for_each(|_| text.push('h'));
    text.push_str(r#""}"#);
    Ok(text)
}

pub(crate) fn tiny_objects(mib: usize) -> Result<String, Error> {
    const OBJECT: &str = r#"{"a":0},"#;
    let mut text = String::with_capacity(mib * MEBIBYTE + 32);
    text.push_str(r#"{"hostile": ["#);
    (0..mib * MEBIBYTE / OBJECT.len()).for_each(|_| text.push_str(OBJECT));
    text.push_str("0]}");
    Ok(text)
}

pub(crate) fn deep() -> Result<String, Error> {
    const DEPTH: usize = 100_000;
    Ok(format!(r#"{{"hostile": {}{}}}"#, "[".repeat(DEPTH), "]".repeat(DEPTH)))
}

pub(crate) fn mebibytes(count: usize) -> String {
    "h".repeat(count * MEBIBYTE)
}
