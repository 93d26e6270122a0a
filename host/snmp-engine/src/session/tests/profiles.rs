//! What is remembered of agents, and what a session counts.

use snmp::{pdu::RequestKind, profile::Ramp};

use super::*;

/// Answers GETs until it is dropped.
async fn serve(agent: &Agent) {
    for number in 1.. {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(number)).await;
    }
}

/// Polls, while the agent answers.
async fn served<T>(agent: &Agent, polling: impl Future<Output = T>) -> T {
    tokio::select! {
        result = polling => result,
        () = serve(agent) => unreachable!("it serves for ever"),
    }
}

async fn get_often(session: &Session, times: usize) {
    for _ in 0..times {
        assert!(get(session).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn the_window_of_an_unknown_agent_is_one_and_is_kept_between_polls() {
    let agent = Agent::bind().await;
    let (engine, first) = connect(&agent).await;
    assert_eq!(first.stats().window, 1);
    served(&agent, get_often(&first, 20)).await;
    assert_eq!(first.stats().window, 4);
    drop(first);
    let second = session(&engine, &agent);
    assert_eq!((second.stats().window, second.stats().requests), (4, 0));
    assert_eq!(engine.stats().known_agents, 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_keeps_to_its_own_window() {
    let agent = Agent::bind().await;
    let (engine, wide) = connect(&agent).await;
    served(&agent, get_often(&wide, 20)).await;
    let narrow = wide.with_options(RequestOptions { window: 1, ..wide.options().clone() });
    assert_eq!((wide.stats().window, narrow.stats().window), (4, 1));
    let three = async { tokio::join!(get(&narrow), get(&narrow), get(&narrow)) };
    let waited = async {
        agent.seen().await;
        engine.waiters()
    };
    tokio::select! {
        _ = three => unreachable!("nobody answers"),
        waiters = waited => assert_eq!(waiters, 1),
    }
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_is_not_talked_to_is_forgotten_after_a_while() {
    let agent = Agent::bind().await;
    let (engine, first) = connect(&agent).await;
    served(&agent, get_often(&first, 20)).await;
    tokio::time::advance(Duration::from_secs(4_000)).await;
    assert_eq!(session(&engine, &agent).stats().window, 4, "it is in use");
    drop(first);
    assert_eq!(session(&engine, &agent).stats().window, 1);
}

#[tokio::test(start_paused = true)]
async fn another_user_of_the_same_agent_starts_anew() {
    let agent = Agent::bind().await;
    let (engine, first) = connect(&agent).await;
    served(&agent, get_often(&first, 20)).await;
    let addr = agent.socket.local_addr().unwrap();
    for credentials in [Credentials::V2c { community: "other".into() }, Credentials::V1 { community: "public".into() }]
    {
        let other = engine.session(Target { addr, credentials }, RequestOptions::default());
        assert_eq!(other.stats().window, 1);
    }
    assert_eq!(engine.stats().known_agents, 3);
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_session_counts_for_itself_and_for_the_whole() {
    let agent = Agent::bind().await;
    let (_engine, whole) = connect(&agent).await;
    let (recipe, other) = (whole.counted(), whole.counted());
    let walk = recipe.counted();
    let patient = walk.with_options(RequestOptions { retries: 9, ..walk.options().clone() });
    served(&agent, async {
        get_often(&walk, 2).await;
        get_often(&patient, 1).await;
        get_often(&other, 4).await;
    })
    .await;
    let requests = [&whole, &recipe, &walk, &other].map(|session| session.stats().requests);
    assert_eq!(requests, [7, 3, 3, 4]);
    let stats = walk.stats();
    assert_eq!((stats.answers, stats.varbinds, patient.options().retries), (3, 3, 9));
    assert!(stats.min_round_trip <= stats.mean_round_trip && stats.mean_round_trip.is_some());
}

/// Asks for sysUpTime of an agent that has been up for so many seconds.
async fn get_up_time(agent: &Agent, session: &Session, seconds: u32) {
    let name = oid("1.3.6.1.2.1.1.3.0");
    let playing = async {
        let seen = agent.seen().await;
        let up_time = Varbind { name: name.clone(), value: Value::TimeTicks(seconds * 100) };
        agent.send(&seen, &seen.answer(&[up_time])).await;
    };
    let (got, ()) = tokio::join!(session.get(std::slice::from_ref(&name), in_a_minute()), playing);
    assert!(got.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_was_learned_of_an_agent_ends_when_it_starts_again() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let limited = || session.device.lock().capabilities.names.at_once(RequestKind::GetNext, Ramp::FULL) < usize::MAX;
    get_up_time(&agent, &session, 1_000).await;
    served(&agent, get_often(&session, 20)).await;
    session.device.lock().capabilities.names.refused(RequestKind::GetNext, 9);
    get_up_time(&agent, &session, 1_001).await;
    assert_eq!((session.stats().window, limited()), (4, true));
    get_up_time(&agent, &session, 20).await;
    assert_eq!((session.stats().window, limited()), (1, false));
}
