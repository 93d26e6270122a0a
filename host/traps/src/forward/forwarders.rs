//! All forwarders of a proxy, each a task of its own.

use std::{fmt, sync::Arc, time::Duration};

use snmp::usm::LocalEngine;
use snmp_engine::Engine;
use tokio::{task::AbortHandle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Destination, ForwardOptions,
    cursor::Cursors,
    lines::Lines,
    sink::Sink,
    snmp::Snmp,
    stats::{ForwarderStats, Shared},
    syslog::Syslog,
    webhook::Webhook,
    worker::{self, Worker},
};
use crate::TrapLog;

/// What forwarders need besides their options.
#[derive(Clone, Debug)]
pub struct ForwardParts {
    /// What this proxy calls itself, for webhooks.
    pub proxy_name: Option<String>,
    /// What sends notifications.
    pub engine: Engine,
    /// In whose name it sends those of version 3.
    pub local: LocalEngine,
}

/// The forwarders. Dropping them ends their tasks; [`Forwarders::stop`] lets them finish first.
pub struct Forwarders {
    running: Vec<Running>,
    tasks: TaskTracker,
    stop: CancellationToken,
    log: TrapLog,
    cursors: Arc<dyn Cursors>,
}

struct Running {
    name: String,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Forwarders {
    /// Starts a task for each rule. One without a saved cursor begins with the records that come from now on.
    ///
    /// Nothing is connected to here: a receiver that cannot be reached is tried again. Must be called within a tokio
    /// runtime.
    #[must_use]
    pub fn start(rules: Vec<ForwardOptions>, log: TrapLog, cursors: Arc<dyn Cursors>, parts: &ForwardParts) -> Self {
        let sinks = rules.into_iter().map(|options| {
            let sink = sink(&options, parts);
            (options, sink)
        });
        Self::with_sinks(sinks.collect(), log, cursors)
    }

    pub(super) fn with_sinks(sinks: Vec<(ForwardOptions, Sink)>, log: TrapLog, cursors: Arc<dyn Cursors>) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let end = log.end();
        let running = sinks.into_iter().map(|(options, sink)| {
            let (name, shared) = (options.name.clone(), Arc::<Shared>::default());
            let (log, cursors) = (log.clone(), Arc::clone(&cursors));
            let worker = Worker { options, sink, log, cursors, shared: Arc::clone(&shared), stop: stop.clone() };
            let task = tasks.spawn(worker.run(end)).abort_handle();
            Running { name, shared, task }
        });
        let running = running.collect();
        tasks.close();
        Self { running, tasks, stop, log, cursors }
    }

    /// How each of them is doing, in the order of the rules.
    #[must_use]
    pub fn stats(&self) -> Vec<ForwarderStats> {
        let end = self.log.end();
        self.running.iter().map(|running| running.shared.stats(&running.name, end)).collect()
    }

    /// Lets each of them send what there is, for at most `grace`, and saves how far they came. One whose receiver is away
    /// ends at once. Records that come after this may stay unsent until the next start.
    pub async fn stop(&self, grace: Duration) {
        self.stop.cancel();
        if timeout(grace, self.tasks.wait()).await.is_err() {
            self.abort();
            self.tasks.wait().await;
        }
        for Running { name, shared, .. } in &self.running {
            if let Some(Err(error)) = worker::save(&*self.cursors, name, shared).await {
                tracing::warn!(forwarder = %name, %error, "cannot save how far this forwarder is: some records will be sent again");
            }
        }
    }

    fn abort(&self) {
        self.running.iter().for_each(|running| running.task.abort());
    }
}

impl Drop for Forwarders {
    fn drop(&mut self) {
        self.abort();
    }
}

impl fmt::Debug for Forwarders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.running.iter().map(|running| running.name.as_str()).collect();
        f.debug_tuple("Forwarders").field(&names).finish()
    }
}

fn sink(options: &ForwardOptions, parts: &ForwardParts) -> Sink {
    match &options.to {
        Destination::Webhook { url, secret } => {
            let proxy_name = parts.proxy_name.clone();
            Sink::Webhook(Webhook::new(options.name.clone(), proxy_name, url.clone(), secret.clone(), options.timeout))
        }
        Destination::Syslog { address, transport, facility } => {
            Sink::Syslog(Syslog::new(address.clone(), transport.clone(), *facility, options.timeout))
        }
        Destination::File { path } => Sink::Lines(Lines::new(path)),
        Destination::Snmp { address, credentials, inform } => {
            let (engine, local) = (parts.engine.clone(), parts.local.clone());
            Sink::Snmp(Snmp::new(address.clone(), credentials.clone(), *inform, engine, local))
        }
    }
}
