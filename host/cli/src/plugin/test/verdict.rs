//! What a run gave, and whether that is what it should be.

use job::{JobError, LogLine, ReadStatus, RecipeStats, Report};
use plugin_tool::{Difference, Expected, Fault, differences};
use runtime::Plugin;
use serde_json::{Map, Value};
use simulator::DeviceCounters;

use crate::{plugin::run::Ran, replay};

/// What a run gave.
pub(super) struct Result {
    /// The sections, and the error where it ended with one: what is written and compared.
    pub(super) value: Value,
    /// The kind and the message of that error.
    pub(super) error: Option<(String, String)>,
    /// What no plugin may do, in words: it trapped, it gave what is not as its schema says.
    pub(super) broken: Option<String>,
    pub(super) is_cancelled: bool,
    pub(super) gaps: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) lines: Vec<LogLine>,
    pub(super) stats: Option<RecipeStats>,
    pub(super) asked: DeviceCounters,
}

impl Result {
    /// Takes the plugin's part out of what a poll came to.
    pub(super) fn of(plugin: &Plugin, ran: Ran) -> Self {
        let Ran { ended, lines, asked } = ran;
        let mut result = Self {
            value: Value::Object(Map::new()),
            error: None,
            broken: None,
            is_cancelled: ended.is_none(),
            gaps: Vec::new(),
            warnings: Vec::new(),
            lines,
            stats: None,
            asked,
        };
        match ended {
            None => {}
            Some(Err(error)) => result.take_error(&error),
            Some(Ok(report)) => result.take_report(plugin, report),
        }
        result
    }

    /// The poll did not get as far as the plugin.
    fn take_error(&mut self, error: &JobError) {
        self.error = Some(("poll".to_owned(), error.to_string()));
        self.value = Expected::of_run(Map::new(), Some(("poll", &error.to_string())));
    }

    fn take_report(&mut self, plugin: &Plugin, report: Report) {
        let manifest = plugin.manifest();
        let prefix = format!("{}: ", manifest.name);
        let data: Map<String, Value> = serde_json::from_str(report.data.get()).unwrap_or_default();
        let declared = |name: &String| manifest.sections.iter().any(|section| section.name == *name);
        let sections: Map<String, Value> = data.into_iter().filter(|(name, _)| declared(name)).collect();
        let stats = report.stats.recipes.into_iter().find(|stats| stats.recipe == manifest.name);
        // The gap of the recipe as a whole says in its words what kind of error it was.
        let whole = format!("recipe `{}` ", manifest.name);
        let (of_whole, gaps): (Vec<_>, Vec<_>) = report
            .gaps
            .into_iter()
            .filter(|gap| gap.recipe == manifest.name)
            .partition(|gap| gap.reason.starts_with(&whole));
        self.gaps = gaps
            .into_iter()
            .map(|gap| match &gap.table {
                Some(table) if !gap.reason.contains(table.as_str()) => format!("{table}: {}", gap.reason),
                _ => gap.reason,
            })
            .map(|gap| without_address(&gap))
            .collect();
        self.warnings =
            report.warnings.iter().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect();
        let reason = stats.as_ref().and_then(|stats| stats.reason.clone());
        self.error = match (of_whole.into_iter().next(), reason) {
            (Some(gap), reason) => Some((gap.kind, reason.unwrap_or(gap.reason))),
            (None, Some(reason)) if stats.as_ref().is_some_and(|stats| stats.status == ReadStatus::Unsupported) => {
                Some(("unsupported".to_owned(), reason))
            }
            (None, _) => None,
        };
        self.error = self.error.take().map(|(kind, message)| (kind, without_address(&message)));
        self.broken = self.error.as_ref().filter(|(kind, _)| is_broken(kind)).map(|(_, reason)| reason.clone());
        let misfit = manifest.sections.iter().find_map(|section| {
            let mismatch = section.shape.check(sections.get(&section.name)?).err()?;
            let at = if mismatch.path.is_empty() { ": " } else { " at " };
            Some(format!("section `{}` is not as its schema says{at}{mismatch}", section.name))
        });
        self.broken = self.broken.take().or(misfit);
        let error = self.error.as_ref().map(|(kind, message)| (kind.as_str(), message.as_str()));
        self.value = Expected::of_run(sections, error);
        self.stats = stats;
    }
}

/// A recording has no address: what stands for it in messages of the engine says nothing.
fn without_address(text: &str) -> String {
    text.replace(&format!("0.0.0.0:{}", replay::PORT), "the agent")
}

/// Whether an error of this kind is a fault of the plugin: what the sandbox ended it for, what its SDK caught, or that it
/// never came to an end.
fn is_broken(kind: &str) -> bool {
    kind.starts_with("plugin-") || kind == "exception" || kind.ends_with("-deadline")
}

/// Whether a result is what is expected.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is.
    Equal,
    /// It is from now on.
    Written,
    /// Nothing is expected yet.
    Missing,
    /// It is not.
    Differs(Vec<Difference>),
    /// The plugin did what no plugin may do.
    Broken,
}

impl Verdict {
    pub(super) fn of(result: &Result, expected: &Expected) -> Self {
        match (&result.broken, expected) {
            (Some(_), _) => Self::Broken,
            (None, Expected::Missing) => Self::Missing,
            (None, Expected::Result(expected)) => {
                let found = differences(expected, &result.value);
                if found.is_empty() { Self::Equal } else { Self::Differs(found) }
            }
        }
    }

    pub(super) fn may_be_written(&self) -> bool {
        matches!(self, Self::Missing | Self::Differs(_))
    }

    pub(super) fn is_ok(&self) -> bool {
        matches!(self, Self::Equal | Self::Written)
    }

    /// In one word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Written => "written",
            Self::Missing => "missing",
            Self::Differs(_) => "differs",
            Self::Broken => "broken",
        }
    }
}

/// What a fault did to a plugin.
#[derive(Debug)]
pub(super) enum FaultVerdict {
    /// Its result is the same as without.
    Same,
    /// Its result is another one.
    Other,
    /// It said that it has none, with this error.
    Error,
    /// It was cancelled, and runs as before.
    Cancelled,
    /// The fault never came: the plugin asked less than that.
    NotReached,
    /// It broke.
    Broken(String),
}

impl FaultVerdict {
    pub(super) fn of(honest: &Result, faulty: &Result, fault: &Fault, again: Option<&Result>) -> Self {
        match (&faulty.broken, again) {
            (Some(reason), _) => Self::Broken(reason.clone()),
            (None, Some(again)) if again.value != honest.value => {
                Self::Broken("after it was cancelled, the next run gives another result".to_owned())
            }
            (None, Some(_)) => Self::Cancelled,
            (None, None) if matches!(fault, Fault::CancelAfter { .. }) => Self::NotReached,
            (None, None) if faulty.error.is_some() => Self::Error,
            (None, None) if faulty.value == honest.value => Self::Same,
            (None, None) => Self::Other,
        }
    }

    pub(super) fn is_ok(&self) -> bool {
        !matches!(self, Self::Broken(_))
    }

    /// In one word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Other => "other",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::NotReached => "not-reached",
            Self::Broken(_) => "broken",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(value: Value, error: Option<&str>, broken: Option<&str>) -> Result {
        Result {
            value,
            error: error.map(|kind| (kind.to_owned(), String::new())),
            broken: broken.map(str::to_owned),
            is_cancelled: false,
            gaps: Vec::new(),
            warnings: Vec::new(),
            lines: Vec::new(),
            stats: None,
            asked: DeviceCounters::default(),
        }
    }

    #[test]
    fn a_result_is_compared_unless_the_plugin_broke() {
        let good = result(json!({ "fans": [] }), None, None);
        let expected = |value| Expected::Result(value);
        assert_eq!(Verdict::of(&good, &expected(json!({ "fans": [] }))).word(), "equal");
        assert_eq!(Verdict::of(&good, &expected(json!({ "fans": [1] }))).word(), "differs");
        assert_eq!(Verdict::of(&good, &Expected::Missing).word(), "missing");
        let broken = result(json!({ "fans": [] }), None, Some("trapped"));
        let verdict = Verdict::of(&broken, &expected(json!({ "fans": [] })));
        assert!(!verdict.is_ok() && !verdict.may_be_written(), "{verdict:?}");
    }

    #[test]
    fn a_fault_may_do_anything_but_break_the_plugin() {
        let honest = result(json!({ "fans": [1] }), None, None);
        let check = |faulty: &Result, fault: &str, again: Option<&Result>, word: &str| {
            let verdict = FaultVerdict::of(&honest, faulty, &fault.parse().unwrap(), again);
            assert_eq!((verdict.word(), verdict.is_ok()), (word, word != "broken"));
        };
        let (other, error) = (result(json!({}), None, None), result(json!({}), Some("timeout"), None));
        check(&honest, "too-big", None, "same");
        check(&other, "hole", None, "other");
        check(&error, "timeout", None, "error");
        check(&result(json!({}), Some("plugin-trap"), Some("trapped")), "hole", None, "broken");
        check(&honest, "cancel-after=3", None, "not-reached");
        check(&other, "cancel-after=1", Some(&honest), "cancelled");
        check(&other, "cancel-after=1", Some(&other), "broken");
    }

    #[test]
    fn a_recording_has_no_address() {
        assert_eq!(without_address("0.0.0.0:161 did not answer 2 requests"), "the agent did not answer 2 requests");
    }

    #[test]
    fn what_the_sandbox_or_an_sdk_had_to_end_is_a_broken_plugin() {
        for kind in ["plugin-trap", "plugin-panic", "exception", "recipe-deadline"] {
            assert!(is_broken(kind), "{kind}");
        }
        for kind in ["timeout", "unsupported", "other", "deadline"] {
            assert!(!is_broken(kind), "{kind}");
        }
    }
}
