//! The scheduler with a runner that runs nothing: what takes jobs knows the seam and no more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use budget::AnswerBudget;
use job::{
    Access, Client, CredentialsName, DeviceOptions, DeviceSpec, DirectError, Event, Events, GetAnswer, GetSpec,
    JobError, LogLevel, LogLine, PollJob, PollStats, Report, Runner, Running, TargetName, WalkAnswer, WalkSpec,
};
use limits::Limits;
use serde_json::value::RawValue;
use tickets::{DeviceKey, Direct, DirectSlots, NoSlot, Removal, Scheduler, Slot, Status, TicketId, WaitUntil};
use tokio::sync::Semaphore;

/// Longer than any test waits.
const A_LONG_TIME: Duration = Duration::from_secs(60);

/// Ends each job when it is let go, and counts those that run.
#[derive(Clone)]
struct PretendRunner {
    let_go: Arc<Semaphore>,
    running: Arc<AtomicUsize>,
}

/// A job that runs, until it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl PretendRunner {
    fn new() -> Self {
        Self { let_go: Arc::new(Semaphore::new(0)), running: Arc::default() }
    }

    fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }
}

impl Runner<PollJob> for PretendRunner {
    fn run(&self, job: PollJob, events: Arc<dyn Events>) -> Running<Result<Report, JobError>> {
        let runner = self.clone();
        Box::pin(async move {
            runner.running.fetch_add(1, Ordering::SeqCst);
            let _counted = Counted(Arc::clone(&runner.running));
            let target = job.device.target.asked();
            events.tell(Event::Progress { line: Some("Half way".into()), counters: vec![("rows".to_owned(), 7)] });
            let line = LogLine { recipe: "arp".to_owned(), level: LogLevel::Info, line: "hello".to_owned() };
            events.tell(Event::Log(line));
            runner.let_go.acquire().await.expect("never closed").forget();
            if &**target == "silent" {
                return Err(JobError::NoAnswer { target: Arc::clone(target) });
            }
            Ok(Report {
                data: RawValue::from_string(format!(r#"{{"target":"{target}"}}"#)).expect("JSON"),
                timing: vec![("total".to_owned(), 0.5)],
                gaps: Vec::new(),
                gaps_dropped: 0,
                stats: PollStats::default(),
                warnings: Vec::new(),
                log: Vec::new(),
                log_dropped: 0,
            })
        })
    }
}

fn job(target: &str) -> PollJob {
    PollJob {
        device: DeviceSpec {
            target: TargetName::read(target, 255).unwrap(),
            port: 161,
            access: Access::Named(CredentialsName("core".to_owned())),
            options: DeviceOptions::default(),
        },
        recipes: Vec::new(),
        auto: false,
        usual_sections: true,
        get_timeout: A_LONG_TIME,
        walk_timeout: A_LONG_TIME,
    }
}

fn start(max_concurrent: usize, direct_concurrent: usize) -> (PretendRunner, Scheduler, DirectSlots) {
    let mut limits = Limits::default();
    limits.polls.max_concurrent = max_concurrent;
    limits.polls.direct_concurrent = direct_concurrent;
    let (runner, slots) = (PretendRunner::new(), DirectSlots::new(&limits.polls));
    let scheduler = Scheduler::start(Arc::new(runner.clone()), AnswerBudget::new(&limits.answers), &limits);
    (runner, scheduler, slots)
}

/// Takes a slot for a direct operation of one client.
async fn take(slots: &DirectSlots, timeout: Duration, deadline: tokio::time::Instant) -> Result<Slot, NoSlot> {
    let device = DeviceKey::new(&"router1".parse().unwrap(), 161);
    slots.take(Client::default(), &device, timeout, deadline).await
}

async fn is_running(scheduler: &Scheduler, id: TicketId) {
    while scheduler.ticket(id).unwrap().status == Status::Queued {
        let version = scheduler.ticket(id).unwrap().version;
        scheduler.wait(id, WaitUntil::Change { since: Some(version) }, A_LONG_TIME).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_runner_tells_and_answers_is_in_the_ticket() {
    let (runner, scheduler, _) = start(2, 2);
    let (good, bad) = (
        scheduler.submit(Client::default(), job("router1")).unwrap(),
        scheduler.submit(Client::default(), job("silent")).unwrap(),
    );
    for id in [good, bad] {
        while &*scheduler.ticket(id).unwrap().progress != "Half way" {
            scheduler.wait(id, WaitUntil::Change { since: None }, A_LONG_TIME).await;
        }
        assert_eq!(scheduler.ticket(id).unwrap().counters, [("rows".to_owned(), 7)]);
    }
    runner.let_go.add_permits(2);
    let good = scheduler.wait(good, WaitUntil::End, A_LONG_TIME).await.unwrap();
    assert_eq!(good.report.unwrap().data.unpack().unwrap(), r#"{"target":"router1"}"#);
    let bad = scheduler.wait(bad, WaitUntil::End, A_LONG_TIME).await.unwrap();
    assert_eq!(bad.error.as_deref(), Some("No SNMP response from silent"));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_is_dropped_and_its_slot_is_free() {
    let (runner, scheduler, _) = start(1, 1);
    let first = scheduler.submit(Client::default(), job("router1")).unwrap();
    is_running(&scheduler, first).await;
    let second = scheduler.submit(Client::default(), job("router2")).unwrap();
    assert_eq!(scheduler.remove(first), Some(Removal::CancelledRunning));
    is_running(&scheduler, second).await;
    assert_eq!(scheduler.ticket(first).unwrap().status, Status::Cancelled);
    while runner.running() != 1 {
        tokio::task::yield_now().await;
    }
    scheduler.shut_down(A_LONG_TIME).await;
    assert_eq!(runner.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn polls_that_take_long_do_not_hold_up_direct_operations() {
    let (_runner, scheduler, slots) = start(2, 1);
    for target in ["a", "b", "c"] {
        scheduler.submit(Client::default(), job(target)).unwrap();
    }
    while scheduler.counts().running < 2 {
        tokio::task::yield_now().await;
    }
    let now = tokio::time::Instant::now();
    let slot = take(&slots, Duration::from_secs(1), now + Duration::from_secs(1)).await;
    assert!(slot.is_ok() && now.elapsed().is_zero(), "no poll has ended, and nobody waited");
}

#[tokio::test(start_paused = true)]
async fn direct_operations_that_wait_do_not_hold_up_polls() {
    let (_runner, scheduler, slots) = start(1, 1);
    let deadline = tokio::time::Instant::now() + A_LONG_TIME;
    let _taken = take(&slots, A_LONG_TIME, deadline).await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let slots = slots.clone();
        waiting.spawn(async move { take(&slots, A_LONG_TIME, deadline).await.is_ok() });
    }
    tokio::task::yield_now().await;
    let poll = scheduler.submit(Client::default(), job("router1")).unwrap();
    is_running(&scheduler, poll).await;
    assert_eq!(scheduler.ticket(poll).unwrap().status, Status::Running);
    assert_eq!(waiting.try_join_next().map(Result::unwrap), None, "they still wait");
}

/// Answers every GET and every walk with nothing, when it is let go.
struct PretendDirectRunner(Arc<Semaphore>);

impl Runner<GetSpec> for PretendDirectRunner {
    fn run(&self, _: GetSpec, _: Arc<dyn Events>) -> Running<GetAnswer> {
        let let_go = Arc::clone(&self.0);
        Box::pin(async move {
            let_go.acquire().await.expect("never closed").forget();
            GetAnswer::failed(DirectError::NoSuchObject, Duration::ZERO)
        })
    }
}

impl Runner<WalkSpec> for PretendDirectRunner {
    fn run(&self, _: WalkSpec, _: Arc<dyn Events>) -> Running<WalkAnswer> {
        Box::pin(async { WalkAnswer::failed(DirectError::NoSuchObject, Duration::ZERO) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_direct_operation_gives_its_slot_back_when_it_is_done_and_when_it_is_dropped() {
    let mut limits = Limits::default();
    limits.polls.direct_concurrent = 1;
    let let_go = Arc::new(Semaphore::new(0));
    let direct = Direct::new(
        Arc::new(PretendDirectRunner(Arc::clone(&let_go))),
        Arc::new(DirectSlots::new(&limits.polls)),
        AnswerBudget::new(&limits.answers),
    );
    let client = Client::default();
    let get = |timeout| GetSpec { device: job("router1").device, oid: "1.3".parse().unwrap(), timeout };
    let held = tokio::time::timeout(Duration::from_secs(1), direct.get(client, get(A_LONG_TIME))).await;
    assert!(held.is_err(), "it was dropped while it ran");
    let waiting = async {
        let answer = direct.get(client, get(Duration::from_secs(5))).await;
        let_go.add_permits(1);
        answer
    };
    let (first, second) = tokio::join!(direct.get(client, get(A_LONG_TIME)), waiting);
    let seconds = Duration::from_secs(5);
    assert_eq!((first.result, first.elapsed), (Err(DirectError::NoSuchObject), seconds));
    assert!(matches!(second.result, Err(DirectError::NoSlot(_))) && second.elapsed == seconds, "{second:?}");
    let walk = WalkSpec { device: job("router1").device, oid: "1.3".parse().unwrap(), timeout: seconds };
    let (answer, place) = direct.walk(client, walk, Arc::new(())).await;
    assert_eq!(answer.error, Some(DirectError::NoSuchObject));
    // The answer of a walk is on its way for as long as its client reads: no other operation runs in its place.
    let other = direct.get(client, get(Duration::from_secs(5))).await;
    assert!(matches!(other.result, Err(DirectError::NoSlot(_))), "{other:?}");
    drop(place);
    let_go.add_permits(1);
    assert_eq!(direct.get(client, get(seconds)).await.result, Err(DirectError::NoSuchObject));
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_or_behind_too_many_is_told_which_limit_it_was() {
    let mut limits = Limits::default();
    (limits.polls.direct_concurrent, limits.polls.direct_waiting) = (1, 1);
    let slots = DirectSlots::new(&limits.polls);
    let second = Duration::from_secs(1);
    let deadline = tokio::time::Instant::now() + second;
    let _taken = take(&slots, second, deadline).await.unwrap();
    let (first, next) = tokio::join!(take(&slots, second, deadline), take(&slots, second, deadline));
    let words = |result: Result<Slot, NoSlot>| result.map(drop).unwrap_err();
    assert!(words(first).to_string().contains("`polls.direct_concurrent`"));
    assert!(words(next).to_string().contains("`polls.direct_waiting`"));
}

/// Waits without a slot until it is let go, and counts those that have one.
struct SilentRunner(PretendRunner);

impl Runner<PollJob> for SilentRunner {
    fn run(&self, _: PollJob, events: Arc<dyn Events>) -> Running<Result<Report, JobError>> {
        let runner = self.0.clone();
        Box::pin(async move {
            events.pause();
            runner.let_go.acquire().await.expect("never closed").forget();
            events.resume().await;
            runner.running.fetch_add(1, Ordering::SeqCst);
            let _counted = Counted(Arc::clone(&runner.running));
            std::future::pending().await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn polls_of_silent_devices_take_no_slot_until_their_devices_answer() {
    let mut limits = Limits::default();
    limits.polls.max_concurrent = 2;
    let runner = PretendRunner::new();
    let scheduler =
        Scheduler::start(Arc::new(SilentRunner(runner.clone())), AnswerBudget::new(&limits.answers), &limits);
    let polls: Vec<TicketId> =
        (0..50).map(|index| scheduler.submit(Client::default(), job(&format!("silent{index}"))).unwrap()).collect();
    for poll in &polls {
        is_running(&scheduler, *poll).await;
    }
    assert_eq!((scheduler.counts().running, runner.running()), (50, 0));
    // All of them are answered at the same time, and go on two at a time.
    runner.let_go.add_permits(50);
    for left in (0..50).rev() {
        while runner.running() != 2.min(left + 1) {
            tokio::task::yield_now().await;
        }
        let counts = scheduler.counts();
        assert_eq!(counts.running, left + 1);
        // One that has a slot, or waits for one again: whichever it is, it leaves nothing behind.
        let _ = scheduler.remove(polls[left]).unwrap();
    }
    while runner.running() != 0 {
        tokio::task::yield_now().await;
    }
    scheduler.shut_down(A_LONG_TIME).await;
}

#[tokio::test(start_paused = true)]
async fn direct_operations_of_silent_devices_take_no_slot_and_no_client_keeps_another_waiting() {
    let mut limits = Limits::default();
    (limits.polls.direct_concurrent, limits.polls.direct_waiting) = (1, 10);
    let slots = DirectSlots::new(&limits.polls);
    let deadline = tokio::time::Instant::now() + A_LONG_TIME;
    let (one, other) = (Client::at([192, 0, 2, 1].into()), Client::at([192, 0, 2, 2].into()));
    let device = DeviceKey::new(&"router1".parse().unwrap(), 161);
    let silent = slots.take(one, &device, A_LONG_TIME, deadline).await.unwrap();
    silent.pause();
    let running = slots.take(one, &device, A_LONG_TIME, deadline).await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for client in std::iter::repeat_n(&one, 12).chain([&other]) {
        let (slots, client, device) = (slots.clone(), *client, device.clone());
        waiting.spawn(async move {
            let taken = slots.take(client, &device, A_LONG_TIME, deadline).await;
            (client, taken)
        });
    }
    for _ in 0..2 {
        let (client, refused) = waiting.join_next().await.unwrap().unwrap();
        assert!(client == one && refused.is_err(), "it has more than its share in the queue");
    }
    let mut again = Box::pin(silent.resume());
    assert!(futures_util::poll!(&mut again).is_pending());
    drop(running);
    let (client, slot) = waiting.join_next().await.unwrap().unwrap();
    assert_eq!(client, other);
    drop(slot.unwrap());
    again.await;
}

/// Waits for its device without a place until it is let go, and answers then.
struct SilentWalkRunner(Arc<Semaphore>);

impl Runner<GetSpec> for SilentWalkRunner {
    fn run(&self, _: GetSpec, _: Arc<dyn Events>) -> Running<GetAnswer> {
        Box::pin(async { GetAnswer::failed(DirectError::NoSuchObject, Duration::ZERO) })
    }
}

impl Runner<WalkSpec> for SilentWalkRunner {
    fn run(&self, _: WalkSpec, events: Arc<dyn Events>) -> Running<WalkAnswer> {
        let let_go = Arc::clone(&self.0);
        Box::pin(async move {
            events.pause();
            let_go.acquire().await.expect("never closed").forget();
            events.resume().await;
            WalkAnswer::failed(DirectError::NoSuchObject, Duration::ZERO)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn walks_of_silent_devices_hold_no_memory_and_no_slot_until_their_devices_answer() {
    let mut limits = Limits::default();
    limits.polls.direct_concurrent = 1;
    let (let_go, budget) = (Arc::new(Semaphore::new(0)), AnswerBudget::new(&limits.answers));
    let runner = Arc::new(SilentWalkRunner(Arc::clone(&let_go)));
    let direct = Direct::new(runner, Arc::new(DirectSlots::new(&limits.polls)), budget.clone());
    let client = Client::default();
    let spec = WalkSpec { device: job("silent").device, oid: "1.3".parse().unwrap(), timeout: A_LONG_TIME };
    let mut walks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (direct, spec) = (direct.clone(), spec.clone());
        walks.spawn(async move { direct.walk(client, spec, Arc::new(())).await.1 });
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!((budget.used().in_flight, walks.len()), (0, 50));
    let_go.add_permits(50);
    while let Some(place) = walks.join_next().await {
        assert_eq!(budget.used().in_flight, tickets::WALK_BUFFER, "one at a time has the slot");
        drop(place);
    }
    assert_eq!(budget.used().in_flight, 0);
}
