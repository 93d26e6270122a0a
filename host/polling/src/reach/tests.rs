//! Names with several addresses, of agents on loopback.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

use config::{TargetRule, TargetRules};
use job::{DeviceOptions, GetSpec, PollJob, Requested, Runner as _, SYSTEM_INFO, TargetName, WalkSpec};
use limits::Limits;
use runtime::{PluginSet, Runtime, RuntimeOptions};
use simulator::{SimulatedUser, Simulator, SyntheticDevice};
use snmp::{
    Community, Credentials,
    usm::{AuthProtocol, Context, Password, Protection, User},
};
use snmp_engine::Engine;
use tokio::runtime::Handle;

use super::*;
use crate::{DirectRunner, PollRunner, catalogue, target::Resolver};

const NAME: &str = "dual.example";
const USER: &str = "monitor";
const PASSWORD: &str = "a-long-password";

/// A name that stands for an address where nothing answers, and behind it for an agent at the same port.
struct World {
    agent: Simulator,
    silent: UdpSocket,
    closed: SocketAddr,
}

impl World {
    async fn new() -> Self {
        let user = SimulatedUser::new(USER).auth(simulator::AuthProtocol::Sha, PASSWORD);
        let device = SyntheticDevice { interfaces: 3, ..SyntheticDevice::default() }.recording();
        let builder = Simulator::builder().device("public", device).user(user);
        let agent = builder.bind("127.0.0.1:0").await.unwrap();
        let port = agent.addr().port();
        let silent = UdpSocket::bind(("127.0.0.77", port)).unwrap();
        silent.set_nonblocking(true).unwrap();
        Self { agent, silent, closed: SocketAddr::from(([127, 0, 0, 78], port)) }
    }

    fn silent(&self) -> SocketAddr {
        self.silent.local_addr().unwrap()
    }

    /// How many packets came to where nobody answers since the last time.
    fn packets_in_vain(&self) -> usize {
        let mut buffer = [0; 2_000];
        std::iter::from_fn(|| self.silent.recv_from(&mut buffer).ok()).count()
    }

    fn device(&self, credentials: Credentials) -> DeviceSpec {
        let target = TargetName::read(NAME, 255).unwrap();
        DeviceSpec {
            target,
            port: self.agent.addr().port(),
            access: credentials.into(),
            options: DeviceOptions::default(),
        }
    }
}

fn version_2c() -> Credentials {
    Credentials::V2c { community: Community::from("public") }
}

fn version_3() -> Credentials {
    let auth_password = Password::new(&PASSWORD.into()).unwrap();
    let user = User::new(USER, Protection::Auth { auth: AuthProtocol::Sha1, auth_password }).unwrap();
    Credentials::V3 { user, context: Context::named("public").unwrap() }
}

fn hasty() -> Limits {
    let mut limits = Limits::default();
    limits.snmp.packet_timeout = Duration::from_millis(100);
    limits.snmp.retries = 0;
    limits.snmp.next_address = Duration::from_millis(20);
    limits.snmp.discovery_timeout = Duration::from_millis(300);
    limits
}

/// Sessions with devices, where every name has these addresses.
async fn devices(addrs: &[SocketAddr], rules: TargetRules) -> DeviceSessions {
    devices_with(hasty(), addrs, rules).await
}

async fn devices_with(limits: Limits, addrs: &[SocketAddr], rules: TargetRules) -> DeviceSessions {
    let engine = Engine::bind(limits.hub_options()).await.unwrap();
    let addrs = addrs.to_vec();
    let resolver = Resolver::with(&limits.snmp, move |_| Ok(addrs.clone()));
    DeviceSessions { resolver, ..DeviceSessions::new(engine, limits, rules) }
}

async fn direct(addrs: &[SocketAddr]) -> DirectRunner {
    let devices = devices(addrs, TargetRules::default()).await;
    DirectRunner::new(Arc::new(devices))
}

fn get(device: DeviceSpec) -> GetSpec {
    GetSpec { device, oid: "1.3.6.1.2.1.1.5.0".parse().unwrap(), timeout: Duration::from_secs(5) }
}

fn walk(device: DeviceSpec) -> WalkSpec {
    WalkSpec { device, oid: "1.3.6.1.2.1.2.2.1.2".parse().unwrap(), timeout: Duration::from_secs(5) }
}

#[tokio::test]
async fn the_address_that_answers_is_taken_and_the_others_are_not_asked_again() {
    let world = World::new().await;
    for credentials in [version_2c(), version_3()] {
        let direct = direct(&[world.silent(), world.closed, world.agent.addr()]).await;
        let answer = direct.get(&get(world.device(credentials.clone()))).await;
        assert_eq!(answer.result.unwrap().value, "synthetic");
        assert_eq!(answer.address, Some(world.agent.addr()));
        assert!(world.packets_in_vain() > 0, "it was asked first");

        let answer = direct.walk(&walk(world.device(credentials))).await;
        assert_eq!((answer.rows.unwrap().len(), answer.error.map(|error| error.to_string())), (3, None));
        assert_eq!(answer.address, Some(world.agent.addr()));
        assert_eq!(world.packets_in_vain(), 0, "it is known which one answers");
    }
}

/// Whatever else could start the next one takes hours.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_the_network_calls_unreachable_makes_the_next_start_at_once() {
    let world = World::new().await;
    let hours = Duration::from_secs(5 * 3_600);
    let mut limits = hasty();
    limits.snmp.packet_timeout = hours;
    limits.snmp.report_grace = hours;
    limits.snmp.next_address = hours;
    limits.snmp.discovery_timeout = hours;
    let addrs = [world.closed, world.agent.addr()];
    for credentials in [version_2c(), version_3()] {
        let devices = devices_with(limits.clone(), &addrs, TargetRules::default()).await;
        let direct = DirectRunner::new(Arc::new(devices));
        let spec = GetSpec { timeout: hours, ..get(world.device(credentials)) };
        let answer = tokio::time::timeout(Duration::from_secs(60), direct.get(&spec)).await.expect("no hours");
        assert_eq!((answer.result.unwrap().value.as_str(), answer.address), ("synthetic", Some(world.agent.addr())));
    }
}

#[tokio::test]
async fn a_walk_finds_the_address_that_answers_by_itself() {
    let world = World::new().await;
    let direct = direct(&[world.closed, world.silent(), world.agent.addr()]).await;
    let answer = direct.walk(&walk(world.device(version_2c()))).await;
    assert_eq!((answer.rows.unwrap().len(), answer.address), (3, Some(world.agent.addr())));
    let nothing = WalkSpec { oid: "1.3.6.1.2.1.99".parse().unwrap(), ..walk(world.device(version_2c())) };
    let answer = direct.walk(&nothing).await;
    assert_eq!((answer.rows.unwrap().len(), answer.address), (0, Some(world.agent.addr())), "nothing is an answer");
}

#[tokio::test]
async fn where_none_answers_each_address_is_named() {
    let world = World::new().await;
    let addrs = [world.silent(), world.closed];
    let names_all = |error: &str, beginning: &str| {
        assert!(error.starts_with(beginning), "{error}");
        assert!(addrs.iter().all(|addr| error.contains(&addr.to_string())), "{error}");
    };
    let direct = direct(&addrs).await;
    let answer = direct.get(&get(world.device(version_2c()))).await;
    assert_eq!(answer.address, None);
    names_all(&answer.result.unwrap_err().to_string(), "SNMP failed: ");
    let answer = direct.walk(&walk(world.device(version_2c()))).await;
    assert_eq!((answer.rows.unwrap().len(), answer.address), (0, None));
    names_all(&answer.error.unwrap().to_string(), "SNMP failed: ");

    let other = UdpSocket::bind(("127.0.0.79", world.agent.addr().port())).unwrap();
    let direct = self::direct(&[world.silent(), other.local_addr().unwrap()]).await;
    let error = direct.get(&get(world.device(version_2c()))).await.result.unwrap_err().to_string();
    assert!(error.starts_with("No SNMP response received before timeout: "), "{error}");
    assert!(error.contains("127.0.0.77") && error.contains("127.0.0.79"), "{error}");
}

#[tokio::test]
async fn an_error_of_the_agent_is_an_answer() {
    let world = World::new().await;
    let direct = direct(&[world.agent.addr(), world.silent()]).await;
    let community = Community::from("public!negindex");
    let answer = direct.get(&get(world.device(Credentials::V2c { community }))).await;
    assert!(answer.result.unwrap_err().to_string().contains("genErr"));
    assert_eq!((answer.address, world.packets_in_vain()), (Some(world.agent.addr()), 0));
}

#[tokio::test]
async fn each_address_has_the_options_of_its_network() {
    let world = World::new().await;
    let retries = |cidr: &str, retries| TargetRule {
        cidr: cidr.parse().ok(),
        name: None,
        sys_object_id: None,
        options: DeviceOptions { retries: Some(retries), ..DeviceOptions::default() },
    };
    let rules = [retries("127.0.0.77/32", 7), retries("127.0.0.1/32", 1)].into_iter().collect();
    let devices = devices(&[world.silent(), world.agent.addr()], rules).await;
    let device = world.device(version_2c());
    let sessions = devices.sessions(&device, &version_2c(), Duration::from_secs(5)).await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.options().retries).collect::<Vec<_>>(), [7, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_says_which_address_it_polled_and_counts_what_it_asked_elsewhere() {
    let world = World::new().await;
    let devices = devices(&[world.silent(), world.agent.addr()], TargetRules::default()).await;
    let limits = devices.limits.sandbox.clone();
    let runtime =
        Runtime::new(RuntimeOptions { cache_dir: None, threads: 1, limits, allowed_secrets: Vec::new() }).unwrap();
    let bundled = bundle::PLUGINS.iter().filter(|plugin| plugin.name == SYSTEM_INFO);
    let plugins = PluginSet::load(&runtime, bundled.map(|plugin| (plugin.name, plugin.wasm)), None).await;
    let selected = catalogue(&plugins).select(&[Requested::named(SYSTEM_INFO)]).unwrap();
    let runner = PollRunner::new(Arc::new(devices), runtime, Arc::new(plugins), Handle::current());
    let seconds = Duration::from_secs;
    let job = PollJob {
        device: world.device(version_2c()),
        recipes: selected.recipes,
        auto: selected.auto,
        usual_sections: false,
        get_timeout: seconds(5),
        walk_timeout: seconds(10),
    };
    let report = runner.run(job.clone(), Arc::new(())).await.unwrap();
    assert_eq!(report.stats.address, world.agent.addr().to_string());
    assert!(report.data.get().contains("synthetic"), "{}", report.data);
    let of_recipes: u64 = report.stats.recipes.iter().map(|recipe| recipe.requests).sum();
    assert!(report.stats.requests > of_recipes, "{:?}", report.stats);

    let again = runner.run(job, Arc::new(())).await.unwrap();
    let of_recipes: u64 = again.stats.recipes.iter().map(|recipe| recipe.requests).sum();
    assert_eq!((again.stats.requests, again.partial()), (of_recipes, false));
}
