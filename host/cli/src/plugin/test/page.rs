//! What testing a plugin came to, for people.

use std::fmt::Write as _;

use serde_json::Value;
use snmp::counted;

use super::outcome::{Asked, FaultOutcome, Outcome, Run, TestReport, Tested};
use crate::{colours::Colours, output};

/// Lays a report out.
pub(super) fn text(report: &TestReport) -> String {
    report.plugins.iter().map(of_plugin).collect::<Vec<_>>().join("\n")
}

fn of_plugin(tested: &Tested) -> String {
    let mut text = format!("{} {}\n", tested.name, tested.version);
    let rows = tested
        .recordings
        .iter()
        .map(|outcome| vec![format!("  {}", outcome.verdict), outcome.recording.clone(), of_run(&outcome.run)]);
    text += &output::table(&[], rows, Colours::None);
    for outcome in &tested.recordings {
        text += &of_outcome(outcome);
    }
    if !tested.faults.is_empty() {
        text += "faults\n";
        let rows = tested.faults.iter().map(|outcome| {
            let cells = [format!("  {}", outcome.verdict), outcome.recording.clone(), outcome.fault.clone()];
            cells.into_iter().chain([of_fault(outcome)]).collect()
        });
        text += &output::table(&[], rows, Colours::None);
        for outcome in tested.faults.iter().filter(|outcome| !outcome.ok) {
            let _ = writeln!(text, "{} with {}", outcome.recording, outcome.fault);
            text += &of_log(&outcome.run);
        }
    }
    text + &summary(&tested.recordings, &tested.faults)
}

/// What a run with a fault says of itself. That another result says nothing is worth a look: somebody may take it for
/// the whole.
fn of_fault(outcome: &FaultOutcome) -> String {
    let FaultOutcome { run, verdict, .. } = outcome;
    if let Some(broken) = &run.broken {
        return broken.clone();
    }
    let more = |count: usize, of: &str| match count.saturating_sub(1) {
        0 => String::new(),
        more => format!(" and {}", counted(more as u64, &format!("more {of}"))),
    };
    let error = run.error.as_ref().map(|error| format!("{}: {}", error.kind, error.message));
    let gap = run.gaps.first().map(|gap| format!("gap: {gap}{}", more(run.gaps.len(), "gap")));
    let warnings = (!run.warnings.is_empty()).then(|| counted(run.warnings.len() as u64, "warning"));
    let said: Vec<String> = error.or(gap).into_iter().chain(warnings).collect();
    match said.as_slice() {
        [] if *verdict == "other" => "no gap and no warning says what is missing".to_owned(),
        _ => said.join("; "),
    }
}

/// What it took.
fn of_run(run: &Run) -> String {
    let parts = [
        of_asked(&run.agent),
        counted(run.agent.varbinds, "varbind"),
        counted(run.rows, "row"),
        counted(run.host_calls, "host call"),
        format!("{:.1} MiB", run.peak_memory as f64 / f64::from(1 << 20)),
        format!("{:.1} ms CPU", run.cpu_ms),
    ];
    parts.join(", ")
}

fn of_asked(asked: &Asked) -> String {
    let kinds = [(asked.gets, "GET"), (asked.get_nexts, "GETNEXT"), (asked.get_bulks, "GETBULK")];
    let kinds: Vec<String> =
        kinds.into_iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    counted(asked.requests, "request") + &kinds
}

fn of_outcome(outcome: &Outcome) -> String {
    let mut lines: Vec<String> = Vec::new();
    match outcome.verdict {
        "missing" => lines.push(format!("{} is not there: --update writes it", outcome.expected)),
        "written" => lines.push(format!("wrote {}", outcome.expected)),
        _ => {}
    }
    lines.extend(outcome.run.broken.clone());
    for difference in &outcome.differences {
        let path = if difference.path.is_empty() { "/" } else { &difference.path };
        let (expected, found) = (shown(difference.expected.as_ref()), shown(difference.found.as_ref()));
        lines.push(format!("{path}: expected {expected}, found {found}"));
    }
    let more = outcome.difference_count - outcome.differences.len();
    if more > 0 {
        lines.push(format!("and {}", counted(more as u64, "more difference")));
    }
    lines.extend(outcome.run.gaps.iter().map(|gap| format!("gap: {gap}")));
    lines.extend(outcome.run.warnings.iter().map(|warning| format!("warning: {warning}")));
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", outcome.recording);
    for line in lines {
        let _ = writeln!(text, "    {}", output::printable(&line));
    }
    if outcome.run.broken.is_some() {
        text += &of_log(&outcome.run);
    }
    text
}

/// Characters of a value that are shown.
const SHOWN: usize = 200;

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// All that a plugin logged and printed which failed.
fn of_log(run: &Run) -> String {
    if run.log.is_empty() {
        return "    it logged and printed nothing\n".to_owned();
    }
    let line = |line: &super::outcome::LogBody| format!("    {}: {}\n", line.level, output::printable(&line.line));
    "    what it logged and printed:\n".to_owned() + &run.log.iter().map(line).collect::<String>()
}

fn summary(recordings: &[Outcome], faults: &[FaultOutcome]) -> String {
    let good = recordings.iter().filter(|outcome| outcome.ok).count();
    let mut text = format!("{good} of {} as expected", counted(recordings.len() as u64, "recording"));
    if !faults.is_empty() {
        let broken = faults.iter().filter(|outcome| !outcome.ok).count();
        let runs = counted(faults.len() as u64, "run");
        text += &match broken {
            0 => format!(", and nothing broke in {runs} with faults"),
            _ => format!(", and the plugin broke in {broken} of {runs} with faults"),
        };
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use plugin_tool::Difference;
    use serde_json::json;

    use super::{
        super::outcome::{ErrorBody, LogBody},
        *,
    };

    fn run() -> Run {
        Run {
            broken: None,
            error: None,
            gaps: Vec::new(),
            warnings: Vec::new(),
            agent: Asked { requests: 3, gets: 1, get_nexts: 0, get_bulks: 2, varbinds: 24 },
            rows: 2,
            host_calls: 9,
            peak_memory: 1_200_000,
            cpu_ms: 0.84,
            log: Vec::new(),
        }
    }

    fn outcome(recording: &str, verdict: &'static str) -> Outcome {
        Outcome {
            recording: recording.to_owned(),
            ok: verdict == "equal",
            verdict,
            expected: format!("expected/{recording}.json"),
            differences: Vec::new(),
            difference_count: 0,
            run: run(),
        }
    }

    #[test]
    fn what_differs_and_what_broke_is_told_with_its_place() {
        let difference = Difference { path: "/fans/0/speed".to_owned(), expected: Some(json!(7)), found: None };
        let trapped = Run {
            broken: Some("panicked: no fan at src/lib.rs:9:5".to_owned()),
            log: vec![LogBody { level: "debug", line: "thread 'main' panicked\u{1b}".to_owned() }],
            ..run()
        };
        let timed_out = ErrorBody { kind: "timeout".to_owned(), message: "no answer".to_owned() };
        let fault = |fault: &str, verdict, run| FaultOutcome {
            recording: "switch".to_owned(),
            fault: fault.to_owned(),
            ok: verdict != "broken",
            verdict,
            run,
        };
        let tested = Tested {
            name: "fan-speeds".to_owned(),
            version: "1.0.0".to_owned(),
            digest: String::new(),
            recordings: vec![
                outcome("switch", "equal"),
                Outcome { differences: vec![difference], difference_count: 3, ..outcome("router", "differs") },
                outcome("server", "missing"),
            ],
            faults: vec![
                fault("timeout=0", "error", Run { error: Some(timed_out), ..run() }),
                fault("hole=3", "broken", trapped),
                fault("hole=5", "other", run()),
                fault(
                    "wrong-type",
                    "other",
                    Run {
                        gaps: vec!["1.3.6: no answer".to_owned(), "1.3.7: no answer".to_owned()],
                        warnings: vec!["odd".to_owned()],
                        ..run()
                    },
                ),
                fault("too-big", "same", run()),
            ],
        };
        expect![[r#"
            fan-speeds 1.0.0
              equal    switch  3 requests (1 GET, 2 GETBULK), 24 varbinds, 2 rows, 9 host calls, 1.1 MiB, 0.8 ms CPU
              differs  router  3 requests (1 GET, 2 GETBULK), 24 varbinds, 2 rows, 9 host calls, 1.1 MiB, 0.8 ms CPU
              missing  server  3 requests (1 GET, 2 GETBULK), 24 varbinds, 2 rows, 9 host calls, 1.1 MiB, 0.8 ms CPU
            router
                /fans/0/speed: expected 7, found nothing
                and 2 more differences
            server
                expected/server.json is not there: --update writes it
            faults
              error   switch  timeout=0   timeout: no answer
              broken  switch  hole=3      panicked: no fan at src/lib.rs:9:5
              other   switch  hole=5      no gap and no warning says what is missing
              other   switch  wrong-type  gap: 1.3.6: no answer and 1 more gap; 1 warning
              same    switch  too-big
            switch with hole=3
                what it logged and printed:
                debug: thread 'main' panicked�
            1 of 3 recordings as expected, and the plugin broke in 1 of 5 runs with faults
        "#]]
        .assert_eq(&of_plugin(&tested));
    }
}
