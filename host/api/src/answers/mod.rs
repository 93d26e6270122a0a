//! Answers while they are on their way: what they hold of the budget, and how the large ones are sent.
//!
//! A status and a walk may be large, so they are sent a part at a time ([`pieces`](crate::pieces), [`walk`]) and hold
//! octets of the budget for the parts that are in memory. Every other answer is made as a whole: one that is not small
//! holds its octets until they are sent, and is refused where there is no room.

mod walk;

use axum::{
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use budget::AnswerBudget;

pub(super) use self::walk::answer_walk;
use crate::{
    connections::client_of,
    error::ApiError,
    pieces::{SMALL_BYTES, held},
};

/// When to ask again after there was no room for an answer.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Says of an answer that it has its share of the budget already.
#[derive(Clone, Copy, Debug)]
struct Counted;

/// Counts an answer that was made as a whole, or refuses it. One that is sent in parts has no size yet and counts them.
pub(super) async fn count(State(budget): State<AnswerBudget>, request: Request, next: Next) -> Response {
    let client = client_of(request.extensions());
    let response = next.run(request).await;
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let size = size.filter(|size| *size > SMALL_BYTES && response.extensions().get::<Counted>().is_none());
    let Some(size) = size else { return response };
    let memory = match budget.try_take(client, size) {
        Ok(memory) => memory,
        Err(over_budget) => {
            let refused = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, over_budget.to_string());
            return refused.retry_after(RETRY_AFTER_SECONDS).into_response();
        }
    };
    let (head, body) = response.into_parts();
    // It is there already; this waits for nothing.
    match axum::body::to_bytes(body, size).await {
        Ok(octets) => Response::from_parts(head, Body::from(held(octets, memory))),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be read");
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
        }
    }
}

#[cfg(test)]
mod tests;
