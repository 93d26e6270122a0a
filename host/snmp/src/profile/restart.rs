//! What shows that an agent has started again, or that another one is at its address: then nothing counts any more that
//! was learned of it.
//!
//! It costs no request. Looked at is what answers bring anyway: in version 3 the engine that has signed them and its
//! boots; in every version the values of a GET that tell who an agent is or how long it has been up, which every poll
//! asks for. A walk is not looked at: whoever wants to know asks for the system group.
//! Pure: it is told the time.

use std::time::{Duration, Instant};

use crate::{Value, Varbind, usm::EngineId};

/// What is known of an agent's identity and of its last start.
#[derive(Debug, Default)]
pub(super) struct RestartDetector {
    /// The engine that answered, and its boots.
    engine: Option<(EngineId, u32)>,
    /// The values of [`IDENTITY`].
    identity: [Option<Value>; 3],
    /// How long the agent had been up, in hundredths of a second, and when.
    up_time: Option<(u32, Instant)>,
}

/// sysObjectID (RFC 3418), snmpEngineID and snmpEngineBoots (RFC 3411).
const IDENTITY: [&[u32]; 3] =
    [&[1, 3, 6, 1, 2, 1, 1, 2, 0], &[1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0], &[1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0]];

/// sysUpTime (RFC 3418).
const UP_TIME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];

/// By how much an agent may have been up for less than before: answers come late, and clocks are not exact.
const SLACK: Duration = Duration::from_secs(10);

/// How long before sysUpTime has used up its 32 bits it may begin anew. The clocks of two devices differ by then.
const WRAP_SLACK: Duration = Duration::from_secs(86_400);

impl RestartDetector {
    /// Takes note of the engine of version 3 that answered. Whether it is another, or has started again.
    pub(super) fn engine_changed(&mut self, id: &EngineId, boots: u32) -> bool {
        match &mut self.engine {
            Some((known, known_boots)) if known == id => std::mem::replace(known_boots, boots) != boots,
            other => other.replace((id.clone(), boots)).is_some(),
        }
    }

    /// Takes note of the values of a GET. Whether they are those of another agent, or of one that has started again.
    pub(super) fn values_changed(&mut self, varbinds: &[Varbind], now: Instant) -> bool {
        let mut is_another = false;
        for Varbind { name, value } in varbinds {
            match value {
                Value::TimeTicks(up_time) if name.arcs() == UP_TIME => is_another |= self.has_restarted(*up_time, now),
                Value::ObjectIdentifier(_) | Value::OctetString(_) | Value::Integer(_) => {
                    let known = IDENTITY.iter().zip(&mut self.identity).find(|(of, _)| name.arcs() == **of);
                    if let Some((_, known)) = known {
                        is_another |= known.replace(value.clone()).is_some_and(|before| before != *value);
                    }
                }
                _ => {}
            }
        }
        is_another
    }

    fn has_restarted(&mut self, up_time: u32, now: Instant) -> bool {
        let Some((before, at)) = self.up_time.replace((up_time, now)) else { return false };
        let [was_up, is_up] = [before, up_time].map(|ticks| Duration::from_millis(u64::from(ticks) * 10));
        let passed = now.saturating_duration_since(at);
        if up_time == before {
            // It stands still.
            return false;
        }
        if is_up > was_up {
            // It has started since.
            return is_up + SLACK < passed;
        }
        let may_have_wrapped = was_up + passed + WRAP_SLACK > Duration::from_millis(u64::from(u32::MAX) * 10);
        is_up + SLACK < was_up && !may_have_wrapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oid;

    /// Whether an agent is taken for another one that shows `now` so many seconds after it has shown `before`, both
    /// hundredths of a second since its start.
    #[track_caller]
    fn check(before: u32, seconds: u64, now: u32, expected: bool) {
        let start = Instant::now();
        let mut life = RestartDetector::default();
        let up_time = |ticks| vec![Varbind { name: Oid::new(UP_TIME).unwrap(), value: Value::TimeTicks(ticks) }];
        assert!(!life.values_changed(&up_time(before), start));
        assert_eq!(life.values_changed(&up_time(now), start + Duration::from_secs(seconds)), expected);
    }

    #[test]
    fn an_agent_that_has_been_up_for_less_than_before_has_started_again() {
        check(100_000, 300, 130_000, false);
        check(100_000, 300, 5_000, true);
        check(100_000, 1, 99_500, false);
        check(10_000, 3_600, 50_000, true);
        check(10_000, 3_600, 10_000, false);
    }

    #[test]
    fn an_up_time_that_has_used_up_its_bits_is_no_start() {
        check(u32::MAX - 100, 300, 29_900, false);
        check(u32::MAX - 100_000_000, 300, 29_900, true);
    }

    #[test]
    fn other_values_and_other_engines_are_other_agents() {
        let mut life = RestartDetector::default();
        let values = |place: usize, value| vec![Varbind { name: Oid::new(IDENTITY[place]).unwrap(), value }];
        for (place, value, other) in [
            (0, Value::ObjectIdentifier(Oid::from([1, 3, 1])), Value::ObjectIdentifier(Oid::from([1, 3, 2]))),
            (1, Value::OctetString(vec![1]), Value::OctetString(vec![2])),
            (2, Value::Integer(1), Value::Integer(2)),
        ] {
            let mut heed = |value: &Value| life.values_changed(&values(place, value.clone()), Instant::now());
            assert_eq!(
                [&value, &value, &Value::NoSuchObject, &other, &other].map(&mut heed),
                [false, false, false, true, false]
            );
        }
        let [one, two] = [1, 2].map(|last| EngineId::new(&[0x80, 0, 0, 0, last]).unwrap());
        let engines = [(&one, 1), (&one, 1), (&one, 2), (&two, 2), (&two, 2)];
        assert_eq!(engines.map(|(id, boots)| life.engine_changed(id, boots)), [false, false, true, true, false]);
    }
}
