//! One poll from its start to its report.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use job::{
    Catalogue, Events, Gap, JobError, Learned, PollJob, PollStats, ReadStatus, Recipe, RecipeProblem, RecipeStats,
    Report, Runner, Running, SYSTEM_INFO, seconds,
};
use runtime::{
    CollectError, CollectJob, CollectReport, JobEvents, JobSections, LivePlugins, LogLevel, Manifest, Plugin,
    PluginSet, Runtime, Sections,
};
use serde_json::{Map, Value};
use snmp::Credentials;
use snmp_engine::Session;
use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

use super::{
    DeviceSessions,
    catalogue::{catalogue, resolve},
    data::Data,
    deadline::Deadline,
    device::{DeviceTiming, PolledDevice},
    ending::{Ending, TablesRead},
    gap,
    no_answer::no_answer,
    notes::Summary,
    probing::Probes,
    progress::{Logged, ProgressReporter, RecipeReporter},
    reach::{Reached, RequestCounts, of_the_agent},
    shared_sections::{SharedSections, waits},
    silent,
    system_group::SystemGroup,
    words::millis,
};

/// Runs polls: the only implementation that touches devices and the sandbox. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct PollRunner(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    devices: Arc<DeviceSessions>,
    runtime: Runtime,
    plugins: LivePlugins,
    tasks: Handle,
}

impl Runner<PollJob> for PollRunner {
    fn run(&self, job: PollJob, events: Arc<dyn Events>) -> Running<Result<Report, JobError>> {
        let runner = self.clone();
        Box::pin(async move { runner.0.poll(&job, events).await })
    }
}

impl PollRunner {
    /// Runs polls with these plugins. Readers run on `tasks`.
    #[must_use]
    pub fn new(devices: Arc<DeviceSessions>, runtime: Runtime, plugins: LivePlugins, tasks: Handle) -> Self {
        Self(Arc::new(Inner { devices, runtime, plugins, tasks }))
    }
}

/// A recipe whose plugin is here.
#[derive(Clone)]
struct RunnableRecipe {
    plugin: Plugin,
    params: Map<String, Value>,
}

impl RunnableRecipe {
    fn manifest(&self) -> &Manifest {
        self.plugin.manifest()
    }

    fn starting(&self) -> &str {
        &self.plugin.manifest().starting
    }
}

/// The plugins of one poll: those that were there when it began.
struct PollPlugins {
    set: Arc<PluginSet>,
    catalogue: Catalogue,
}

impl PollPlugins {
    /// The first recipe and the others, with their plugins; or why one of them cannot run.
    fn find(&self, job: &PollJob) -> Result<(RunnableRecipe, Vec<RunnableRecipe>), JobError> {
        let mut recipes = job.recipes.iter();
        let first = recipes.next().filter(|recipe| recipe.plugin.name == SYSTEM_INFO).ok_or_else(|| {
            JobError::Plugin { plugin: SYSTEM_INFO.to_owned(), reason: "it must be the first recipe".to_owned() }
        })?;
        let found = (self.runnable(first)?, recipes.map(|recipe| self.runnable(recipe)).collect::<Result<_, _>>()?);
        match self.catalogue.conflict(&job.recipes) {
            None => Ok(found),
            Some(RecipeProblem { place, reason }) => {
                let plugin = job.recipes.get(place).map(|recipe| recipe.plugin.name.clone()).unwrap_or_default();
                Err(JobError::Plugin { plugin, reason: reason.to_string() })
            }
        }
    }

    fn runnable(&self, recipe: &Recipe) -> Result<RunnableRecipe, JobError> {
        Ok(RunnableRecipe { plugin: resolve(&self.set, &recipe.plugin)?, params: recipe.params.clone() })
    }
}

impl Inner {
    /// Waits for those plugins of a job that are still being compiled. `auto` waits for none: it takes what is there, and
    /// says what is not.
    async fn plugins(
        &self,
        job: &PollJob,
        progress: &ProgressReporter,
        deadline: Deadline,
    ) -> Result<PollPlugins, JobError> {
        let named = |set: &PluginSet| {
            let mut names = job.recipes.iter().map(|recipe| &recipe.plugin.name);
            names.find(|name| set.is_compiling(name)).cloned()
        };
        let mut set = self.plugins.now();
        if let Some(name) = named(&set) {
            progress.show(&format!("Waiting for the plugin {name} to be compiled..."));
            set =
                timeout_at(deadline.at, self.plugins.until(|set| named(set).is_none())).await.map_err(|_elapsed| {
                    JobError::Deadline {
                        reason: format!("the plugin `{name}` is still being compiled: {}", deadline.words(0)),
                    }
                })?;
        }
        if job.auto {
            for (name, _) in set.compiling() {
                progress.warn(&format!("auto: the plugin `{name}` is still being compiled, and was not looked at"));
            }
        }
        Ok(PollPlugins { catalogue: catalogue(&set), set })
    }

    /// Polls a device. Dropping the future stops it.
    async fn poll(&self, job: &PollJob, events: Arc<dyn Events>) -> Result<Report, JobError> {
        let begun = Instant::now();
        let (device, limits) = (&job.device, &self.devices.limits);
        let progress = Arc::new(ProgressReporter::new(Arc::clone(&events), limits.polls.ticket_log_lines));
        progress.show("Starting poll...");
        let whole = Deadline::of_job(begun, limits.polls.job_deadline);
        // This process keeps no credentials.
        let credentials = device.access.given();
        let credentials = credentials.map_err(|name| JobError::UnknownCredentials { name: name.clone() })?;
        let plugins = self.plugins(job, &progress, whole).await?;
        let (first, mut others) = plugins.find(job)?;
        // Before any plugin is started: one that waits for a silent device would hold a place in the sandbox that a
        // device which answers could use.
        let reaching = async {
            let sessions = self.devices.sessions(device, credentials, limits.snmp.resolve_deadline).await?;
            progress.start(std::iter::once(first.starting()));
            let deadline = whole.get(job.get_timeout);
            let ask = |session: Session| async move {
                let counted = session.counted();
                let group = SystemGroup::read(&counted, deadline.at).await?;
                Ok((session, counted, group))
            };
            let reached = self.devices.first_answer(device, &sessions, deadline.at, ask).await;
            reached.map_err(|errors| {
                if deadline.is_of_job() && Instant::now() >= deadline.at {
                    JobError::Deadline { reason: deadline.words(0) }
                } else {
                    no_answer(device.target.asked(), &errors)
                }
            })
        };
        let reached = silent::first_answer(&*events, limits.polls.silent_after, whole.at, reaching).await?;
        let Reached { answer: (mut session, mut counted, group), others: elsewhere } = reached;
        let (addr, what) = (session.peer(), group.sys_object_id());
        if let Some(options) = what.as_ref().and_then(|what| self.devices.policy.learn(device, addr, what)) {
            session = session.with_options(options.clone());
            counted = counted.with_options(options);
        }

        let is_version_1 = matches!(credentials, Credentials::V1 { .. });
        let context = PollContext {
            session,
            credentials,
            sections: Arc::new(SharedSections::new()),
            elsewhere,
            progress,
            job,
            is_version_1,
            deadline: whole,
        };
        context.sections.want(others.iter().map(RunnableRecipe::manifest));
        if job.auto {
            context.sections.want(plugins.set.plugins().map(Plugin::manifest));
        }
        let first_recipe = &first;
        let first = self.collect(first_recipe, 0, &context, counted, Some(&group)).await;
        if matches!(first.result, Err(CollectError::Deadline)) && first.deadline.is_of_job() {
            return Err(JobError::Deadline { reason: first.deadline.words(first.stats.rows) });
        }
        if job.auto {
            let manifests = plugins.set.plugins().map(Plugin::manifest);
            let probes = Probes::new(&plugins.catalogue.probes(what.as_ref()), manifests);
            let deadline = whole.get(job.get_timeout);
            let there = probes.look_for(&context.session, deadline.at, &context.progress).await;
            for recipe in plugins.catalogue.fitting(&job.recipes, what.as_ref(), |subtree| there.contains(subtree)) {
                others.push(plugins.runnable(&recipe)?);
            }
        }
        context.progress.start(others.iter().map(RunnableRecipe::starting));
        let manifests: Vec<&Manifest> =
            std::iter::once(first_recipe).chain(&others).map(RunnableRecipe::manifest).collect();
        let waits = waits(&manifests);
        let collect_in_turn = |(recipe, place): (&RunnableRecipe, usize)| {
            let (recipe, context, needed) = (recipe.clone(), &context, waits.get(place));
            async move {
                if let Some(needed) = needed {
                    context.sections.wait_for(needed).await;
                }
                self.collect(&recipe, place, context, context.session.counted(), None).await
            }
        };
        let others = join_all(others.iter().zip(1..).map(collect_in_turn));

        let mut collected = vec![first];
        collected.extend(others.await);
        self.report(addr.to_string(), collected, &context, begun)
    }

    /// Runs one recipe, whose requests are counted by this session, with what is known of the device already.
    async fn collect(
        &self,
        recipe: &RunnableRecipe,
        place: usize,
        context: &PollContext<'_>,
        session: Session,
        known: Option<&SystemGroup>,
    ) -> Collected {
        let begun = Instant::now();
        let (manifest, polls) = (recipe.plugin.manifest(), &self.devices.limits.polls);
        let name = &manifest.name;
        let deadline = context.deadline.recipe(polls.recipe_deadline);
        let timing = DeviceTiming {
            get_timeout: context.job.get_timeout,
            walk_timeout: context.job.walk_timeout,
            deadline,
            reader_batches: polls.reader_batches,
            noted_gaps: polls.noted_gaps,
            listed_tables: polls.listed_tables,
        };
        let varbinds = known.map(SystemGroup::varbinds).unwrap_or_default();
        let credentials = context.credentials.clone();
        let device = Arc::new(PolledDevice::new(session.clone(), credentials, varbinds, timing, self.tasks.clone()));
        let events = Arc::new(RecipeReporter::new(Arc::clone(&context.progress), name.clone(), place));
        if place == 0 {
            of_the_agent(&session).iter().for_each(|warning| events.log(LogLevel::Warn, warning));
        }
        let job = CollectJob {
            device: device.clone(),
            events: Arc::clone(&events) as Arc<dyn JobEvents>,
            params: if recipe.params.is_empty() { manifest.default_params.clone() } else { recipe.params.clone() },
            sections: Arc::clone(&context.sections) as Arc<dyn JobSections>,
            deadline: deadline.at,
        };
        let report = self.runtime.collect(&recipe.plugin, job).await;
        let CollectReport { result, kept, misfits, withheld, withheld_dropped, log_dropped, .. } = report;
        let CollectReport { cpu, peak_memory, host_calls, .. } = report;
        context.sections.done(place, result.as_ref().unwrap_or(&kept));
        context.progress.done(place);
        misfits.iter().for_each(|misfit| events.log(LogLevel::Warn, misfit));

        let Summary { gaps: noted, mut gaps_dropped, warnings, tables, tables_dropped, rows, is_unsupported } =
            device.summary(name);
        gaps_dropped += withheld_dropped;
        warnings.iter().for_each(|warning| events.log(LogLevel::Warn, warning));
        let mut gaps = known.map(|group| group.gaps(context.is_version_1)).unwrap_or_default();
        gaps.extend(noted);
        gaps.extend(withheld.iter().map(|withheld| gap::of_withheld(name, withheld)));
        if matches!(result, Err(CollectError::Deadline)) {
            // That its tables were not read to their ends goes without saying.
            gaps.retain(|gap| !gap::is_of_deadline(gap, deadline));
        }
        let read = TablesRead { tables: &tables, dropped: tables_dropped, is_unsupported };
        let Ending { status, reason } = Ending::of(&result, &kept, !gaps.is_empty() || gaps_dropped > 0, &read);
        // That the device has nothing for a recipe is no gap.
        let no_result = result.as_ref().err().filter(|_| status != ReadStatus::Unsupported);
        gaps.extend(no_result.map(|error| gap::of_recipe(name, error, deadline, rows)));
        let taken = session.stats();
        let stats = RecipeStats {
            recipe: name.clone(),
            status,
            reason,
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
        Collected { timing, stats, result, kept, gaps, gaps_dropped, log_dropped, deadline }
    }

    fn report(
        &self,
        address: String,
        collected: Vec<Collected>,
        context: &PollContext<'_>,
        begun: Instant,
    ) -> Result<Report, JobError> {
        let job = context.job;
        let Logged { lines: log, lines_dropped: mut log_dropped, warnings } = context.progress.take_log();
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
            sections.push(recipe.result.unwrap_or(recipe.kept));
            gaps.extend(recipe.gaps);
            gaps_dropped += recipe.gaps_dropped;
            log_dropped += recipe.log_dropped;
            recipes.push(recipe.stats);
        }
        timing.retain(|(name, _)| name != "total");
        timing.push(("total".to_owned(), seconds(begun.elapsed())));

        let data = Data { target: job.device.target.asked(), sections: &sections, usual_sections: job.usual_sections };
        let data = serde_json::value::to_raw_value(&data);
        gaps_dropped += gaps.len().saturating_sub(self.devices.limits.polls.gaps) as u64;
        gaps.truncate(self.devices.limits.polls.gaps);
        Ok(Report {
            data: data.map_err(|error| JobError::Unwritable { reason: error.to_string() })?,
            timing,
            gaps,
            gaps_dropped,
            stats: stats(context, address, recipes),
            warnings,
            log,
            log_dropped,
        })
    }
}

/// What the recipes of one poll share.
struct PollContext<'a> {
    session: Session,
    credentials: &'a Credentials,
    /// What the recipes that are done have found.
    sections: Arc<SharedSections>,
    /// What it took to ask the addresses that did not answer.
    elsewhere: RequestCounts,
    progress: Arc<ProgressReporter>,
    job: &'a PollJob,
    is_version_1: bool,
    /// That of the whole poll.
    deadline: Deadline,
}

/// What one recipe came to.
struct Collected {
    result: Result<Sections, CollectError>,
    /// What was handed over before it failed.
    kept: Sections,
    gaps: Vec<Gap>,
    gaps_dropped: u64,
    /// Log lines that the runtime took from the plugin and let nobody hear.
    log_dropped: u64,
    timing: (String, Duration),
    stats: RecipeStats,
    deadline: Deadline,
}

fn stats(context: &PollContext<'_>, address: String, recipes: Vec<RecipeStats>) -> PollStats {
    let (stats, elsewhere) = (context.session.stats(), context.elsewhere);
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
