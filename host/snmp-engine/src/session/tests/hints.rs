//! What the network and agents let slip: closed ports, other sources.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_answer_from_elsewhere_is_taken_where_the_session_allows_it() {
    let agent = Agent::bind().await;
    let elsewhere = Agent::bind().await;
    let (engine, strict) = connect(&agent).await;
    let session = strict.with_options(RequestOptions { any_source: true, ..strict.options().clone() });
    let play = async {
        let seen = agent.seen().await;
        elsewhere.send(&seen, &Seen { community: b"guess".to_vec(), ..seen.clone() }.number(1)).await;
        elsewhere.send(&seen, &seen.number(2)).await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    assert_eq!(result, Ok(2));
    assert_eq!(engine.stats().rejected, 1, "the community must match all the same");
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_session_tells_of_a_closed_port_while_its_request_goes_on() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let hour = Duration::from_secs(3_600);
    let options = RequestOptions { packet_timeout: hour, report_grace: hour, ..session.options().clone() };
    let session = session.with_options(options);
    drop(agent);
    tokio::select! {
        ended = get(&session) => panic!("{ended:?}"),
        () = session.unreachable() => {}
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_closed_port_is_told_before_the_packets_time_out() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let patience = Duration::from_secs(20);
    let session = session.with_options(RequestOptions { packet_timeout: patience, ..session.options().clone() });
    drop(agent);
    let started = Instant::now();
    let error = get(&session).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} cannot be reached: port unreachable (ICMP): nothing listens on it", session.peer())
    );
    assert_eq!((error.kind(), started.elapsed().as_secs()), ("unreachable", 1));
    assert_eq!((engine.stats().sent, engine.stats().unreachable), (2, 2));
    assert_nothing_is_left(&engine);
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_closed_port_disturbs_no_other_agent() {
    let (gone, live) = (Agent::bind().await, Agent::bind().await);
    let (engine, to_gone) = connect(&gone).await;
    let to_live = session(&engine, &live);
    drop(gone);
    let playing = async {
        loop {
            let seen = live.seen().await;
            live.send(&seen, &seen.number(1)).await;
        }
    };
    let asking = async {
        for _ in 0..100 {
            // Whatever the socket says of the one that is gone comes in the midst of this.
            assert_eq!(get(&to_live).await, Ok(1));
        }
    };
    let lost = async {
        loop {
            let _ = get(&to_gone).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = playing => {}
        () = lost => {}
        () = asking => {}
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn what_the_kernel_had_to_drop_is_counted() {
    let agent = Agent::bind().await;
    let engine = Engine::bind(HubOptions { receive_buffer: 1, ..HubOptions::default() }).await.unwrap();
    let session = session(&engine, &agent);
    let play = async {
        let seen = agent.seen().await;
        // All at once, while nobody can receive.
        let room = engine.stats().receive_buffer / 1_000;
        for _ in 0..room * 2 {
            agent.socket.try_send_to(&[0; 1_000], seen.from).unwrap();
        }
        while engine.stats().received < 10 {
            tokio::task::yield_now().await;
        }
        agent.send(&seen, &seen.number(1)).await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    assert_eq!(result, Ok(1));
    let stats = engine.stats();
    assert!(stats.dropped > 0, "{stats:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn an_agent_of_ipv6_answers_and_its_closed_port_is_told() {
    let Ok(socket) = UdpSocket::bind("[::1]:0").await else { return };
    let agent = Agent { socket };
    let (_engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(1)).await;
    };
    assert_eq!(tokio::join!(get(&session), play).0, Ok(1));
    drop(agent);
    assert_eq!(get(&session).await.unwrap_err().kind(), "unreachable");
}
