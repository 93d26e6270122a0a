//! Agents that have stopped to answer.

use super::*;

/// Asks until the agent is taken for gone.
async fn wear_out(session: &Session) {
    for _ in 0..3 {
        assert!(matches!(get(session).await, Err(RequestError::Timeout { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_went_silent_is_not_asked_for_ever() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let playing = async {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(1)).await;
        // Everything after that is left unanswered.
        std::future::pending::<()>().await;
    };
    let asking = async {
        assert_eq!(get(&session).await, Ok(1));
        wear_out(&session).await;
        let sent = engine.stats().sent;
        tokio::time::advance(Duration::from_secs(3)).await;
        let expected = format!(
            "{} did not answer the last 3 requests and is not asked now; the next request is in 27 s",
            session.peer()
        );
        assert_eq!(get(&session).await.unwrap_err().to_string(), expected);
        assert_eq!(engine.stats().sent, sent, "nothing is sent any more");
    };
    tokio::select! {
        () = playing => {}
        () = asking => {}
    }
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn after_a_while_one_request_finds_out_and_an_answer_lets_all_through() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    wear_out(&session).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    while agent.socket.try_recv(&mut [0; 100]).is_ok() {}
    let playing = async {
        let seen = agent.seen().await;
        let other = get(&session).await;
        assert!(matches!(other, Err(RequestError::Silent { again_in: None, .. })), "{other:?}");
        agent.send(&seen, &seen.number(1)).await;
    };
    let (result, ()) = tokio::join!(get(&session), playing);
    assert_eq!(result, Ok(1));
    let playing = async {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(2)).await;
    };
    assert_eq!(tokio::join!(get(&session), playing).0, Ok(2));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn whoever_was_to_find_out_and_was_cancelled_leaves_it_to_the_next() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    wear_out(&session).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let cancelled = tokio::time::timeout(Duration::from_millis(1), get(&session)).await;
    assert!(cancelled.is_err());
    let sent = engine.stats().sent;
    assert!(matches!(get(&session).await, Err(RequestError::Timeout { .. })));
    assert_eq!(engine.stats().sent, sent + 3);
    assert!(matches!(get(&session).await, Err(RequestError::Silent { requests: 4, .. })));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_community_never_blocks_the_right_one() {
    let agent = Agent::bind().await;
    let (engine, right) = connect(&agent).await;
    let credentials = Credentials::V2c { community: "wrong".into() };
    let target = Target { addr: agent.socket.local_addr().unwrap(), credentials };
    let wrong = engine.session(target, right.options().clone());
    let playing = async {
        loop {
            let seen = agent.seen().await;
            if seen.community == b"public" {
                agent.send(&seen, &seen.number(1)).await;
            }
        }
    };
    let asking = async {
        wear_out(&wrong).await;
        assert!(matches!(get(&wrong).await, Err(RequestError::Silent { .. })));
        assert_eq!(get(&right).await, Ok(1));
    };
    tokio::select! {
        () = playing => {}
        () = asking => {}
    }
}

#[tokio::test(start_paused = true)]
async fn the_impatience_of_one_session_does_not_keep_the_others_from_asking() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let options = RequestOptions { packet_timeout: Duration::from_millis(10), retries: 0, ..session.options().clone() };
    let impatient = session.with_options(options);
    for _ in 0..5 {
        assert!(matches!(get(&impatient).await, Err(RequestError::Timeout { .. })));
    }
    while agent.socket.try_recv(&mut [0; 100]).is_ok() {}
    let playing = async {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(1)).await;
    };
    assert_eq!(tokio::join!(get(&session), playing).0, Ok(1));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn silence_is_known_to_the_next_session() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    wear_out(&session).await;
    drop(session);
    let next = super::session(&engine, &agent);
    assert!(matches!(get(&next).await, Err(RequestError::Silent { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_is_known_of_the_cause_of_silence_is_said_until_there_is_an_answer() {
    let (agent, elsewhere) = (Agent::bind().await, Agent::bind().await);
    let (_engine, session) = connect(&agent).await;
    let is_fixed = std::cell::Cell::new(false);
    let playing = async {
        loop {
            let seen = agent.seen().await;
            let answering = if is_fixed.get() { &agent } else { &elsewhere };
            answering.send(&seen, &seen.number(1)).await;
        }
    };
    let asking = async {
        wear_out(&session).await;
        let expected = format!(
            "{peer} did not answer the last 3 requests and is not asked now; the next request is in 30 s (before that: {peer} \
             did not answer 3 requests in 3.0 s; an answer came from {} instead)",
            elsewhere.socket.local_addr().unwrap(),
            peer = session.peer()
        );
        assert_eq!(get(&session).await.unwrap_err().to_string(), expected);
        is_fixed.set(true);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(get(&session).await, Ok(1));
    };
    tokio::select! {
        () = playing => {}
        () = asking => {}
    }
    assert_eq!(session.device.lock().breaker.cause(), None);
}
