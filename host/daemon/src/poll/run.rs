//! One poll from its start to its report.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use plugin_runtime::{CollectError, CollectJob, CollectReport, ErrorKind, PluginSet, Runtime};
use serde_json::{Map, Value};
use snmp_engine::{Engine, Oid, RequestError, Session, Target};
use tokio::{runtime::Handle, time::Instant};

use super::{
    Gap, ResolveError,
    device::{DeviceTiming, PolledDevice},
    recipes::Recipe,
    report::{Data, PollStats, RecipeStats, Report},
    spec::PollSpec,
    target::Resolver,
    voice::{Logged, PollEvents, RecipeVoice, Voice},
};
use crate::limits::Limits;

/// What every poll needs. Knows nothing of tickets or HTTP.
#[derive(Debug)]
pub struct Runner {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
    pub(super) resolver: Resolver,
    runtime: Runtime,
    plugins: Arc<PluginSet>,
    tasks: Handle,
}

/// Why a poll has no result. The texts are what a client reads.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// The target has no address.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The device did not answer, or has no system group.
    #[error("No SNMP response from {target}")]
    NoAnswer {
        /// The target as asked.
        target: Arc<str>,
    },
    /// It did not answer, and it is known why.
    #[error("No SNMP response from {target}: {reason}")]
    NoAnswerBecause {
        /// The target as asked.
        target: Arc<str>,
        /// The cause in words.
        reason: String,
    },
    /// The recipe that decides whether there is a device did something wrong itself.
    #[error("Recipe `{recipe}` {reason}")]
    Recipe {
        /// Its name.
        recipe: String,
        /// What it did.
        reason: String,
    },
    /// The first recipe took all the time that a poll has.
    #[error("The poll took longer than {limit:?} (limit `polls.job_deadline`)")]
    Deadline {
        /// The limit.
        limit: Duration,
    },
    /// The result cannot be written as JSON.
    #[error("The result cannot be written: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },
}

impl Runner {
    /// Puts together what polls need. Readers run on `tasks`.
    #[must_use]
    pub fn new(engine: Engine, runtime: Runtime, plugins: Arc<PluginSet>, limits: Limits, tasks: Handle) -> Self {
        let resolver = Resolver::new(limits.snmp.look_ups);
        Self { engine, limits, resolver, runtime, plugins, tasks }
    }

    /// Polls a device. Dropping the future stops it.
    pub async fn poll(&self, spec: &PollSpec, events: Arc<dyn PollEvents>) -> Result<Report, PollError> {
        let begun = Instant::now();
        let device = &spec.device;
        let voice = Arc::new(Voice::new(events, self.limits.polls.ticket_log_lines));
        voice.show("Starting poll...");
        let addr = self.resolver.resolve(&device.target, device.port, self.limits.snmp.resolve_deadline).await?;
        let target = Target { addr, credentials: device.credentials.clone() };
        let session = self.engine.session(target, self.limits.request_options());
        let reading = Reading {
            session,
            voice,
            timing: DeviceTiming {
                get_timeout: spec.get_timeout,
                walk_timeout: spec.walk_timeout,
                job_deadline: begun + self.limits.polls.job_deadline,
                reader_batches: self.limits.polls.reader_batches,
                noted_gaps: self.limits.polls.noted_gaps,
            },
        };

        reading.voice.start(std::slice::from_ref(&spec.recipes.first));
        let first = self.collect(&spec.recipes.first, 0, &reading).await;
        let first = self.answered(first, spec)?;
        let others = spec.recipes.others_for(&self.plugins, first.sys_object_id().as_ref());
        reading.voice.start(&others);
        let others = join_all(others.iter().zip(1..).map(|(recipe, place)| self.collect(recipe, place, &reading)));

        let mut collected = vec![first];
        collected.extend(others.await);
        self.report(spec, addr.to_string(), collected, &reading, begun)
    }

    /// Runs one recipe.
    async fn collect(&self, recipe: &Recipe, place: usize, reading: &Reading) -> Collected {
        let begun = Instant::now();
        let manifest = recipe.plugin.manifest();
        let device = Arc::new(PolledDevice::new(reading.session.clone(), reading.timing, self.tasks.clone()));
        let events = RecipeVoice::new(Arc::clone(&reading.voice), manifest.name.clone(), place);
        let job = CollectJob {
            device: device.clone(),
            events: Arc::new(events),
            params: recipe.params.clone(),
            deadline: reading.timing.job_deadline,
        };
        let CollectReport { result, cpu, peak_memory, host_calls, log_dropped, .. } =
            self.runtime.collect(&recipe.plugin, job).await;
        reading.voice.done(place);
        let (mut gaps, gaps_dropped) = device.gaps(&manifest.name);
        gaps.extend(result.as_ref().err().and_then(|error| Gap::of_recipe(&manifest.name, error)));
        Collected {
            timing: (manifest.timing.clone(), begun.elapsed()),
            stats: RecipeStats { recipe: manifest.name.clone(), cpu_ms: millis(cpu), peak_memory, host_calls },
            result,
            gaps,
            gaps_dropped,
            log_dropped,
            get_error: device.take_get_error(),
        }
    }

    /// Decides by the first recipe whether there is a device.
    fn answered(&self, first: Collected, spec: &PollSpec) -> Result<Collected, PollError> {
        let target = Arc::clone(&spec.device.target);
        let recipe = || spec.recipes.first.plugin.manifest().name.clone();
        match (&first.result, &first.get_error) {
            (Ok(sections), _) if has_system_group(sections) => Ok(first),
            (Err(CollectError::Deadline), _) => Err(PollError::Deadline { limit: self.limits.polls.job_deadline }),
            (Err(CollectError::Plugin { kind: ErrorKind::Timeout, .. }) | Ok(_), None) => {
                Err(PollError::NoAnswer { target })
            }
            (Err(CollectError::Plugin { .. }) | Ok(_), Some(error)) if is_silence(error) => {
                Err(PollError::NoAnswer { target })
            }
            (Err(CollectError::Plugin { .. }) | Ok(_), Some(error)) => {
                Err(PollError::NoAnswerBecause { target, reason: error.to_string() })
            }
            (Err(error @ CollectError::Plugin { .. }), None) => {
                Err(PollError::NoAnswerBecause { target, reason: error.to_string() })
            }
            (Err(error), _) => Err(PollError::Recipe { recipe: recipe(), reason: error.to_string() }),
        }
    }

    fn report(
        &self,
        spec: &PollSpec,
        address: String,
        collected: Vec<Collected>,
        reading: &Reading,
        begun: Instant,
    ) -> Result<Report, PollError> {
        let Logged { lines: log, lines_dropped: mut log_dropped, warnings } = reading.voice.take_log();
        let mut sections = Vec::with_capacity(collected.len());
        let mut timing: Vec<(String, f64)> = Vec::with_capacity(collected.len() + 1);
        let (mut gaps, mut gaps_dropped, mut recipes) = (Vec::new(), 0, Vec::with_capacity(collected.len()));
        for recipe in collected {
            let (name, elapsed) = recipe.timing;
            // Two plugins may have chosen the same name; what clients see is then the time of both.
            match timing.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += seconds(elapsed),
                None => timing.push((name, seconds(elapsed))),
            }
            sections.extend(recipe.result.ok());
            gaps.extend(recipe.gaps);
            gaps_dropped += recipe.gaps_dropped;
            log_dropped += recipe.log_dropped;
            recipes.push(recipe.stats);
        }
        timing.retain(|(name, _)| name != "total");
        timing.push(("total".to_owned(), seconds(begun.elapsed())));

        let data = Data { target: &spec.device.target, sections: &sections, usual_sections: spec.usual_sections };
        let data = serde_json::value::to_raw_value(&data);
        gaps_dropped += gaps.len().saturating_sub(self.limits.polls.gaps) as u64;
        gaps.truncate(self.limits.polls.gaps);
        Ok(Report {
            data: data.map_err(|error| PollError::Unwritable { reason: error.to_string() })?,
            timing,
            gaps,
            gaps_dropped,
            stats: stats(&reading.session, address, recipes),
            warnings,
            log,
            log_dropped,
        })
    }
}

/// What the recipes of one poll share.
struct Reading {
    session: Session,
    voice: Arc<Voice>,
    timing: DeviceTiming,
}

/// What one recipe came to.
struct Collected {
    result: Result<Map<String, Value>, CollectError>,
    gaps: Vec<Gap>,
    gaps_dropped: u64,
    /// Log lines that the runtime took from the plugin and let nobody hear.
    log_dropped: u64,
    timing: (String, Duration),
    stats: RecipeStats,
    get_error: Option<RequestError>,
}

impl Collected {
    fn sys_object_id(&self) -> Option<Oid> {
        self.result.as_ref().ok()?.get("snmp_data")?.get("sysObjectID")?.as_str()?.parse().ok()
    }
}

fn has_system_group(sections: &Map<String, Value>) -> bool {
    sections.get("snmp_data").and_then(Value::as_object).is_some_and(|system| !system.is_empty())
}

/// Whether an error says no more than that nothing came.
fn is_silence(error: &RequestError) -> bool {
    matches!(error, RequestError::Timeout { rejected: None, .. } | RequestError::Deadline { rejected: None, .. })
}

fn stats(session: &Session, address: String, recipes: Vec<RecipeStats>) -> PollStats {
    let stats = session.stats();
    PollStats {
        address,
        requests: stats.requests,
        retries: stats.retries,
        timeouts: stats.timeouts,
        varbinds: stats.varbinds,
        round_trip_ms: stats.mean_round_trip.map(millis),
        recipes,
    }
}

/// Seconds with six digits, as the reference gives them.
pub(crate) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
