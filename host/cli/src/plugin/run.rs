//! One run of a plugin on a recorded device: a poll as any other, with an agent inside the process.

use std::{sync::Arc, time::Duration};

use job::{
    DeviceOptions, DeviceSpec, Event, Events, JobError, LogLine, PollJob, RecipeRequest, Report, Runner as _,
    SelectedRecipes, Version,
};
use parking_lot::Mutex;
use plugin_tool::{Fault, Played, Reply, TestAgent, TestCase};
use polling::DeviceSessions;
use runtime::{Plugin, PluginSet};
use serde_json::{Map, Value};
use simulator::{DeviceCounters, PlayedDevice};
use snmp::{
    Credentials,
    usm::{Context, Protection, User},
};
use tokio::select;
use tokio_util::sync::CancellationToken;

use super::staged::StagedPlugin;
use crate::{CommandError, replay};

/// How long an agent that does not answer is waited for: it is in this process, and answers at once or never.
const PACKET_TIMEOUT: Duration = Duration::from_millis(20);

/// How often it is asked again.
const RETRIES: u32 = 1;

/// A plugin on a recorded device.
pub(super) struct PluginRun<'a> {
    staged: &'a StagedPlugin,
    agent: Arc<TestAgent>,
    cancel: CancellationToken,
    sessions: Arc<DeviceSessions>,
    job: PollJob,
    /// The line that shows that the plugins of the job begin, behind `system-info`.
    starting: String,
    name: String,
}

/// What a run came to.
pub(super) struct Ran {
    /// None: it was cancelled.
    pub(super) ended: Option<Result<Report, JobError>>,
    /// What the plugin logged and printed.
    pub(super) lines: Vec<LogLine>,
    /// What the agent was asked since the plugin began, with those whose sections it uses.
    pub(super) asked: DeviceCounters,
}

impl<'a> PluginRun<'a> {
    /// Prepares a run. An error says what is wrong with the parameters.
    pub(super) fn new(
        staged: &'a StagedPlugin,
        plugin: &Plugin,
        case: &TestCase,
        params: &Map<String, Value>,
        fault: Option<&Fault>,
    ) -> Result<Self, CommandError> {
        let agent = Arc::new(TestAgent::new(case, fault));
        let cancel = CancellationToken::new();
        let (answering, cancelling) = (Arc::clone(&agent), cancel.clone());
        let answer = move |datagram: &[u8]| match answering.reply(datagram) {
            Reply::Answer(answer) => Some(answer),
            Reply::Nothing => None,
            Reply::Cancel => {
                cancelling.cancel();
                None
            }
        };
        let sessions = proxy::local_device(&staged.settings, Arc::new(answer))?;
        let name = plugin.manifest().name.clone();
        let requested = requested(&staged.set, plugin, params);
        let selected = staged.sandbox.catalogue().select(&requested).map_err(|problems| {
            let lines: Vec<String> =
                problems.iter().map(|problem| format!("{}: {name}: {problem}", case.name)).collect();
            CommandError::Usage(lines.join("\n"))
        })?;
        let SelectedRecipes { recipes, auto } = selected;
        let begins = recipes.get(1).and_then(|recipe| staged.set.get(&recipe.plugin.name));
        let starting = begins.map(|plugin| plugin.manifest().starting.clone()).unwrap_or_default();
        let limits = &staged.settings.limits;
        let job = PollJob {
            device: device(case, fault)?,
            recipes,
            auto,
            usual_sections: false,
            get_timeout: limits.snmp.get_timeout,
            walk_timeout: limits.snmp.walk_timeout,
        };
        Ok(Self { staged, agent, cancel, sessions, job, starting, name })
    }

    /// Runs it. What was learned of the agent stays for the next run.
    pub(super) async fn run(&self) -> Ran {
        let heard = Arc::new(Heard {
            agent: Arc::clone(&self.agent),
            starting: self.starting.clone(),
            plugin: self.name.clone(),
            lines: Mutex::default(),
        });
        if self.starting.is_empty() {
            // It is `system-info` itself, before which nothing runs.
            self.agent.begin();
        }
        let runner = self.staged.sandbox.poll_runner(Arc::clone(&self.sessions));
        let ended = select! {
            biased;
            () = self.cancel.cancelled() => None,
            ended = runner.run(self.job.clone(), Arc::clone(&heard) as Arc<dyn Events>) => Some(ended),
        };
        Ran { ended, lines: std::mem::take(&mut *heard.lines.lock()), asked: self.agent.counters() }
    }
}

/// The plugin, behind those whose sections it uses.
fn requested(set: &PluginSet, plugin: &Plugin, params: &Map<String, Value>) -> Vec<RecipeRequest> {
    let mut requested = vec![RecipeRequest { name: plugin.manifest().name.clone(), params: params.clone() }];
    let mut uses = plugin.manifest().uses.clone();
    while let Some(section) = uses.pop() {
        let fills = |other: &&Plugin| other.manifest().sections.iter().any(|filled| filled.name == section);
        let Some(manifest) = set.plugins().find(fills).map(Plugin::manifest) else { continue };
        if requested.iter().all(|request| request.name != manifest.name) {
            uses.extend(manifest.uses.iter().cloned());
            requested.insert(0, RecipeRequest::named(&manifest.name));
        }
    }
    requested
}

/// The device of a case, in the version that its fault or its contexts want.
fn device(case: &TestCase, fault: Option<&Fault>) -> Result<DeviceSpec, CommandError> {
    let target = format!("recording:{}", case.path.display());
    let version = if matches!(fault, Some(Fault::Version1)) { Version::V1 } else { Version::V2c };
    let played = match fault {
        Some(Fault::Context { .. }) => Played::Version3,
        Some(Fault::Version1) => Played::Version2c,
        _ => case.played(),
    };
    let options = DeviceOptions { packet_timeout: Some(PACKET_TIMEOUT), retries: Some(RETRIES), ..Default::default() };
    let device = DeviceSpec { options, ..replay::device(&target, Some(version)) };
    if played == Played::Version2c {
        return Ok(device);
    }
    let user = User::new(PlayedDevice::USER, Protection::None);
    let user = user.map_err(|error| CommandError::Usage(format!("the user of recordings: {error}")))?;
    Ok(DeviceSpec { access: Credentials::V3 { user, context: Context::default() }.into(), ..device })
}

/// Hears when the plugin begins, and what it says.
struct Heard {
    agent: Arc<TestAgent>,
    starting: String,
    plugin: String,
    lines: Mutex<Vec<LogLine>>,
}

impl Events for Heard {
    fn tell(&self, event: Event) {
        match event {
            Event::Progress { line: Some(line), .. } if *line == *self.starting => self.agent.begin(),
            Event::Log(line) if line.recipe == self.plugin => self.lines.lock().push(line),
            _ => {}
        }
    }
}
