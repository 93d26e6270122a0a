//! One poll from its start to its report.

use std::{sync::Arc, time::Duration};

use config::TargetRules;
use futures_util::future::join_all;
use limits::Limits;
use plugin_runtime::{CollectError, CollectJob, CollectReport, ErrorKind, JobEvents, LogLevel, PluginSet, Runtime};
use serde_json::{Map, Value};
use snmp_engine::{Credentials, Engine, HubStats, Session};
use tokio::{runtime::Handle, time::Instant};

use super::{
    Gap, PollError,
    deadline::Deadline,
    device::{DeviceTiming, PolledDevice},
    notes::Summary,
    profile::Profiles,
    reach::{Asked, Reached, of_the_agent},
    recipes::Recipe,
    report::{Data, Learned, PollStats, RecipeStats, Report},
    system_group::SystemGroup,
    target::Resolver,
    voice::{Logged, PollEvents, RecipeVoice, Voice},
    words::millis,
};
use crate::spec::PollSpec;

/// What every poll needs. Knows nothing of tickets or HTTP.
#[derive(Debug)]
pub struct Runner {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
    pub(super) resolver: Resolver,
    pub(super) profiles: Profiles,
    runtime: Runtime,
    pub(super) plugins: Arc<PluginSet>,
    tasks: Handle,
}

impl Runner {
    /// Puts together what polls need. Readers run on `tasks`.
    #[must_use]
    pub fn new(
        engine: Engine,
        runtime: Runtime,
        plugins: Arc<PluginSet>,
        limits: Limits,
        targets: TargetRules,
        tasks: Handle,
    ) -> Self {
        let resolver = Resolver::new(&limits.snmp);
        let profiles = Profiles::new(&limits, targets);
        Self { engine, limits, resolver, profiles, runtime, plugins, tasks }
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn hub_stats(&self) -> HubStats {
        self.engine.stats()
    }

    /// Polls a device. Dropping the future stops it.
    pub async fn poll(&self, spec: &PollSpec, events: Arc<dyn PollEvents>) -> Result<Report, PollError> {
        let begun = Instant::now();
        let device = &spec.device;
        let voice = Arc::new(Voice::new(events, self.limits.polls.ticket_log_lines));
        voice.show("Starting poll...");
        let job = Deadline::of_job(begun, self.limits.polls.job_deadline);
        let sessions = self.sessions(device, self.limits.snmp.resolve_deadline).await?;

        voice.start(std::slice::from_ref(&spec.recipes.first));
        // Before any plugin is started: one that waits for a silent device would hold a place in the sandbox that a
        // device which answers could use.
        let deadline = job.get(spec.get_timeout);
        let ask = |session: Session| async move {
            let counted = session.counted();
            let group = SystemGroup::read(&counted, deadline.at).await?;
            Ok((session, counted, group))
        };
        let reached = self.first_answer(device, &sessions, deadline.at, ask).await;
        let Reached { answer: (mut session, mut counted, group), others: elsewhere } = reached.map_err(|errors| {
            if deadline.is_of_job() && Instant::now() >= deadline.at {
                PollError::Deadline { reason: deadline.words(0) }
            } else {
                PollError::no_answer(device.target.asked(), &errors)
            }
        })?;
        let (addr, what) = (session.peer(), group.sys_object_id());
        if let Some(options) = what.as_ref().and_then(|what| self.profiles.learn(device, addr, what)) {
            session = session.with_options(options.clone());
            counted = counted.with_options(options);
        }

        let reading = Reading { session, elsewhere, voice, spec, job };
        let first = self.collect(&spec.recipes.first, 0, &reading, counted, Some(&group)).await;
        if matches!(first.result, Err(CollectError::Deadline)) && first.deadline.is_of_job() {
            return Err(PollError::Deadline { reason: first.deadline.words(first.stats.rows) });
        }
        let others = spec.recipes.others_for(&self.plugins, what.as_ref());
        reading.voice.start(&others);
        let others = join_all(
            others
                .iter()
                .zip(1..)
                .map(|(recipe, place)| self.collect(recipe, place, &reading, reading.session.counted(), None)),
        );

        let mut collected = vec![first];
        collected.extend(others.await);
        self.report(addr.to_string(), collected, &reading, begun)
    }

    /// Runs one recipe, whose requests are counted by this session, with what is known of the device already.
    async fn collect(
        &self,
        recipe: &Recipe,
        place: usize,
        reading: &Reading<'_>,
        session: Session,
        known: Option<&SystemGroup>,
    ) -> Collected {
        let begun = Instant::now();
        let (manifest, polls) = (recipe.plugin.manifest(), &self.limits.polls);
        let name = &manifest.name;
        let deadline = reading.job.recipe(polls.recipe_deadline);
        let timing = DeviceTiming {
            get_timeout: reading.spec.get_timeout,
            walk_timeout: reading.spec.walk_timeout,
            deadline,
            reader_batches: polls.reader_batches,
            noted_gaps: polls.noted_gaps,
            listed_tables: polls.listed_tables,
        };
        let varbinds = known.map(SystemGroup::varbinds).unwrap_or_default();
        let device = Arc::new(PolledDevice::new(session.clone(), varbinds, timing, self.tasks.clone()));
        let events = Arc::new(RecipeVoice::new(Arc::clone(&reading.voice), name.clone(), place));
        if place == 0 {
            of_the_agent(&session).iter().for_each(|warning| events.log(LogLevel::Warn, warning));
        }
        let job = CollectJob {
            device: device.clone(),
            events: Arc::clone(&events) as Arc<dyn JobEvents>,
            params: recipe.params.clone(),
            deadline: deadline.at,
        };
        let CollectReport { result, cpu, peak_memory, host_calls, log_dropped, .. } =
            self.runtime.collect(&recipe.plugin, job).await;
        reading.voice.done(place);

        let Summary { gaps: noted, gaps_dropped, warnings, tables, tables_dropped, rows, is_unsupported } =
            device.summary(name);
        warnings.iter().for_each(|warning| events.log(LogLevel::Warn, warning));
        let is_version_1 = matches!(reading.spec.device.credentials, Credentials::V1 { .. });
        let mut gaps = known.map(|group| group.gaps(is_version_1)).unwrap_or_default();
        gaps.extend(noted);
        if matches!(result, Err(CollectError::Deadline)) {
            // That its tables were not read to their ends goes without saying.
            gaps.retain(|gap| !gap.is_of_deadline(deadline));
        }
        gaps.extend(result.as_ref().err().and_then(|error| Gap::of_recipe(name, error, deadline, rows)));
        let status = match &result {
            Err(CollectError::Plugin { kind: ErrorKind::Unsupported, .. }) => "unsupported",
            Err(_) => "failed",
            Ok(_) if !gaps.is_empty() || gaps_dropped > 0 => "partial",
            Ok(_) if is_unsupported => "unsupported",
            Ok(_) => "complete",
        };
        let taken = session.stats();
        let stats = RecipeStats {
            recipe: name.clone(),
            status,
            reason: result.as_ref().err().map(ToString::to_string),
            rows,
            requests: taken.requests,
            retries: taken.retries,
            timeouts: taken.timeouts,
            round_trip_ms: taken.mean_round_trip.map(millis),
            tables,
            tables_dropped,
            cpu_ms: millis(cpu),
            peak_memory,
            host_calls,
        };
        let timing = (manifest.timing.clone(), begun.elapsed());
        Collected { timing, stats, result, gaps, gaps_dropped, log_dropped, deadline }
    }

    fn report(
        &self,
        address: String,
        collected: Vec<Collected>,
        reading: &Reading<'_>,
        begun: Instant,
    ) -> Result<Report, PollError> {
        let spec = reading.spec;
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

        let data =
            Data { target: spec.device.target.asked(), sections: &sections, usual_sections: spec.usual_sections };
        let data = serde_json::value::to_raw_value(&data);
        gaps_dropped += gaps.len().saturating_sub(self.limits.polls.gaps) as u64;
        gaps.truncate(self.limits.polls.gaps);
        Ok(Report {
            data: data.map_err(|error| PollError::Unwritable { reason: error.to_string() })?,
            timing,
            gaps,
            gaps_dropped,
            stats: stats(reading, address, recipes),
            warnings,
            log,
            log_dropped,
        })
    }
}

/// What the recipes of one poll share.
struct Reading<'a> {
    session: Session,
    /// What it took to ask the addresses that did not answer.
    elsewhere: Asked,
    voice: Arc<Voice>,
    spec: &'a PollSpec,
    job: Deadline,
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
    deadline: Deadline,
}

fn stats(reading: &Reading<'_>, address: String, recipes: Vec<RecipeStats>) -> PollStats {
    let (stats, elsewhere) = (reading.session.stats(), reading.elsewhere);
    PollStats {
        address,
        requests: stats.requests + elsewhere.requests,
        retries: stats.retries + elsewhere.retries,
        timeouts: stats.timeouts + elsewhere.timeouts,
        varbinds: stats.varbinds,
        round_trip_ms: stats.mean_round_trip.map(millis),
        learned: Learned { bulk: stats.bulk, max_repetitions: stats.max_repetitions, window: stats.window },
        recipes,
    }
}

/// Seconds with six digits, as the reference gives them.
#[must_use]
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
