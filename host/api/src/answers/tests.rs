//! Answers that are sent in parts and answers that are counted as a whole, without a device and without a socket.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, extract::Request, middleware, routing::get};
use budget::BudgetUse;
use futures_util::StreamExt as _;
use job::{
    Access, Client, CredentialsName, DeviceOptions, DeviceSpec, DirectError, Event, Events, GetAnswer, GetSpec,
    PollStats, ReadValue, Report, Runner, Running, TargetName, ValueType, WalkAnswer, WalkSpec, WalkedObject,
};
use limits::{AnswerLimits, HttpLimits, Limits};
use serde_json::{Value, json, value::RawValue};
use tickets::{Direct, DirectSlots, KeptReport, WALK_BUFFER};
use tower::ServiceExt as _;

use super::*;
use crate::{connections::Connections, pieces::Pieces};

fn client(number: u8) -> Client {
    Client::at([192, 0, 2, number].into())
}

/// Walks so many rows and breaks off then; counts those that it has read.
struct PretendRunner {
    rows: usize,
    read: Arc<AtomicUsize>,
}

impl Runner<GetSpec> for PretendRunner {
    fn run(&self, _: GetSpec, _: Arc<dyn Events>) -> Running<GetAnswer> {
        Box::pin(async { GetAnswer::failed(DirectError::NoSuchObject, Duration::ZERO) })
    }
}

impl Runner<WalkSpec> for PretendRunner {
    fn run(&self, _: WalkSpec, events: Arc<dyn Events>) -> Running<WalkAnswer> {
        let (rows, read) = (self.rows, Arc::clone(&self.read));
        Box::pin(async move {
            let mut error = DirectError::Failed("OID not increasing".to_owned());
            for number in 0..rows {
                events.tell(Event::Rows(vec![row(number)]));
                read.store(number + 1, Ordering::SeqCst);
                if let Err(job::RowsRefused(words)) = events.ready().await {
                    error = DirectError::Failed(words);
                    break;
                }
            }
            let warnings = vec!["1 value is odd".to_owned()];
            WalkAnswer {
                rows: Some(Vec::new()),
                error: Some(error),
                warnings,
                ..WalkAnswer::failed(DirectError::NoSuchObject, Duration::ZERO)
            }
        })
    }
}

fn row(number: usize) -> WalkedObject {
    let read = ReadValue { value: "x".repeat(100), kind: ValueType::OctetString, text: None };
    WalkedObject { oid: format!("1.3.6.1.{number}"), read }
}

fn spec() -> WalkSpec {
    let device = DeviceSpec {
        target: TargetName::read("router1", 255).unwrap(),
        port: 161,
        access: Access::Named(CredentialsName("core".to_owned())),
        options: DeviceOptions::default(),
    };
    WalkSpec { device, oid: "1.3.6".parse().unwrap(), timeout: Duration::from_secs(60) }
}

struct World {
    direct: Direct,
    budget: AnswerBudget,
    read: Arc<AtomicUsize>,
}

/// One slot, and an agent with so many rows.
fn world(rows: usize) -> World {
    let mut limits = Limits::default();
    limits.polls.direct_concurrent = 1;
    let (budget, read) = (AnswerBudget::new(&limits.answers), Arc::new(AtomicUsize::new(0)));
    let runner = Arc::new(PretendRunner { rows, read: Arc::clone(&read) });
    let direct = Direct::new(runner, Arc::new(DirectSlots::new(&limits.polls)), budget.clone());
    World { direct, budget, read }
}

async fn text_of(answer: Response) -> String {
    let octets = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(octets.to_vec()).unwrap()
}

/// Walks so many rows with a bound on the answer; returns the order of the members and the answer.
async fn walked(rows: usize, walk_bytes: usize) -> (Vec<String>, Value) {
    let World { direct, .. } = world(rows);
    let answer = answer_walk(&direct, spec(), client(1), walk_bytes, vec!["`x` is no field".to_owned()]).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let body: Value = serde_json::from_str(&text_of(answer).await).unwrap();
    (body.as_object().unwrap().keys().cloned().collect(), body)
}

#[tokio::test(start_paused = true)]
async fn a_walk_says_the_same_as_a_whole_and_in_parts() {
    let rest = ["error", "warnings", "address", "timing"];
    for (rows, order) in [(0, ["success", "data"]), (10, ["success", "data"]), (20_000, ["data", "success"])] {
        let (members, body) = walked(rows, 64 << 20).await;
        assert_eq!(members, [&order[..], &rest].concat(), "{rows} rows");
        let data = body["data"].as_array().unwrap();
        assert_eq!(data.len(), rows);
        assert!(data.iter().enumerate().all(|(number, read)| *read == serde_json::to_value(row(number)).unwrap()));
        assert_eq!((&body["success"], &body["error"]), (&json!(false), &json!("SNMP failed: OID not increasing")));
        assert_eq!(body["warnings"], json!(["`x` is no field", "1 value is odd"]));
        assert!(body["timing"]["walk"].is_number() && body["address"].is_null(), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_has_reached_its_limit_says_so_behind_its_rows() {
    let (_, body) = walked(100_000, 1 << 20).await;
    let rows = body["data"].as_array().unwrap().len();
    let words = format!(
        "SNMP failed: the answer has reached 1 MiB (limit `answers.walk_bytes`) after {rows} rows; \
         walk parts of the subtree"
    );
    assert_eq!((&body["success"], &body["error"]), (&json!(false), &json!(words)));
    assert!((1 << 20..(1 << 20) + 200).contains(&(body["data"].to_string().len())), "{rows}");
}

/// Lets everything run that can.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_is_read_no_faster_than_its_answer_is_sent() {
    let World { direct, budget, read } = world(usize::MAX);
    let octets = serde_json::to_vec(&row(0)).unwrap().len();
    let max = |sent: usize| (sent + WALK_BUFFER) / octets;
    let answer = answer_walk(&direct, spec(), client(1), usize::MAX, Vec::new()).await.unwrap();
    settle().await;
    assert!(read.load(Ordering::SeqCst) <= max(0));
    let mut parts = answer.into_body().into_data_stream();
    let mut sent = 0;
    for _ in 0..20 {
        sent += parts.next().await.unwrap().unwrap().len();
        settle().await;
        let read = read.load(Ordering::SeqCst);
        assert!(read <= max(sent) && read > sent / octets / 2, "{read} rows are read, {sent} octets are sent");
        assert_eq!(budget.used().in_flight, WALK_BUFFER);
    }
    // Whoever hangs up stops the walk.
    drop(parts);
    settle().await;
    assert_eq!(budget.used().in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn a_walk_has_its_slot_until_the_last_octet_of_its_answer_is_sent() {
    for rows in [10, 20_000] {
        let World { direct, .. } = world(rows);
        let answer = answer_walk(&direct, spec(), client(1), 64 << 20, Vec::new()).await.unwrap();
        let get = || GetSpec { device: spec().device, oid: "1.3.6".parse().unwrap(), timeout: Duration::from_secs(1) };
        let mut parts: Vec<Bytes> = answer.into_body().into_data_stream().map(Result::unwrap).collect().await;
        let refused = direct.get(client(1), get()).await;
        assert!(matches!(refused.result, Err(DirectError::NoSlot(_))), "{rows} rows: {refused:?}");
        // The connection has written the last part.
        parts.clear();
        assert_eq!(direct.get(client(1), get()).await.result, Err(DirectError::NoSuchObject), "{rows} rows");
    }
}

/// A report with so many octets of data.
fn report(budget: &AnswerBudget, octets: usize) -> Arc<KeptReport> {
    let rows: Vec<usize> = (0..octets / 10).map(|number| number * 7_919 % 1_000_000_000).collect();
    let report = Report {
        data: RawValue::from_string(serde_json::to_string(&rows).unwrap()).unwrap(),
        timing: vec![("total".to_owned(), 0.5)],
        gaps: Vec::new(),
        gaps_dropped: 0,
        stats: PollStats::default(),
        warnings: vec!["arp: odd".to_owned()],
        log: Vec::new(),
        log_dropped: 0,
    };
    Arc::new(KeptReport::new(&report, budget))
}

fn pieces(report: &Arc<KeptReport>) -> Pieces {
    let mut pieces = Pieces::default();
    pieces.member("ticket", &"a\"b").unwrap();
    pieces.packed("data", report, |report| &report.data).unwrap();
    pieces.packed("warnings", report, |report| &report.warnings).unwrap();
    pieces.member("version", &7).unwrap();
    pieces
}

#[tokio::test]
async fn an_object_in_pieces_is_sent_as_it_would_be_written_at_once() {
    for octets in [0, 1_000, 1_000_000] {
        let budget = AnswerBudget::new(&AnswerLimits::default());
        let report = report(&budget, octets);
        let data = report.data.unpack().unwrap();
        let expected = format!(r#"{{"ticket":"a\"b","data":{data},"warnings":["arp: odd"],"version":7}}"#);
        let answer = pieces(&report).into_response(&budget, client(1));
        assert_eq!(answer.headers()["content-length"].to_str().unwrap(), expected.len().to_string());
        assert_eq!(text_of(answer).await, expected);
        let kept = report.bytes();
        assert!(kept < 2_000 + octets, "{kept} octets are kept of {octets}");
        assert_eq!(budget.used(), BudgetUse { limit: 384 << 20, kept, ..BudgetUse::default() });
        drop(report);
        assert_eq!(budget.used().kept, 0);
    }
}

#[tokio::test]
async fn a_part_waits_while_its_client_has_its_share_and_other_clients_go_on() {
    let budget = AnswerBudget::new(&AnswerLimits { client_bytes: 100 << 10, ..AnswerLimits::default() });
    let report = report(&budget, 1_000_000);
    let mut slow = pieces(&report).into_response(&budget, client(1)).into_body().into_data_stream();
    // The first one is short: what comes before the data.
    let unread = [slow.next().await.unwrap().unwrap(), slow.next().await.unwrap().unwrap()];
    assert!(budget.used().in_flight <= 100 << 10);
    {
        let mut waiting = std::pin::pin!(slow.next());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        assert_eq!(budget.used().waiting, 1);
        let other = pieces(&report).into_response(&budget, client(2)).into_body().into_data_stream();
        let read = other.fold(0, |read, part| std::future::ready(read + part.unwrap().len())).await;
        assert_eq!(
            read,
            report.data.length() + r#"{"ticket":"a\"b","data":,"warnings":["arp: odd"],"version":7}"#.len()
        );
        drop(unread);
        assert!(waiting.await.is_some());
    }
    drop(slow);
    assert_eq!((budget.used().in_flight, budget.used().waiting), (0, 0));
}

#[tokio::test]
async fn a_whole_answer_holds_its_octets_until_it_is_sent_and_is_refused_where_there_is_no_room() {
    let budget = AnswerBudget::new(&AnswerLimits { client_bytes: 100 << 10, ..AnswerLimits::default() });
    let app = Router::new()
        .route("/large", get(|| async { vec![7_u8; 80 << 10] }))
        .route("/small", get(|| async { vec![7_u8; 10 << 10] }))
        .layer(middleware::from_fn_with_state(budget.clone(), count));
    let connections = Arc::new(Connections::new(&HttpLimits::default()));
    let ask = async |path: &str, number: u8| {
        let occupied = connections.admit([192, 0, 2, number].into()).await.unwrap();
        let request = Request::get(path).extension(Arc::clone(&occupied.handle)).body(Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap()
    };
    let first = ask("/large", 1).await;
    assert_eq!((first.status(), budget.used().in_flight), (StatusCode::OK, 80 << 10));
    let second = ask("/large", 1).await;
    assert_eq!(
        (second.status(), second.headers()["retry-after"].to_str().unwrap()),
        (StatusCode::SERVICE_UNAVAILABLE, "1")
    );
    assert!(text_of(second).await.contains("`answers.client_bytes`"));
    assert_eq!((ask("/small", 1).await.status(), ask("/large", 2).await.status()), (StatusCode::OK, StatusCode::OK));
    assert_eq!(axum::body::to_bytes(first.into_body(), usize::MAX).await.unwrap().len(), 80 << 10);
    assert_eq!(budget.used(), BudgetUse { limit: 384 << 20, refused: 1, ..BudgetUse::default() });
    assert_eq!(ask("/large", 1).await.status(), StatusCode::OK);
}
