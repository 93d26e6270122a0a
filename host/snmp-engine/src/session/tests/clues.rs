//! Why there was no answer: what is known is told at every deadline, be it that of the retries, a GET or a walk.

use super::{
    v3::{engine, served, v3_session},
    v3_agent::{Manners, V3Agent},
    *,
};

const PRIVACY: &str = "it told its engine ID before: perhaps the privacy password or protocol is wrong";
const SILENCE: &str = "agents are silent to a wrong community, a filtered port and a wrong version alike";

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(700)
}

/// A GET that ends at a deadline before the first packet does.
async fn hasty_get(session: &Session) -> RequestError {
    session.get(&[oid("1.3.6.1"), oid("1.3.6.2")], soon()).await.unwrap_err()
}

/// A walk that ends at such a deadline.
async fn hasty_walk(session: &Session) -> String {
    let mut walk = session.walk(oid("1.3.6.1"), soon());
    assert_eq!(walk.next().await, None);
    walk.outcome().reason.unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_wrong_privacy_password_is_suspected_at_every_deadline() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::CannotDecrypt);
    let session = v3_session(&engine, &agent, "");
    let peer = session.peer();
    let (get, walk) = served(&agent, async { (hasty_get(&session).await, hasty_walk(&session).await) }).await;
    let expected = format!("deadline exceeded after 1 request to {peer} in 0.7 s; {PRIVACY}");
    assert_eq!((get.kind(), get.to_string(), walk), ("deadline", expected.clone(), expected));
    agent.manners.set(Manners::Good);
    assert_eq!(served(&agent, super::get(&session)).await, Ok(1));
    agent.manners.set(Manners::CannotDecrypt);
    let error = served(&agent, hasty_get(&session)).await;
    assert_eq!(error.to_string(), format!("deadline exceeded after 1 request to {peer} in 0.7 s"), "it could before");
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_context_is_suspected_before_the_privacy_password() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::CannotDecrypt);
    let session = v3_session(&engine, &agent, "vlan-7");
    let words = "it told its engine ID before: perhaps it has no context `vlan-7`, \
                 or the privacy password or protocol is wrong";
    let (hasty, patient) = served(&agent, async { (hasty_get(&session).await, get(&session).await) }).await;
    assert!(hasty.to_string().ends_with(words), "{hasty}");
    assert!(patient.unwrap_err().to_string().ends_with(words));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_in_the_discovery_says_what_silence_can_mean() {
    let (engine, agent) = (engine().await, V3Agent::bind().await);
    agent.manners.set(Manners::Silent);
    let session = v3_session(&engine, &agent, "");
    let error = served(&agent, hasty_get(&session)).await;
    let silence = "agents are silent to a filtered port and a wrong version alike";
    let expected = format!("deadline exceeded after 1 request to {} in 0.7 s; {silence}", session.peer());
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn silence_says_who_how_often_how_long_and_what_it_can_mean() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let peer = session.peer();
    let error = hasty_get(&session).await;
    assert_eq!(error.to_string(), format!("deadline exceeded after 1 request to {peer} in 0.7 s; {SILENCE}"));
    assert!(error.is_silence());
    let error = session.get(&[oid("1.3.6.1"), oid("1.3.6.2")], in_a_minute()).await.unwrap_err();
    // Two attempts for both names, and what is left for one of them.
    assert_eq!(error.to_string(), format!("{peer} did not answer 3 requests in 3.0 s; {SILENCE}"));
    // All of them count where the deadline comes in between.
    let deadline = Instant::now() + Duration::from_millis(2_500);
    let error = session.get(&[oid("1.3.6.1"), oid("1.3.6.2")], deadline).await.unwrap_err();
    assert_eq!(error.to_string(), format!("deadline exceeded after 3 requests to {peer} in 2.5 s; {SILENCE}"));
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_was_answering_is_not_suspected_of_a_wrong_community() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(1)).await;
    };
    assert_eq!(tokio::join!(get(&session), play).0, Ok(1));
    let error = get(&session).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{} did not answer 3 requests in 3.0 s", session.peer()));
}

/// Answers with what cannot be read: another thing is wrong with the first answer than with those behind it.
async fn answer_unreadably(agent: &Agent) {
    for number in 0.. {
        let seen = agent.seen().await;
        let mut answer = seen.number(1);
        let varbind = answer.windows(3).position(|octets| matches!(octets, [tag::SEQUENCE, _, 6])).unwrap();
        let (place, octet) = if number == 0 { (varbind + 3, 0) } else { (varbind, 0x31) };
        answer[place] = octet;
        agent.send(&seen, &answer).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_of_which_nothing_can_be_read_is_said_to_have_answered_with_the_first_reason() {
    let words = "answers came, but none could be read: invalid OID as the name of a varbind";
    let asked = async |is_hasty: bool| {
        let agent = Agent::bind().await;
        let (_engine, session) = connect(&agent).await;
        let peer = session.peer();
        let asking = async {
            if is_hasty {
                return (hasty_get(&session).await, peer);
            }
            (session.get(&[oid("1.3.6.1"), oid("1.3.6.2")], in_a_minute()).await.unwrap_err(), peer)
        };
        tokio::select! {
            asked = asking => asked,
            () = answer_unreadably(&agent) => unreachable!("it answers for ever"),
        }
    };
    let (error, peer) = asked(false).await;
    assert_eq!((error.kind(), error.to_string()), ("malformed", format!("{peer}: {words}")));
    let (error, _) = asked(true).await;
    assert!(error.to_string().ends_with(words), "{error}");

    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let walked = tokio::select! {
        walked = hasty_walk(&session) => walked,
        () = answer_unreadably(&agent) => unreachable!("it answers for ever"),
    };
    assert!(walked.ends_with(words), "{walked}");
}

#[tokio::test(start_paused = true)]
async fn noise_is_told_at_the_deadline_too() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        agent.send(&seen, b"noise").await;
        agent.send(&seen, b"").await;
        std::future::pending::<()>().await;
    };
    let words = "answers came, but none could be read: invalid length: indefinite, or beyond the end of the message";
    let error = tokio::select! {
        error = hasty_get(&session) => error,
        () = play => unreachable!("it plays for ever"),
    };
    assert!(error.to_string().ends_with(words), "{error}");
    assert!(!error.is_silence());
}
