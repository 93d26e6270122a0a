//! Tickets: what submitting, asking, listing and cancelling answer.

use std::sync::Arc;

use job::{Gap, LogLine, PollStats};
use serde::{
    Serialize,
    ser::{SerializeMap, Serializer},
};
use tickets::{KeptReport, Removal, Status};
use utoipa::ToSchema;

use crate::pieces::{PackedField, Pieces};

/// A poll that was queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submitted {
    /// The ticket to ask with: a UUID.
    #[schema(example = "3be6bd9a-876a-40e4-8c4e-15a40d4172e4")]
    pub ticket: String,
    /// Always `queued`.
    pub status: TicketStatus,
    /// The target as it was sent.
    #[schema(value_type = String)]
    pub target: Arc<str>,
    /// Fields of the request that this server does not know and did not look at. Absent where there are none. Long names
    /// are cut, and of very many only the first are there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, example = json!(["recipe"]))]
    pub ignored: Vec<String>,
    /// Which fields may have been meant by those. Absent where nothing is like them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["`recipe` is not a field of a poll, did you mean `recipes`?"]))]
    pub warnings: Vec<String>,
}

/// How a poll is going, or what it found. Every key is always there, null where it has no value.
#[derive(Debug, ToSchema)]
pub struct StatusBody<'a> {
    /// The ticket.
    pub ticket: String,
    /// The target as it was sent.
    pub target: &'a str,
    /// Where it has come to.
    pub status: TicketStatus,
    /// How far it is, for people.
    pub progress: &'a str,
    /// Counters of how far it is.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub progress_detail: Pairs<'a, u64>,
    /// Seconds since it started, until it ended; null before.
    #[schema(required)]
    pub elapsed_seconds: Option<f64>,
    /// What was found, when complete: `target`, and the sections of the recipes. Without `recipes` in the request,
    /// `interfaces` and `arp_table` are always there, empty where they were not collected.
    #[schema(required, value_type = Option<PollData>)]
    pub data: Option<PackedField>,
    /// Seconds by recipe, and `total`, when complete.
    #[schema(required, value_type = Option<BTreeMap<String, f64>>)]
    pub timing: Option<Pairs<'a, f64>>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<&'a str>,
    /// Whether `data` lacks something that was asked for, when complete.
    #[schema(required)]
    pub partial: Option<bool>,
    /// What `data` lacks and why, when complete.
    #[schema(required, value_type = Option<Vec<Gap>>)]
    pub gaps: Option<PackedField>,
    /// Gaps that are not listed, because there were too many. Absent where all are.
    #[schema(required = false)]
    pub gaps_dropped: u64,
    /// What looked wrong to the recipes about what they read, as `recipe: line`, when complete.
    #[schema(
        required,
        value_type = Option<Vec<String>>,
        example = json!(["arp: ipNetToPhysicalTable: 1 row left out for a malformed index, e.g. 1.1.192.0.2.1"]),
    )]
    pub warnings: Option<PackedField>,
    /// What the poll took, when complete.
    #[schema(required, value_type = Option<PollStats>)]
    pub stats: Option<PackedField>,
    /// What the recipes logged, when complete and asked for by `?log=1`.
    /// Absent where it was not asked for.
    #[schema(value_type = Option<Vec<LogLine>>, required = false)]
    pub log: Option<PackedField>,
    /// Log lines that are not kept, because there were too many. Absent where all are.
    #[schema(required = false)]
    pub log_dropped: u64,
    /// Grows with every change, for `?since=`.
    pub version: u64,
}

impl StatusBody<'_> {
    /// Writes it; what comes of the report stays compressed until it is sent.
    pub(crate) fn pieces(&self, report: Option<&Arc<KeptReport>>) -> serde_json::Result<Pieces> {
        // Every field by name and no `..`: one that is described and not written does not compile.
        let Self {
            ticket,
            target,
            status,
            progress,
            progress_detail,
            elapsed_seconds,
            data,
            timing,
            error,
            partial,
            gaps,
            gaps_dropped,
            warnings,
            stats,
            log,
            log_dropped,
            version,
        } = self;
        let mut object = Pieces::default();
        let packed = |object: &mut Pieces, name, field: &Option<PackedField>| match report.zip(*field) {
            Some((report, field)) => object.packed(name, report, field),
            None => object.member(name, &()),
        };
        object.member("ticket", ticket)?;
        object.member("target", target)?;
        object.member("status", status)?;
        object.member("progress", progress)?;
        object.member("progress_detail", progress_detail)?;
        object.member("elapsed_seconds", elapsed_seconds)?;
        packed(&mut object, "data", data)?;
        object.member("timing", timing)?;
        object.member("error", error)?;
        object.member("partial", partial)?;
        packed(&mut object, "gaps", gaps)?;
        if *gaps_dropped > 0 {
            object.member("gaps_dropped", gaps_dropped)?;
        }
        packed(&mut object, "warnings", warnings)?;
        packed(&mut object, "stats", stats)?;
        if log.is_some() {
            packed(&mut object, "log", log)?;
        }
        if *log_dropped > 0 {
            object.member("log_dropped", log_dropped)?;
        }
        object.member("version", version)?;
        Ok(object)
    }
}

/// Where a ticket has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It has a result, perhaps with gaps.
    Complete,
    /// It has no result, and an error.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl From<Status> for TicketStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Queued => Self::Queued,
            Status::Running => Self::Running,
            Status::Complete => Self::Complete,
            Status::Failed => Self::Failed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// What a poll found: the target, and a part for each section of the plugins that ran. Those of the bundled plugins are
/// described here; of any other plugin, `GET /plugins/{name}/schema` has the schema.
#[derive(Debug, ToSchema)]
pub struct PollData {
    /// The target as it was sent.
    pub target: String,
}

/// A page of the tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    /// Newest first.
    pub jobs: Vec<ListedJob>,
    /// How many there are on all pages.
    pub total: usize,
    /// What `after` asks the next page with. Absent where this page is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One ticket of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedJob {
    /// The ticket.
    pub ticket: String,
    /// The target as it was sent.
    #[schema(value_type = String)]
    pub target: Arc<str>,
    /// Where it has come to.
    pub status: TicketStatus,
    /// When it was submitted (RFC 3339, UTC).
    #[schema(example = "2026-11-20T11:52:12.058085Z")]
    pub created_at: String,
    /// Seconds since it started, until it ended; null before.
    #[schema(required)]
    pub elapsed_seconds: Option<f64>,
}

/// What became of a ticket that was not wanted any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    /// What was done.
    pub status: RemovedStatus,
    /// The ticket.
    pub ticket: String,
}

/// What was done with a ticket that was not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RemovedStatus {
    /// It waited or ran, and is being cancelled.
    Cancelling,
    /// It had ended, and is forgotten.
    Deleted,
}

impl From<Removal> for RemovedStatus {
    fn from(removal: Removal) -> Self {
        match removal {
            Removal::CancelledQueued | Removal::CancelledRunning => Self::Cancelling,
            Removal::Deleted => Self::Deleted,
        }
    }
}

/// Names and numbers, written as an object in their own order.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a, T>(pub &'a [(String, T)]);

impl<T: Serialize> Serialize for Pairs<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, number) in self.0 {
            object.serialize_entry(name, number)?;
        }
        object.end()
    }
}
