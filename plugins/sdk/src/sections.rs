//! The result of a plugin: a JSON object with a member for each section.

use serde::Serialize;

use crate::{Error, ErrorKind};

/// The sections of a result, written as JSON while they are added: a long table exists once as rows and once as text,
/// never as a tree of values.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    /// The object so far, without its closing brace; empty without a member.
    json: Vec<u8>,
}

impl Sections {
    /// No section yet.
    #[must_use]
    pub fn new() -> Sections {
        Sections::default()
    }

    /// Adds the section `name`. Fails only for values that JSON cannot hold.
    pub fn with(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<Sections, Error> {
        self.json.push(if self.json.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut self.json, name)
            .and_then(|()| {
                self.json.push(b':');
                serde_json::to_writer(&mut self.json, value)
            })
            .map_err(|wrong| Error::new(ErrorKind::Other, format!("section {name} is not JSON: {wrong}")))?;
        Ok(self)
    }

    /// The whole result as the host takes it.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the text says why")]
    pub fn into_json(mut self) -> String {
        if self.json.is_empty() {
            self.json.push(b'{');
        }
        self.json.push(b'}');
        String::from_utf8(self.json).expect("serde_json writes UTF-8")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_come_in_the_order_they_were_given() {
        let sections = Sections::new().with("b", &[1, 2]).unwrap().with("a", "x\"y").unwrap();
        assert_eq!(sections.into_json(), r#"{"b":[1,2],"a":"x\"y"}"#);
        assert_eq!(Sections::new().into_json(), "{}");
    }
}
