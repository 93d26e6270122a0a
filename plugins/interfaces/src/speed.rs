//! The speed of an interface from ifSpeed, which cannot hold more than 4.29 Gbit/s, and ifHighSpeed, which cannot hold
//! less than 1 Mbit/s.

/// What ifSpeed says when it cannot say it (RFC 2863).
const BEYOND_IF_SPEED: i64 = u32::MAX as i64;
const MEGABIT: i64 = 1_000_000;

/// What the two say together, in bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// Neither says anything.
    Absent,
    /// More than ifSpeed can hold, and there is no ifHighSpeed.
    Beyond,
    /// They differ by 1 Mbit/s or more, so that one is wrong, and nobody knows which.
    Contradiction,
    /// So many bits per second.
    Is(i64),
}

pub(crate) fn speed(if_speed: Option<i64>, if_high_speed: Option<i64>) -> Speed {
    let high = if_high_speed.map(|megabits| megabits.saturating_mul(MEGABIT));
    let is_usable = |&speed: &i64| speed < BEYOND_IF_SPEED && !(speed == 0 && high.is_some_and(|high| high > 0));
    match (if_speed.filter(is_usable), high) {
        // Zero is what agents send that have ifXTable and do not fill this column: no contradiction.
        (Some(speed), Some(high)) if high > 0 && speed.abs_diff(high) >= MEGABIT.unsigned_abs() => Speed::Contradiction,
        (Some(speed), _) => Speed::Is(speed),
        (None, Some(high)) => Speed::Is(high),
        (None, None) if if_speed.is_some() => Speed::Beyond,
        (None, None) => Speed::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_object_counts_until_it_is_full() {
        for (if_speed, if_high_speed, expected) in [
            (None, None, Speed::Absent),
            (Some(64_000), None, Speed::Is(64_000)),
            (Some(64_000), Some(0), Speed::Is(64_000)),
            (Some(1_544_000), Some(2), Speed::Is(1_544_000)),
            (Some(1_000_000_000), Some(1_000), Speed::Is(1_000_000_000)),
            (Some(1_000_000_000), Some(0), Speed::Is(1_000_000_000)),
            (Some(4_294_967_295), Some(100_000), Speed::Is(100_000_000_000)),
            (Some(4_294_967_295), Some(0), Speed::Is(0)),
            (Some(4_294_967_295), None, Speed::Beyond),
            (Some(0), Some(10_000), Speed::Is(10_000_000_000)),
            (Some(0), Some(0), Speed::Is(0)),
            (Some(0), None, Speed::Is(0)),
            (None, Some(40_000), Speed::Is(40_000_000_000)),
            (Some(100_000_000), Some(1_000), Speed::Contradiction),
            (Some(1_410_065_408), Some(10_000), Speed::Contradiction),
        ] {
            assert_eq!(speed(if_speed, if_high_speed), expected, "{if_speed:?} {if_high_speed:?}");
        }
    }
}
