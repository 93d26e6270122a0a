//! What becomes of what was read: the file, or another run, and what people are told.

use std::path::Path;

use anonymising::Report;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use snmp::{Oid, counted};

use super::{
    args::{Output, RecordArgs},
    partial::{self, PartialFile},
    recorded::{Finished, Gap, Recorded, left_out},
    withheld::Withheld,
};
use crate::{
    CommandError, Exit, complain, output,
    say::{note, warn},
};

/// What is known when all was read that could be.
pub(super) struct Ending<'a> {
    pub(super) how: &'a str,
    pub(super) subtrees: &'a [Oid],
}

/// Writes the file, or keeps what there is for another run, and says what is missing.
pub(super) fn end(
    args: &RecordArgs,
    output: &Output,
    recorded: Recorded,
    partial: Option<PartialFile>,
    ending: &Ending<'_>,
) -> Result<Exit, CommandError> {
    let gaps = recorded.gaps.clone();
    gaps.iter().for_each(|gap| complain(&format!("{}: {}", gap.subtree, gap.reason)));
    let is_empty = recorded.varbinds.is_empty();
    if is_empty {
        complain("there is nothing to record");
    }
    let withheld: Vec<String> = left_out(&recorded.withheld).collect();
    if !withheld.is_empty() {
        note(&format!("left out, since it holds secrets: {}; --include NAME records it", withheld.join(", ")));
    }
    let without_form = recorded.without_form.len();
    if without_form > 0 {
        let first = recorded.without_form.first().map(ToString::to_string).unwrap_or_default();
        let values = counted(without_form, "value");
        warn(&format!("{values} not of its type, which a recording cannot hold, such as that of {first}"));
    }
    let is_kept = !gaps.is_empty() && !args.with_gaps && *output != Output::Stdout;
    if is_empty || is_kept {
        match (partial, output) {
            (Some(partial), _) if is_empty => partial.remove().map_err(|source| args.cannot_write(output, source))?,
            (Some(_), Output::File(file)) => {
                let part = PartialFile::path_of(file);
                note(&format!(
                    "not finished: what was read is in {}; --resume goes on with it, and --resume --with-gaps finishes it \
                     with what there is",
                    part.display()
                ));
            }
            _ => {}
        }
        return Ok(if is_empty { Exit::Failed } else { Exit::Partial });
    }
    let seed = args.anonymise.then(|| args.seed()).transpose()?;
    // The community that the device is asked with may stand anywhere in what it says.
    let community = args.device.given_community()?;
    let secrets: Vec<&str> = community.iter().map(ExposeSecret::expose_secret).collect();
    let (withheld, taken_away) = (recorded.withheld.clone(), recorded.taken_away.clone());
    let finished = recorded.finish(ending.how, ending.subtrees, seed.as_ref(), &secrets);
    match output {
        Output::Stdout => output::print(&finished.text)?,
        Output::File(file) => {
            partial::replace(file, &finished.text).map_err(|source| args.cannot_write(output, source))?;
            if let Some(partial) = partial {
                partial.remove().map_err(|source| args.cannot_write(output, source))?;
            }
            if args.device.json {
                output::print_json(&summary(args, file, &finished, &gaps, (&withheld, &taken_away)))?;
            } else {
                output::print(&format!("{} in {}\n", counted(finished.values, "value"), file.display()))?;
            }
        }
    }
    if let Some(report) = &finished.replaced {
        tell(report);
    }
    Ok(if gaps.is_empty() && without_form == 0 { Exit::Done } else { Exit::Partial })
}

/// Tells what was replaced, and what somebody should look at.
fn tell(report: &Report) {
    let lines = report.lines();
    let replaced = if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") };
    note(&format!("replaced: {replaced}"));
    if let Some(doubt) = report.doubt() {
        warn(&doubt);
    }
}

fn summary(
    args: &RecordArgs,
    file: &Path,
    finished: &Finished,
    gaps: &[Gap],
    (withheld, taken_away): (&Withheld, &[String]),
) -> Value {
    let gaps: Vec<_> = gaps.iter().map(|gap| json!({ "oid": gap.subtree.to_string(), "reason": gap.reason })).collect();
    let replaced = finished.replaced.as_ref().map(|report| {
        let count = |(what, count): (&anonymising::IdentifierKind, &anonymising::Count)| {
            json!({ "what": what.noun(), "values": count.values, "places": count.places })
        };
        json!({ "replaced": report.replaced.iter().map(count).collect::<Vec<_>>(), "unknown_texts": report.unknown_texts })
    });
    json!({
        "target": args.device.target().trim(),
        "file": file.display().to_string(),
        "values": finished.values,
        "gaps": gaps,
        "left_out": withheld.counts,
        "taken_away": taken_away,
        "anonymised": replaced,
    })
}
