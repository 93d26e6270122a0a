//! The devices as they notify: each in its own time, to every receiver.
//!
//! Nothing here has a task: one future drives all devices, and dropping it ends them.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use futures_util::future::join_all;
use simulator::{Event, LinkEvent, Recording, Sender, SimulatedNotification, Simulator};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior},
};

use super::traps::{Form, Identity, TrapKind, TrapPlan};
use crate::{CommandError, complain};

/// The most senders, one for each device and receiver; more are refused.
const MAX_SENDERS: usize = 256;
/// How often an inform is sent before it is given up, and how long an answer is waited for each time.
const TRIES: u32 = 3;
const WAIT: Duration = Duration::from_secs(1);

/// What the devices of a simulator tell.
#[derive(Debug)]
pub(super) struct Notifications {
    devices: Vec<NotifyingDevice>,
    wrong_communities: watch::Receiver<u64>,
}

#[derive(Debug)]
struct NotifyingDevice {
    name: String,
    recording: Recording,
    agent_addr: Ipv4Addr,
    senders: Vec<(SocketAddr, Sender)>,
    every: Duration,
    kind: TrapKind,
    form: Form,
    /// When it was switched on.
    start: Instant,
}

impl Notifications {
    /// Binds what is needed to send.
    pub(super) async fn of(
        plan: TrapPlan,
        simulator: &Simulator,
        devices: Vec<(String, Recording)>,
    ) -> Result<Self, CommandError> {
        if devices.len() * plan.to.len() > MAX_SENDERS {
            let words = format!("traps go out from at most {MAX_SENDERS} devices, each receiver counted");
            return Err(CommandError::Usage(words));
        }
        let agent_addr = match simulator.addr().ip() {
            IpAddr::V4(ip) => ip,
            // It is what devices say that have no IPv4 (RFC 3584 section 3.1).
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        let mut notifying = Vec::new();
        for (name, recording) in devices {
            let mut senders = Vec::new();
            for to in &plan.to {
                let sender = bind(simulator, *to, &plan.identity, &name).await;
                senders.push((*to, sender.map_err(|error| CommandError::Simulate(Box::new(error)))?));
            }
            let (every, kind, form) = (plan.every, plan.kind, plan.form);
            let start = Instant::now();
            notifying.push(NotifyingDevice { name, recording, agent_addr, senders, every, kind, form, start });
        }
        Ok(Self { devices: notifying, wrong_communities: simulator.wrong_communities() })
    }

    /// Sends until it is dropped. Cancel-safe: a notification is sent or not.
    pub(super) async fn send(self) {
        // All devices have one address here; the first of them speaks for it.
        let mut wrong_communities = Some(self.wrong_communities);
        join_all(self.devices.iter().map(|device| device.notify(wrong_communities.take()))).await;
    }
}

async fn bind(
    simulator: &Simulator,
    to: SocketAddr,
    identity: &Identity,
    device: &str,
) -> Result<Sender, simulator::SenderError> {
    let sender = simulator.sender(0, to)?;
    let sender = match identity {
        Identity::Community(Some(community)) => sender.community(community.clone()),
        Identity::Community(None) => sender.community(device),
        Identity::User(user) => sender.as_user(user).context(device),
    };
    sender.bind().await
}

impl NotifyingDevice {
    /// Tells one thing after the other, for ever.
    async fn notify(&self, mut wrong_communities: Option<watch::Receiver<u64>>) {
        let mut ticks = tokio::time::interval_at(Instant::now() + self.every, self.every);
        // A receiver that is slow to acknowledge gets no burst afterwards.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.tell(Event::ColdStart).await;
        for number in 0.. {
            loop {
                tokio::select! {
                    _ = ticks.tick() => break,
                    () = asked_wrongly(&mut wrong_communities) => self.tell(Event::AuthenticationFailure).await,
                }
            }
            if let Some(event) = self.event(number) {
                self.tell(event).await;
            }
        }
    }

    /// The event of this number; nothing if a device without interfaces is to tell of them.
    fn event(&self, number: usize) -> Option<Event> {
        Some(match self.kind {
            TrapKind::ColdStart => Event::ColdStart,
            TrapKind::WarmStart => Event::WarmStart,
            TrapKind::AuthenticationFailure => Event::AuthenticationFailure,
            TrapKind::Link => {
                let count = LinkEvent::of_device(&self.recording).count();
                let link = LinkEvent::of_device(&self.recording).nth((number / 2).checked_rem(count)?)?;
                if number.is_multiple_of(2) { Event::LinkDown(link) } else { Event::LinkUp(link) }
            }
        })
    }

    async fn tell(&self, event: Event) {
        let uptime = u32::try_from(self.start.elapsed().as_millis() / 10).unwrap_or(u32::MAX);
        let notification = match self.form {
            Form::V1 => event.v1(&self.recording, self.agent_addr, uptime),
            Form::Trap => event.trap(&self.recording, uptime),
            Form::Inform => event.inform(&self.recording, uptime),
        };
        join_all(self.senders.iter().map(|(to, sender)| self.deliver(*to, sender, &notification))).await;
    }

    async fn deliver(&self, to: SocketAddr, sender: &Sender, notification: &SimulatedNotification) {
        let problem = match self.form {
            Form::Inform => sender.inform(notification, TRIES, WAIT).await.err().map(|error| error.to_string()),
            Form::V1 | Form::Trap => sender.send(notification).await.err().map(|error| error.to_string()),
        };
        if let Some(problem) = problem {
            complain(&format!("{} to {to}: {problem}", self.name));
        }
    }
}

/// Waits for a request with a wrong community, for ever where nobody hears of them.
async fn asked_wrongly(wrong_communities: &mut Option<watch::Receiver<u64>>) {
    let heard = match wrong_communities {
        Some(wrong) => wrong.changed().await.is_ok(),
        None => false,
    };
    if !heard {
        std::future::pending::<()>().await;
    }
}
