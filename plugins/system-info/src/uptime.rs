//! How long a device has been up, from three clocks of which each may be wrong.
//!
//! sysUpTime starts again after 497 days and with each start of the agent; hrSystemUptime starts again after 497 days.
//! snmpEngineTime counts seconds and does not wrap for 68 years, but agents exist that fill it with Unix time, and
//! others whose engine time outlives a reboot. So it counts only where sysUpTime proves it: where it is sysUpTime and
//! whole wraps of it. Without sysUpTime, hrSystemUptime proves it in the same way. Alone it proves nothing, and there
//! is no uptime then; `engine_time` says what it is. In all other cases the greater of the two others counts.

/// A Unix time since 1998, or an engine that ran for 28 years. Measured: clocks that were never set begin in 2000.
const TOO_LONG_SECONDS: i64 = 900_000_000;

/// TimeTicks wrap here, in seconds times 100.
const WRAP: Wrap = Wrap { ticks: 1 << 32, base_tolerance: 3_600 * 100, drift: Some(1_000) };

/// Agents that wrap earlier: seconds in 16 bits, milliseconds in 32. Within an hour almost every engine time would fit
/// some number of the short one, so only the clocks' distance within one poll is allowed for.
const EARLIER_WRAPS: [Wrap; 2] = [
    Wrap { ticks: 100 << 16, base_tolerance: 60 * 100, drift: None },
    Wrap { ticks: (1 << 32) / 10, base_tolerance: 60 * 100, drift: None },
];

/// Where a clock starts again from zero, and how far two clocks may be apart to be the same.
struct Wrap {
    /// Hundredths of a second.
    ticks: i64,
    /// Hundredths of a second.
    base_tolerance: i64,
    /// One part in so many of the engine time is added to the tolerance.
    drift: Option<i64>,
}

/// What the device's clocks say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clocks {
    /// sysUpTime, in hundredths of a second.
    pub(crate) sys_up_time: Option<i64>,
    /// snmpEngineTime, in seconds.
    pub(crate) engine_time: Option<i64>,
    /// hrSystemUptime, in hundredths of a second.
    pub(crate) hr_system_uptime: Option<i64>,
}

/// What they say together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uptime {
    /// The seconds, and the clock that they are from.
    pub(crate) known: Option<(i64, &'static str)>,
    /// True where snmpEngineTime says an hour more than that, or all that there is, and is not believed.
    pub(crate) is_engine_time_left_out: bool,
}

/// Decides which clock counts.
pub(crate) fn uptime(clocks: Clocks) -> Uptime {
    let Clocks { sys_up_time, engine_time, hr_system_uptime } = clocks;
    let seconds = |ticks: i64| ticks / 100;
    let others = [(sys_up_time.map(seconds), "sysUpTime"), (hr_system_uptime.map(seconds), "hrSystemUptime")];
    // Of equal ones the first.
    let greater = others
        .into_iter()
        .filter_map(|(seconds, source)| Some((seconds?, source)))
        .reduce(|greater, other| if other.0 > greater.0 { other } else { greater });

    let Some(engine_time) = engine_time else { return Uptime { known: greater, is_engine_time_left_out: false } };
    if sys_up_time.or(hr_system_uptime).is_some_and(|witness| is_wrapped(engine_time, witness)) {
        return Uptime { known: Some((engine_time, "snmpEngineTime")), is_engine_time_left_out: false };
    }
    let is_engine_time_left_out = match greater {
        Some((seconds, _)) => engine_time > seconds.saturating_add(3_600),
        None => engine_time > 0,
    };
    Uptime { known: greater, is_engine_time_left_out }
}

/// True where the engine time is what a clock would say that had not wrapped.
fn is_wrapped(engine_time: i64, witness: i64) -> bool {
    let engine_ticks = engine_time.saturating_mul(100);
    (0..TOO_LONG_SECONDS).contains(&engine_time)
        && std::iter::once(&WRAP).chain(&EARLIER_WRAPS).any(|wrap| {
            let ahead = engine_ticks.saturating_sub(witness);
            // To the nearest: a clock that is a little slow has not reached the wrap that the other has passed.
            let wraps = (ahead + wrap.ticks / 2).div_euclid(wrap.ticks);
            let tolerance = wrap.base_tolerance + wrap.drift.map_or(0, |parts| engine_ticks / parts);
            wraps >= 1 && (ahead - wraps * wrap.ticks).abs() <= tolerance && witness < wrap.ticks
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYS: &str = "sysUpTime";
    const HR: &str = "hrSystemUptime";
    const ENGINE: &str = "snmpEngineTime";

    /// sysUpTime in ticks, engine time in seconds, hrSystemUptime in ticks; what comes of them; is a warning due?
    type Case = (Option<i64>, Option<i64>, Option<i64>, Option<(i64, &'static str)>, bool);

    fn check(cases: &[Case]) {
        for &(sys_up_time, engine_time, hr_system_uptime, known, is_engine_time_left_out) in cases {
            let clocks = Clocks { sys_up_time, engine_time, hr_system_uptime };
            assert_eq!(uptime(clocks), Uptime { known, is_engine_time_left_out }, "{clocks:?}");
        }
    }

    #[test]
    fn without_a_wrap_the_greater_of_the_two_clocks_counts() {
        check(&[
            (None, None, None, None, false),
            (Some(123_456), None, None, Some((1_234, SYS)), false),
            (Some(123_456), Some(1_235), None, Some((1_234, SYS)), false),
            (Some(123_456), Some(1_999), Some(200_000), Some((2_000, HR)), false),
            // The agent started again; the host did not.
            (Some(1_000), Some(9), Some(159_206_620), Some((1_592_066, HR)), false),
            (None, None, Some(200_000), Some((2_000, HR)), false),
        ]);
    }

    #[test]
    fn engine_time_counts_where_it_is_sys_up_time_and_whole_wraps() {
        let wrap = 1 << 32;
        check(&[
            (Some(100_000), Some((wrap + 100_000) / 100), None, Some((42_950_672, ENGINE)), false),
            // Eleven wraps, half an hour off.
            (Some(5_000_000), Some((11 * wrap + 5_000_000) / 100 - 1_800), None, Some((472_494_602, ENGINE)), false),
            // Two wraps and a drift of a day in 1,000: 86 ppm would be 7,400 s.
            (Some(5_000_000), Some((2 * wrap + 5_000_000) / 100 + 85_000), None, Some((86_034_345, ENGINE)), false),
            (Some(5_000_000), Some((2 * wrap + 5_000_000) / 100 + 100_000), None, Some((50_000, SYS)), true),
            // sysUpTime has just wrapped, and the engine's clock is two seconds behind.
            (Some(50), Some(wrap / 100 - 2), None, Some((42_949_670, ENGINE)), false),
            // sysUpTime is about to wrap, and the engine's clock is two seconds ahead.
            (Some(wrap - 100), Some(wrap / 100 + 1), None, Some((42_949_671, SYS)), false),
            // hrSystemUptime wraps with sysUpTime, so it agrees with it and both are wrong.
            (Some(100_000), Some((wrap + 100_000) / 100), Some(106_000), Some((42_950_672, ENGINE)), false),
        ]);
    }

    #[test]
    fn engine_time_is_left_out_where_it_is_unix_time_or_outlives_reboots() {
        check(&[
            (Some(1_425_998_600), Some(1_536_051_496), Some(1_426_005_200), Some((14_260_052, HR)), true),
            (Some(62_100_100), Some(947_306_093), None, Some((621_001, SYS)), true),
            // A Unix time that happens to fit 37 wraps.
            (Some(1_000), Some((37 << 32) / 100 + 10), None, Some((10, SYS)), true),
            (Some(430_400), Some(3_703_088), Some(430_500), Some((4_305, HR)), true),
            (Some(86_400), Some(43_200), Some(86_400), Some((864, SYS)), true),
            (Some(167_014_200), Some(41_694_635), None, Some((1_670_142, SYS)), true),
        ]);
    }

    #[test]
    fn agents_that_wrap_earlier_are_followed_where_the_clocks_agree_to_the_minute() {
        check(&[
            (Some(3_125_594), Some(31_256 + 65_536), None, Some((96_792, ENGINE)), false),
            (Some(3_125_594), Some(31_256 + 65_536 + 600), None, Some((31_255, SYS)), true),
            (Some(200_000_000), Some(2_000_000 + 4_294_967), None, Some((6_294_967, ENGINE)), false),
            // Seconds in 16 bits cannot be more than 18 hours.
            (Some(6_553_700), Some(65_537 + 65_536), None, Some((65_537, SYS)), true),
        ]);
    }

    #[test]
    fn without_sys_up_time_the_other_clock_proves_and_engine_time_alone_proves_nothing() {
        check(&[
            (None, Some(43_000_000), Some(5_032_704), Some((43_000_000, ENGINE)), false),
            (None, Some(3_703_088), Some(430_500), Some((4_305, HR)), true),
            (None, Some(1_999), None, None, true),
            (None, Some(0), None, None, false),
        ]);
    }

    #[test]
    fn what_no_clock_can_say_overflows_nothing() {
        check(&[
            (Some(i64::MAX), Some(i64::MAX), Some(i64::MAX), Some((i64::MAX / 100, SYS)), true),
            (Some(0), Some(-1), None, Some((0, SYS)), false),
            (Some(0), Some(i64::MIN), None, Some((0, SYS)), false),
        ]);
    }
}
