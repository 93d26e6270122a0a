//! What is wrong with a request, in the shape of the reference's 422 bodies.
//!
//! A problem says which field it is about and what would be right. It never says what was sent: that may be a secret.

use std::borrow::Cow;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of a 422 answer: one entry for every field that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problems {
    /// The entries, in the order of the fields of the request's description.
    pub detail: Vec<Problem>,
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of wrong, for programs, e.g. `missing`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where: `body`, then names of fields and places in lists.
    #[schema(example = json!(["body", "port"]))]
    pub loc: Vec<Step>,
    /// What would be right, for people.
    pub msg: String,
}

/// One step of the way to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    /// A part of the request, a field, or a recipe's parameter.
    Name(Cow<'static, str>),
    /// A place in a list or in the text, counted from 0.
    Index(usize),
}

impl Step {
    /// A part of the request, or a field.
    pub(crate) const fn name(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl Problems {
    /// Adds a problem at `loc`.
    pub fn add(&mut self, kind: &'static str, loc: &[Step], msg: impl Into<String>) {
        self.detail.push(Problem { kind, loc: loc.to_vec(), msg: msg.into() });
    }

    /// The same, in the order of these fields of the body. What is about the body as a whole comes first.
    #[must_use]
    pub fn in_order_of(mut self, names: &[&str]) -> Self {
        self.detail.sort_by_key(|problem| match problem.loc.get(1) {
            Some(Step::Name(name)) => names.iter().position(|known| *known == name.as_ref()),
            _ => None,
        });
        self
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.detail.is_empty()
    }

    /// A list of one problem.
    #[must_use]
    pub fn one(kind: &'static str, loc: &[Step], msg: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(kind, loc, msg);
        problems
    }
}

impl IntoResponse for Problems {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(self)).into_response()
    }
}
