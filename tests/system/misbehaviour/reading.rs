//! Reads a table, a subtree and a few objects of one agent, checks the rules that hold for every agent, and says in a
//! line how it went.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use snmp::{
    BulkUse, Credentials, HubOptions, Oid, OnNonIncreasing, Outcome, RequestOptions, Row, Status, Target, Value,
    Varbind,
};
use snmp_engine::{Engine, Session};
use tokio::time::{Instant, timeout};
use tokio_util::task::AbortOnDropHandle;

/// An agent as the tests address it.
pub(crate) struct Agent {
    /// An address for each mode where a mode changes the whole agent, or one for all.
    pub(crate) addrs: Vec<SocketAddr>,
    /// The credentials that ask for a device with a mode, or for the honest one with none.
    pub(crate) credentials: Box<Ask>,
}

/// Makes credentials of a mode.
pub(crate) type Ask = dyn Fn(&str) -> Credentials + Sync;

/// The cells that were read, by name.
type Cells = BTreeMap<Oid, Value>;

/// What was read.
#[derive(Debug)]
struct Reading {
    table: (Cells, Outcome),
    walk: (Cells, Outcome),
    get: Result<Vec<Varbind>, String>,
}

/// ifTable, and some of its columns: ifIndex, ifDescr, ifType, ifSpeed, ifOperStatus.
const IF_ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 2, 2, 1];
const COLUMNS: [u32; 5] = [1, 2, 3, 5, 8];

/// The column of ifName.
const IF_NAME: [u32; 11] = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1];

/// sysDescr, sysObjectID, sysUpTime, sysContact, sysName.
const SYSTEM: [u32; 5] = [1, 2, 3, 4, 5];

/// How long a table, a subtree or a GET may take. With packets of 200 ms no mode needs as long.
const DEADLINE: Duration = Duration::from_secs(20);

/// Modes in which the agent invents rows or values that the honest device does not have.
const INVENTED: [&str; 4] = ["neverend", "types", "huge", "shortcounter"];

/// Modes in which an agent that lies looks like an honest one: every answer names something behind the table, so the
/// agent has no such table.
const LOOKS_HONEST: [&str; 1] = ["otheroid"];

/// Modes that a walk of one column may not see: the agent says that nothing at all follows, before the end and behind
/// it. A table has other columns that show it.
const UNSEEN_IN_ONE_COLUMN: [&str; 1] = ["eommid"];

/// Slows the paused clock of a test down, for as long as the answer is kept. Agent and engine share that clock, and it
/// jumps to the next deadline when both wait, so a machine that stops for a while makes nobody late. Only a datagram that
/// the system has still to deliver looks like waiting: so a jump is of 20 ms at most, and behind it the sockets get time.
pub(crate) fn slow_clock() -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            // The clock stands while such a task runs.
            let waited = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(1)));
            waited.await.expect("it sleeps");
        }
    }))
}

/// Reads the agent in every one of `modes` and shows a line for each.
pub(crate) async fn read_all(agent: &Agent, modes: &[&str], order: OnNonIncreasing) -> String {
    let honest = read(agent, 0, "", order).await;
    assert_eq!((honest.table.1.status, honest.walk.1.status), (Status::Complete, Status::Complete), "{honest:?}");
    assert!(honest.get.is_ok(), "{honest:?}");
    let readings =
        futures_util::future::join_all(modes.iter().zip(1..).map(|(mode, place)| read(agent, place, mode, order)));
    let mut lines = String::new();
    for (mode, reading) in modes.iter().zip(readings.await) {
        check_rules(mode, &reading, &honest);
        let table = show(&reading.table, &honest.table);
        let walk = show(&reading.walk, &honest.walk);
        let get = reading.get.map_or_else(|kind| kind, |_| "all".to_owned());
        lines.push_str(&format!("{mode:<13} table {table:<28} walk {walk:<28} get {get}\n"));
    }
    lines
}

async fn read(agent: &Agent, place: usize, mode: &str, on_non_increasing: OnNonIncreasing) -> Reading {
    let options = RequestOptions {
        packet_timeout: Duration::from_millis(200),
        report_grace: Duration::from_millis(200),
        discovery_timeout: Duration::from_secs(1),
        max_rows: 500,
        bulk: BulkUse::Auto,
        on_non_increasing,
        ..RequestOptions::default()
    };
    // What an engine learns of an agent must not spoil the next.
    let engine = Engine::bind(HubOptions::default()).await.expect("the sockets open");
    let addr = agent.addrs[place % agent.addrs.len()];
    let target = Target { addr, credentials: (agent.credentials)(mode) };
    let session = engine.session(target, options);
    let all = async {
        Reading {
            table: read_table(&session, mode).await,
            walk: read_walk(&session, mode).await,
            get: read_system(&session).await,
        }
    };
    let reading = timeout(DEADLINE * 4, all).await;
    assert_eq!(engine.waiters(), 0, "{mode}: nobody waits any more");
    reading.unwrap_or_else(|_| panic!("{mode}: a reading did not end by its deadline"))
}

async fn read_table(session: &Session, mode: &str) -> (Cells, Outcome) {
    let mut table = session.table(Oid::from(IF_ENTRY), COLUMNS.to_vec(), Instant::now() + DEADLINE);
    let mut found = Cells::new();
    while let Some(rows) = table.next().await {
        for Row { index, cells: row } in rows {
            for (column, cell) in COLUMNS.iter().zip(row) {
                let Some(value) = cell else { continue };
                let arcs = [&IF_ENTRY[..], &[*column], index.arcs()].concat();
                let name = Oid::new(&arcs).expect("the name of a cell");
                assert!(found.insert(name.clone(), value).is_none(), "{mode}: {name} came twice");
            }
        }
    }
    (found, table.outcome())
}

async fn read_walk(session: &Session, mode: &str) -> (Cells, Outcome) {
    let mut walk = session.walk(Oid::from(IF_NAME), Instant::now() + DEADLINE);
    let mut found = Cells::new();
    while let Some(varbinds) = walk.next().await {
        for Varbind { name, value } in varbinds {
            assert!(found.insert(name.clone(), value).is_none(), "{mode}: {name} came twice");
        }
    }
    (found, walk.outcome())
}

async fn read_system(session: &Session) -> Result<Vec<Varbind>, String> {
    let names: Vec<Oid> = SYSTEM.iter().map(|object| Oid::from([1, 3, 6, 1, 2, 1, 1, *object, 0])).collect();
    let varbinds = session.get(&names, Instant::now() + DEADLINE).await.map_err(|error| error.kind().to_owned())?;
    let found: Vec<&Oid> = varbinds.iter().map(|varbind| &varbind.name).collect();
    assert_eq!(found, names.iter().collect::<Vec<_>>(), "a GET gives what was asked for, in that order");
    Ok(varbinds)
}

/// The rules that hold whatever an agent does.
fn check_rules(mode: &str, reading: &Reading, honest: &Reading) {
    let bare = mode.split(':').next().unwrap_or(mode);
    for (what, (found, outcome), (there, _)) in
        [("table", &reading.table, &honest.table), ("walk", &reading.walk, &honest.walk)]
    {
        let is_unknown = |value: &Value| matches!(value, Value::Unknown { .. });
        let unknown = found.values().filter(|value| is_unknown(value)).count() as u64;
        assert_eq!(outcome.unknown.count(), unknown, "{mode}: values of the {what} are unknown silently");
        let differs = |(name, value): &(&Oid, &Value)| there.get(*name) != Some(*value) && !is_unknown(value);
        let invented: Vec<_> = found.iter().filter(differs).collect();
        assert!(invented.is_empty() || INVENTED.contains(&bare), "{mode}: the {what} has {invented:?}");
        let is_silent = matches!(outcome.status, Status::Complete | Status::Unsupported);
        let may_be = outcome.status == Status::Unsupported && LOOKS_HONEST.contains(&bare)
            || what == "walk" && UNSEEN_IN_ONE_COLUMN.contains(&bare);
        let missing = there.keys().filter(|name| !found.contains_key(*name)).count();
        assert!(missing == 0 || !is_silent || may_be, "{mode}: {missing} cells of the {what} are lost silently");
        let has_reason = outcome.reason.is_some();
        assert!(is_silent || has_reason, "{mode}: the {what} is {:?} without a reason", outcome.status);
    }
}

fn show((found, outcome): &(Cells, Outcome), (there, _): &(Cells, Outcome)) -> String {
    let share = match (found.is_empty(), there.keys().all(|name| found.contains_key(name))) {
        (true, _) => "none",
        (_, true) => "all",
        _ => "some",
    };
    let status = format!("{:?}", outcome.status).to_lowercase();
    let reason = outcome.reason.as_ref().map(|reason| format!(" {}", reason.kind())).unwrap_or_default();
    let unknown = if outcome.unknown.count() > 0 { " unknown values" } else { "" };
    format!("{share} {status}{reason}{unknown}")
}
