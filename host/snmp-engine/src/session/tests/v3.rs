//! Version 3 from discovery to answer, against an agent that keeps the rules of RFC 3414, and some that do not.

use snmp::usm::{Context, EngineId, User};

use super::{
    v3_agent::{Manners, V3Agent, engine_id, user},
    *,
};

pub(super) fn v3_session(engine: &Engine, agent: &V3Agent, context: &str) -> Session {
    v3_session_as(engine, agent, user("authpass-1234"), context)
}

fn v3_session_as(engine: &Engine, agent: &V3Agent, user: User, context: &str) -> Session {
    let context = Context { engine_id: None, name: context.into() };
    let target =
        Target { addr: agent.agent.socket.local_addr().unwrap(), credentials: Credentials::V3 { user, context } };
    let options = RequestOptions { packet_timeout: Duration::from_secs(1), ..RequestOptions::default() };
    engine.session(target, options)
}

pub(super) async fn served<T>(agent: &V3Agent, asking: impl Future<Output = T>) -> T {
    tokio::select! {
        result = asking => result,
        () = agent.serve() => unreachable!("it serves for ever"),
    }
}

pub(super) async fn engine() -> Engine {
    Engine::bind(HubOptions::default()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_agent_is_discovered_once_and_known_from_then_on() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        assert_eq!(get(&session).await, Ok(2));
        drop(session);
        assert_eq!(get(&v3_session(&engine, &agent, "")).await, Ok(3));
    })
    .await;
    assert_eq!((agent.discoveries.get(), engine.stats().sent), (1, 4));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn keys_are_wiped_soon_after_the_last_session_that_uses_them() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let (session, other) = (v3_session(&engine, &agent, ""), v3_session(&engine, &agent, ""));
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        let remembered = engine.remembered_keys();
        assert_eq!(get(&other).await, Ok(2));
        assert!(remembered > 0 && engine.remembered_keys() == remembered, "both have the same");
        drop(session);
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(get(&other).await, Ok(3));
        assert_eq!(engine.remembered_keys(), remembered, "they are used");
    })
    .await;
    drop(other);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(engine.remembered_keys(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_hour_later_the_time_is_still_right() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        tokio::time::advance(Duration::from_secs(3_500)).await;
        assert_eq!(get(&session).await, Ok(2));
    })
    .await;
    assert_eq!(engine.stats().sent, 3);
}

#[tokio::test(start_paused = true)]
async fn sessions_that_begin_at_once_share_the_discovery() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let sessions = ["", "vlan-1", "vlan-2"].map(|context| v3_session(&engine, &agent, context));
    let [a, b, c] = &sessions;
    let results = served(&agent, async { tokio::join!(get(a), get(b), get(c)) }).await;
    assert!(matches!(results, (Ok(_), Ok(_), Ok(_))), "{results:?}");
    assert_eq!((agent.discoveries.get(), engine.stats().sent), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn sessions_that_wait_for_a_discovery_share_its_failure() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::Silent);
    let sessions = ["", "vlan-1"].map(|context| v3_session(&engine, &agent, context));
    let started = Instant::now();
    let results = served(&agent, async { tokio::join!(get(&sessions[0]), get(&sessions[1])) }).await;
    let expected = format!(
        "{} did not tell its engine ID to 3 requests in 3.0 s; agents are silent to a filtered port and a wrong version alike",
        sessions[0].peer()
    );
    for result in [results.0, results.1] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), ("timeout", expected.clone()));
    }
    assert_eq!((engine.stats().sent, started.elapsed().as_secs()), (3, 3));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_engine_id_that_is_too_short_or_too_long_is_used_and_told() {
    for octets in [1, 4, 5, 32, 36, 255] {
        let (engine, agent) = (engine().await, V3Agent::bind().await);
        *agent.engine_id.borrow_mut() = EngineId::of_agent(&vec![0x38; octets]).unwrap();
        let session = v3_session(&engine, &agent, "vlan-1");
        assert_eq!(session.engine_id(), None);
        assert_eq!(served(&agent, get(&session)).await, Ok(1), "{octets}");
        let told = session.engine_id().unwrap().oddity();
        let words = format!(
            "the engine ID has {octets} octet{} instead of 5 to 32 (RFC 3411)",
            if octets == 1 { "" } else { "s" }
        );
        assert_eq!(told, (!(5..=32).contains(&octets)).then_some(words));
        assert_nothing_is_left(&engine);
    }
}

#[tokio::test(start_paused = true)]
async fn a_discovery_has_a_time_of_its_own() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::Silent);
    let session = v3_session(&engine, &agent, "");
    let patience = RequestOptions { discovery_timeout: Duration::from_millis(1_500), ..session.options().clone() };
    let session = session.with_options(patience);
    let error = served(&agent, get(&session)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{} did not tell its engine ID to 2 requests in 1.5 s; agents are silent to a filtered port and a wrong version alike",
            session.peer()
        )
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_discovers_and_is_cancelled_lets_the_next_go_on() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let (first, second) = (v3_session(&engine, &agent, ""), v3_session(&engine, &agent, "vlan-1"));
    agent.manners.set(Manners::Silent);
    let discovering = tokio::spawn(async move { get(&first).await });
    let waiting = async {
        while engine.waiters() == 0 {
            tokio::task::yield_now().await;
        }
        let waits = get(&second);
        tokio::pin!(waits);
        assert!(tokio::time::timeout(Duration::from_millis(10), &mut waits).await.is_err());
        agent.manners.set(Manners::Good);
        discovering.abort();
        waits.await
    };
    assert_eq!(served(&agent, waiting).await, Ok(1));
    assert_eq!(agent.discoveries.get(), 1);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_poll_goes_on_over_a_reboot() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        tokio::time::advance(Duration::from_secs(400)).await;
        agent.boots.set(6);
        agent.booted.set(Instant::now());
        assert_eq!(get(&session).await, Ok(2));
        assert_eq!(get(&session).await, Ok(3));
    })
    .await;
    // The discovery, three requests, and one of them again.
    assert_eq!((agent.discoveries.get(), engine.stats().sent), (1, 5));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_has_lost_its_count_of_boots_is_discovered_once_more() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        agent.boots.set(1);
        agent.booted.set(Instant::now());
        assert_eq!(get(&session).await, Ok(2));
        assert_eq!(get(&session).await, Ok(3));
    })
    .await;
    assert_eq!((agent.discoveries.get(), engine.stats().sent), (2, 6));
}

#[tokio::test(start_paused = true)]
async fn an_agent_with_another_engine_id_is_discovered_once_more() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        *agent.engine_id.borrow_mut() = engine_id(2);
        assert_eq!(get(&session).await, Ok(2));
        assert_eq!(get(&session).await, Ok(3));
    })
    .await;
    assert_eq!(agent.discoveries.get(), 2);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn whatever_an_agent_goes_on_to_refuse_ends_with_its_words() {
    #[track_caller]
    fn check(error: &RequestError, kind: &str, words: &str) {
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().ends_with(words), "{error}");
    }
    let engine = engine().await;
    let agent = V3Agent::bind().await;
    agent.manners.set(Manners::NeverInTime);
    let error = served(&agent, get(&v3_session(&engine, &agent, ""))).await.unwrap_err();
    check(&error, "clock", "refused the message: not in time window: the clocks of agent and proxy differ");
    assert_eq!(engine.stats().sent, 3, "the discovery, the request, and once more");

    let agent = V3Agent::bind().await;
    agent.manners.set(Manners::NeverItself);
    let error = served(&agent, get(&v3_session(&engine, &agent, ""))).await.unwrap_err();
    check(
        &error,
        "engine-id",
        "refused the message: unknown engine ID: the agent's engine ID is not the one that it told before",
    );
    assert_eq!((agent.discoveries.get(), engine.stats().sent), (2, 3 + 4));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_or_user_is_told_within_a_second() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let stranger = User::new("stranger", user("authpass-1234").protection().clone()).unwrap();
    let cases = [
        (user("wrong-password"), "authentication failure: wrong password or authentication protocol"),
        (stranger, "unknown user name"),
    ];
    for (user, words) in cases {
        let session = v3_session_as(&engine, &agent, user, "");
        let started = Instant::now();
        let error = served(&agent, get(&session)).await.unwrap_err();
        assert_eq!(error.kind(), "authentication");
        assert_eq!(error.to_string(), format!("{} refused the message: {words}", session.peer()));
        assert!(started.elapsed() < Duration::from_secs(1));
    }
    assert_eq!(engine.stats().sent, 3, "nothing is sent again");
    assert_eq!(served(&agent, get(&v3_session(&engine, &agent, ""))).await, Ok(1));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn reports_that_nobody_signed_do_not_end_a_request() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::Forged);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        for number in 1..=3 {
            assert_eq!(get(&session).await, Ok(number));
        }
    })
    .await;
    assert_eq!((agent.discoveries.get(), engine.stats().sent, engine.stats().rejected), (1, 4, 12));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_was_answered_before_is_not_refused_by_a_report_that_comes_before_a_slow_answer() {
    let (engine, mut agent) = (engine().await, V3Agent::bind().await);
    agent.delay = Duration::from_millis(180);
    let session = v3_session(&engine, &agent, "");
    served(&agent, async {
        assert_eq!(get(&session).await, Ok(1));
        // Four Reports go before the answer, which comes after 900 ms, later than new users are told of a Report.
        agent.manners.set(Manners::Forged);
        assert_eq!(get(&session).await, Ok(2));
    })
    .await;
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_a_wrong_digest_is_none_and_is_told() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::Tampered);
    let session = v3_session(&engine, &agent, "");
    let error = served(&agent, get(&session)).await.unwrap_err();
    let expected = format!(
        "{} did not answer 3 requests in 3.0 s; an answer failed authentication (wrong digest)",
        session.peer()
    );
    assert_eq!(error.to_string(), expected);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn agents_that_share_an_engine_id_do_not_disturb_one_another() {
    let engine = engine().await;
    let (first, second) = (V3Agent::bind().await, V3Agent::bind().await);
    second.boots.set(900);
    let sessions = (v3_session(&engine, &first, ""), v3_session(&engine, &second, ""));
    let asking = async {
        for number in 1..=3 {
            assert_eq!(get(&sessions.0).await, Ok(number));
            assert_eq!(get(&sessions.1).await, Ok(number));
        }
    };
    served(&first, served(&second, asking)).await;
    assert_eq!(engine.stats().sent, 2 * (1 + 3));
}

#[tokio::test(start_paused = true)]
async fn cancelling_at_any_time_leaves_nothing_behind() {
    // Discovery, a request, a resynchronisation or another discovery, and the request again: 400 ms in all.
    for (boots, engine_last) in [(6, 1), (1, 1), (5, 2)] {
        for after in (0..500).step_by(50) {
            let engine = engine().await;
            let mut agent = V3Agent::bind().await;
            agent.delay = Duration::from_millis(100);
            let (session, other) = (v3_session(&engine, &agent, ""), v3_session(&engine, &agent, "other"));
            served(&agent, async {
                let cancelled = async { tokio::join!(get(&session), get(&session), get(&other)) };
                let _ = tokio::time::timeout(Duration::from_millis(after), cancelled).await;
                assert_nothing_is_left(&engine);
                agent.boots.set(boots);
                *agent.engine_id.borrow_mut() = engine_id(engine_last);
                let cancelled = async { tokio::join!(get(&session), get(&other)) };
                let _ = tokio::time::timeout(Duration::from_millis(after), cancelled).await;
                assert_nothing_is_left(&engine);
                assert!(get(&session).await.is_ok(), "after {after} ms");
                assert!(get(&other).await.is_ok(), "after {after} ms");
            })
            .await;
        }
    }
}

#[tokio::test]
async fn no_password_is_shown() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    let session = v3_session(&engine, &agent, "");
    let result = served(&agent, get(&session)).await;
    let shown = format!("{result:?} {engine:?} {session:?}");
    assert!(result.is_ok() && !shown.contains("authpass"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn whoever_has_little_time_for_a_discovery_does_not_cut_it_short_for_others() {
    let (engine, mut agent) = (engine().await, V3Agent::bind().await);
    agent.delay = Duration::from_millis(500);
    let (hasty, patient) = (v3_session(&engine, &agent, ""), v3_session(&engine, &agent, "vlan-1"));
    let soon = Instant::now() + Duration::from_millis(100);
    let names = [oid("1.3.6.1")];
    let both = async { tokio::join!(hasty.get(&names, soon), get(&patient)) };
    let (hasty, patient) = served(&agent, both).await;
    assert!(matches!(hasty, Err(RequestError::Deadline { .. })), "{hasty:?}");
    assert_eq!(patient, Ok(1));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_says_nothing_to_what_is_encrypted_perhaps_cannot_decrypt() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::CannotDecrypt);
    let session = v3_session(&engine, &agent, "");
    let error = served(&agent, get(&session)).await.unwrap_err();
    let expected = format!(
        "{} did not answer 3 requests in 3.0 s; it told its engine ID before: \
         perhaps the privacy password or protocol is wrong",
        session.peer()
    );
    assert_eq!((error.kind(), error.to_string()), ("timeout", expected));
    agent.manners.set(Manners::Good);
    assert_eq!(served(&agent, get(&session)).await, Ok(1));
    agent.manners.set(Manners::CannotDecrypt);
    let error = served(&agent, get(&session)).await.unwrap_err();
    assert!(matches!(error, RequestError::Timeout { clue: None, .. }), "it could before: {error}");
}
