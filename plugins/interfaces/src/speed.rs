//! The speed of an interface from ifSpeed, which cannot hold more than 4.29 Gbit/s, and ifHighSpeed, which cannot hold
//! less than 1 Mbit/s (RFC 2863).
//!
//! Agents fill both with other units than the MIB's, with -1, and with what is left of a speed in 32 bits. The rules,
//! of which the first that fits counts:
//!
//! 1. As the MIB says. ifSpeed counts where it is not full and ifHighSpeed is the same to the Mbit/s or not filled;
//!    else ifHighSpeed does, where there is such a speed.
//! 2. A known mechanism that explains **both** objects: ifSpeed is ifHighSpeed's speed modulo 2^32, whichever unit that
//!    has; the two are the same number, or a factor of 1,000 apart, so that one has the other's unit. Where either could
//!    have it, what there is at this ifType decides.
//! 3. One object alone that is no speed in its own unit and is one in another: ifHighSpeed of 10 Tbit/s and more is in
//!    bit/s or kbit/s, ifSpeed of 10 to 50,000 bit/s on an Ethernet port is in Mbit/s, and either of them is a multiple
//!    of 500 Mbit/s modulo 2^32 where it is that and not round.
//! 4. A full ifSpeed is a lower bound: no reading of ifHighSpeed counts that lies below it, but the MIB's own.
//! 5. A negative ifHighSpeed means "none", and ifSpeed counts if it says anything.
//! 6. Otherwise nobody knows, and the speed is null.
//!
//! All but the first leave a warning. 400G, 800G and 1.6T ports and aggregations of many of them are within the first.

use crate::media::Media;

/// From here ifSpeed says nothing: 4294967295 stands for more than that (RFC 2863), the last whole Mbit/s does in some
/// agents, and what lies between is a small negative number. No interface has such a speed.
const FULL: i64 = WRAP - (1 << 20);
/// Where ifSpeed ends in agents that compute it with a sign.
const SIGNED_FULL: i64 = i32::MAX as i64;
const WRAP: i64 = 1 << 32;

const KILOBIT: i64 = 1_000;
const MEGABIT: i64 = 1_000_000;
const GIGABIT: i64 = 1_000_000_000;
/// ifHighSpeed from which it is not in Mbit/s: no port has 10 Tbit/s.
const TEN_TERABIT: i64 = 10_000_000;

/// What the two say together, in bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// Neither says anything.
    Absent,
    /// More than ifSpeed can hold, and there is no ifHighSpeed.
    Beyond,
    /// As the MIB says.
    Is(i64),
    /// This speed, after what the agent does has been understood.
    Read(i64, Reading),
    /// Nobody knows.
    Unknown(Doubt),
}

/// How an agent deviates from the MIB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// ifSpeed is the speed modulo 2^32.
    IfSpeedWrapped,
    /// ifSpeed is the speed modulo 2^32, and ifHighSpeed is the same number or was made of it.
    BothWrapped,
    /// ifSpeed is the speed modulo 2^32, and ifHighSpeed is in bit/s.
    IfSpeedWrappedHighSpeedInBits,
    /// ifSpeed is the speed modulo 2^32, and ifHighSpeed is in kbit/s.
    IfSpeedWrappedHighSpeedInKilobits,
    /// ifHighSpeed is in bit/s.
    HighSpeedInBits,
    /// ifHighSpeed is the speed in bit/s modulo 2^32.
    HighSpeedInBitsWrapped,
    /// ifHighSpeed is in kbit/s.
    HighSpeedInKilobits,
    /// ifSpeed is in kbit/s.
    IfSpeedInKilobits,
    /// ifSpeed is in Mbit/s.
    IfSpeedInMegabits,
    /// ifHighSpeed is negative and means "none".
    HighSpeedNegative,
}

/// Why nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The two differ by 1 Mbit/s or more, so that one is wrong.
    Contradiction,
    /// ifHighSpeed is a negative number, and there is no ifSpeed.
    HighSpeedNegative,
    /// ifHighSpeed is no such interface's speed in Mbit/s, or one in several units.
    Unit,
}

/// Judges ifSpeed and ifHighSpeed as they were sent, by the rules above.
pub(crate) fn speed(if_speed: Option<i64>, if_high_speed: Option<i64>, if_type: Option<i64>) -> Speed {
    let media = Media::of(if_type);
    match (if_speed, if_high_speed) {
        (None, None) => Speed::Absent,
        (Some(FULL..WRAP), None) => Speed::Beyond,
        // One says more than 4.29 Gbit/s, the other less than half of 1 Mbit/s.
        (Some(FULL..WRAP), Some(0)) => Speed::Unknown(Doubt::Contradiction),
        (None, Some(0)) => Speed::Is(0),
        (Some(low), None | Some(0)) => if_speed_alone(low, media),
        (Some(low), Some(high)) if low > 0 && !is_full(low, high) => both(low, high, media),
        (low, Some(high)) => if_high_speed_alone(high, low.unwrap_or_default(), media),
    }
}

/// True where ifSpeed says no more than that ifHighSpeed is to be read.
fn is_full(low: i64, high: i64) -> bool {
    (FULL..WRAP).contains(&low) || (low == SIGNED_FULL && in_bits(high) > low)
}

fn if_speed_alone(low: i64, media: Media) -> Speed {
    /// Above, a number of bits per second of something that calls itself Ethernet is as likely.
    const MAX_IN_MEGABITS: i64 = 50_000;
    if low <= MAX_IN_MEGABITS && media == Media::Ethernet && media.is_standard(in_bits(low)) {
        return Speed::Read(in_bits(low), Reading::IfSpeedInMegabits);
    }
    match unwrapped(low, media) {
        Some(speed) => Speed::Read(speed, Reading::IfSpeedWrapped),
        None => Speed::Is(low),
    }
}

/// Both say something, and ifSpeed is not full.
fn both(low: i64, high: i64, media: Media) -> Speed {
    let megabits = in_bits(high);
    if is_same_to(MEGABIT, low, megabits) {
        return match unwrapped(low, media) {
            Some(speed) => Speed::Read(speed, Reading::BothWrapped),
            None => Speed::Is(low),
        };
    }
    if is_wrapped_to(low, megabits) && !is_negative(high) {
        return Speed::Read(megabits, Reading::IfSpeedWrapped);
    }
    // Some agents know the whole speed, in another unit.
    let wrapped = |speed: i64| speed >= WRAP && speed % WRAP == low && media.is_possible(speed);
    if wrapped(high) {
        return Speed::Read(high, Reading::IfSpeedWrappedHighSpeedInBits);
    }
    if let Some(speed) = high.checked_mul(KILOBIT).filter(|&speed| wrapped(speed)) {
        return Speed::Read(speed, Reading::IfSpeedWrappedHighSpeedInKilobits);
    }
    if low == high {
        return match unwrapped(low, media) {
            Some(speed) => Speed::Read(speed, Reading::BothWrapped),
            None => same_number(low, media),
        };
    }
    if is_negative(high) {
        return Speed::Read(low, Reading::HighSpeedNegative);
    }
    if is_same_to(KILOBIT, low, high.saturating_mul(KILOBIT)) {
        // ifHighSpeed is in kbit/s, unless ifSpeed is, which only an Ethernet port's few speeds can tell.
        return if media.is_standard(megabits) && !media.is_standard(low) {
            Speed::Read(megabits, Reading::IfSpeedInKilobits)
        } else if media.is_possible(low) {
            Speed::Read(low, Reading::HighSpeedInKilobits)
        } else {
            Speed::Unknown(Doubt::Contradiction)
        };
    }
    Speed::Unknown(Doubt::Contradiction)
}

/// Both objects are the same number: both are in bit/s, or both in Mbit/s.
fn same_number(number: i64, media: Media) -> Speed {
    /// No line of this century is slower, in bits per second.
    const LEAST_IN_BITS: i64 = 1_200;
    let in_megabits = in_bits(number);
    if (number >= TEN_TERABIT && is_chosen(number, media)) || media.is_standard(number) {
        return Speed::Read(number, Reading::HighSpeedInBits);
    }
    if media.is_standard(in_megabits) {
        return Speed::Read(in_megabits, Reading::IfSpeedInMegabits);
    }
    let is_in_bits = (LEAST_IN_BITS..TEN_TERABIT).contains(&number) && media.is_possible(number);
    match (is_in_bits, media.is_possible(in_megabits)) {
        (true, false) => Speed::Read(number, Reading::HighSpeedInBits),
        (false, true) => Speed::Read(in_megabits, Reading::IfSpeedInMegabits),
        _ => Speed::Unknown(Doubt::Contradiction),
    }
}

/// ifSpeed says nothing and is 0 here, or it is full and the speed is no less.
fn if_high_speed_alone(high: i64, if_speed: i64, media: Media) -> Speed {
    let is_if_speed_full = if_speed > 0;
    if let Some(speed) = unwrapped(high, media).filter(|_| high >= TEN_TERABIT) {
        return Speed::Read(speed, Reading::HighSpeedInBitsWrapped);
    }
    if is_negative(high) && !(media.is_standard(high) && high >= if_speed) {
        return Speed::Unknown(Doubt::HighSpeedNegative);
    }
    // ifHighSpeed was made of the full ifSpeed.
    if is_if_speed_full && (4_293..=4_295).contains(&high) {
        return Speed::Unknown(Doubt::Unit);
    }
    if is_in_megabits(high, is_if_speed_full, media) {
        return if has_other_unit(high, if_speed, media) {
            Speed::Unknown(Doubt::Unit)
        } else {
            Speed::Is(in_bits(high))
        };
    }
    let kilobits = high.saturating_mul(KILOBIT);
    let is_in_bits =
        media.is_standard(high) || (high >= TEN_TERABIT && media.is_possible(high) && is_chosen(high, media));
    let is_in_kilobits = media.is_standard(kilobits)
        || (is_if_speed_full && media.may_have_ports() && Media::Ethernet.is_standard(kilobits));
    if is_in_bits && high >= if_speed {
        Speed::Read(high, Reading::HighSpeedInBits)
    } else if is_in_kilobits && kilobits >= if_speed {
        Speed::Read(kilobits, Reading::HighSpeedInKilobits)
    } else if is_in_bits {
        Speed::Unknown(Doubt::Contradiction)
    } else {
        Speed::Unknown(Doubt::Unit)
    }
}

/// True where an ifHighSpeed that may be in Mbit/s is as likely in kbit/s or bit/s. 1,000,000 is 1 Tbit/s, and 1 Gbit/s
/// in kbit/s; 20,000,000 is twenty ports of 1 Tbit/s, or two of 10 Gbit/s in kbit/s, or two of 10 Mbit/s in bit/s.
fn has_other_unit(high: i64, if_speed: i64, media: Media) -> bool {
    /// What the speeds of two and more ports of today add up to.
    const PORTS: i64 = 5 * GIGABIT;
    let kilobits = high.saturating_mul(KILOBIT);
    let is_beyond_ports = media.may_have_ports() && high >= TEN_TERABIT;
    let is_in_kilobits = (media.is_standard(kilobits) && !media.is_standard(in_bits(high)))
        || (is_beyond_ports && kilobits % PORTS == 0);
    let is_in_bits = is_beyond_ports && high % TEN_TERABIT == 0;
    (is_in_kilobits && kilobits >= if_speed) || (is_in_bits && high >= if_speed)
}

/// True where ifHighSpeed is the speed of some port, or the sum of some ports' speeds, in its own unit.
fn is_in_megabits(high: i64, is_if_speed_full: bool, media: Media) -> bool {
    const HUNDRED_GIGABIT: i64 = 100_000;
    media.is_possible(in_bits(high))
        || match media {
            // A bond, which Linux calls Ethernet.
            Media::Ethernet => high < TEN_TERABIT && (is_if_speed_full || high % HUNDRED_GIGABIT == 0),
            // An aggregation, or a VLAN on it, by a type of its own.
            Media::Other => is_if_speed_full && Media::Aggregate.is_possible(in_bits(high)),
            Media::Narrowband | Media::Radio | Media::Imaginary | Media::Aggregate => false,
        }
}

/// ifHighSpeed as the MIB means it.
fn in_bits(megabits: i64) -> i64 {
    megabits.saturating_mul(MEGABIT)
}

/// True for what is negative in 32 bits.
fn is_negative(high: i64) -> bool {
    (1 << 31..WRAP).contains(&high)
}

/// True where two speeds differ by less than the unit of one of them, however that was rounded.
fn is_same_to(unit: i64, one: i64, other: i64) -> bool {
    one.abs_diff(other) < unit.unsigned_abs()
}

/// True where ifSpeed is what is left of a speed in 32 bits. ifHighSpeed may have been rounded either way.
fn is_wrapped_to(low: i64, speed: i64) -> bool {
    let difference = (speed - low).rem_euclid(WRAP);
    (WRAP..in_bits(100 * MEGABIT)).contains(&speed) && (difference < MEGABIT || WRAP - difference < MEGABIT)
}

/// The speed, in steps of 500 Mbit/s, that a number is modulo 2^32. One in a million numbers is that by accident.
fn unwrapped(number: i64, media: Media) -> Option<i64> {
    const STEP: i64 = GIGABIT / 2;
    if is_chosen(number, media) || number >= FULL {
        return None;
    }
    (9..=3_200).map(|steps| steps * STEP).find(|speed| speed % WRAP == number)
}

/// True for a speed in bit/s as somebody chooses it: a round number, or any of a radio link or a modem.
fn is_chosen(number: i64, media: Media) -> bool {
    number % KILOBIT == 0 || matches!(media, Media::Narrowband | Media::Radio)
}

impl Speed {
    /// What there is to say about it, from the same two numbers.
    pub(crate) fn warning(self, if_speed: Option<i64>, if_high_speed: Option<i64>) -> Option<String> {
        let (low, high) = (if_speed.unwrap_or_default(), if_high_speed.unwrap_or_default());
        let words = match self {
            Speed::Absent | Speed::Beyond | Speed::Is(_) => return None,
            Speed::Read(speed, reading) => match reading {
                Reading::IfSpeedWrapped => format!("ifSpeed {low} is {speed} modulo 2^32"),
                Reading::BothWrapped => format!("ifSpeed {low} and ifHighSpeed {high} are {speed} modulo 2^32"),
                Reading::IfSpeedWrappedHighSpeedInBits => {
                    format!("ifSpeed {low} is {speed} modulo 2^32, and ifHighSpeed {high} is read as bit/s, not Mbit/s")
                }
                Reading::IfSpeedWrappedHighSpeedInKilobits => {
                    format!(
                        "ifSpeed {low} is {speed} modulo 2^32, and ifHighSpeed {high} is read as kbit/s, not Mbit/s"
                    )
                }
                Reading::HighSpeedInBits => format!("ifHighSpeed {high} is read as bit/s, not Mbit/s"),
                Reading::HighSpeedInBitsWrapped => {
                    format!("ifHighSpeed {high} is {speed} modulo 2^32, in bit/s, not Mbit/s")
                }
                Reading::HighSpeedInKilobits => format!("ifHighSpeed {high} is read as kbit/s, not Mbit/s"),
                Reading::IfSpeedInKilobits => format!("ifSpeed {low} is read as kbit/s, not bit/s"),
                Reading::IfSpeedInMegabits => format!("ifSpeed {low} is read as Mbit/s, not bit/s"),
                Reading::HighSpeedNegative => format!("{}; ifSpeed is used", negative(high)),
            },
            Speed::Unknown(doubt) => match doubt {
                Doubt::Contradiction => format!("ifSpeed {low} and ifHighSpeed {high} contradict each other"),
                Doubt::HighSpeedNegative => negative(high),
                Doubt::Unit => format!("the unit of ifHighSpeed {high} is uncertain: Mbit/s, kbit/s or bit/s"),
            },
        };
        Some(format!("speed: {words}"))
    }
}

fn negative(high: i64) -> String {
    format!("ifHighSpeed {high} is {} as an unsigned number", high - WRAP)
}

#[cfg(test)]
mod tests {
    use super::{
        Doubt::{Contradiction, Unit},
        Reading::*,
        Speed::{Absent, Beyond, Is, Read, Unknown},
        *,
    };

    const ETHERNET: Option<i64> = Some(6);
    const DS1: Option<i64> = Some(18);
    const LOOPBACK: Option<i64> = Some(24);
    const VIRTUAL: Option<i64> = Some(53);
    const FIBRE_CHANNEL: Option<i64> = Some(56);
    const FAST_ETHER: Option<i64> = Some(62);
    const WIFI: Option<i64> = Some(71);
    const TUNNEL: Option<i64> = Some(131);
    const VLAN: Option<i64> = Some(135);
    const LAG: Option<i64> = Some(161);
    const MAX: i64 = u32::MAX as i64;
    const GIGA: i64 = 1_000_000_000;

    /// ifSpeed, ifHighSpeed, ifType, and the speed.
    type Case = (Option<i64>, Option<i64>, Option<i64>, Speed);

    fn check(cases: &[Case]) {
        for &(if_speed, if_high_speed, if_type, expected) in cases {
            let found = speed(if_speed, if_high_speed, if_type);
            assert_eq!(found, expected, "{if_speed:?} {if_high_speed:?} {if_type:?}");
            let is_as_the_mib_says = matches!(found, Absent | Beyond | Is(_));
            assert_eq!(found.warning(if_speed, if_high_speed).is_none(), is_as_the_mib_says, "{found:?}");
        }
    }

    #[test]
    fn the_smaller_object_counts_until_it_is_full() {
        check(&[
            (None, None, ETHERNET, Absent),
            (Some(64_000), None, VIRTUAL, Is(64_000)),
            (Some(64_000), Some(0), VIRTUAL, Is(64_000)),
            (Some(1_544_000), Some(2), DS1, Is(1_544_000)),
            (Some(GIGA), Some(1_000), ETHERNET, Is(GIGA)),
            (Some(GIGA), Some(0), ETHERNET, Is(GIGA)),
            (Some(155_520_000), Some(155), Some(39), Is(155_520_000)),
            (Some(155_520_000), Some(156), Some(39), Is(155_520_000)),
            (Some(1_073_741_824), Some(1_073), LOOPBACK, Is(1_073_741_824)),
            (Some(MAX), Some(100_000), ETHERNET, Is(100 * GIGA)),
            (Some(MAX), Some(1_000), ETHERNET, Is(GIGA)),
            (Some(MAX), None, ETHERNET, Beyond),
            (Some(0), Some(10_000), ETHERNET, Is(10 * GIGA)),
            (Some(0), Some(0), ETHERNET, Is(0)),
            (Some(0), None, ETHERNET, Is(0)),
            (None, Some(0), ETHERNET, Is(0)),
            (None, Some(40_000), ETHERNET, Is(40 * GIGA)),
            // More than 32 bits, as a text or a Counter64.
            (Some(10 * GIGA), Some(10_000), ETHERNET, Is(10 * GIGA)),
            (Some(10 * GIGA), Some(0), ETHERNET, Is(10 * GIGA)),
            // Agents that fill ifSpeed up to the end of a signed number, or to the last Mbit/s.
            (Some(2_147_483_647), Some(10_000), ETHERNET, Is(10 * GIGA)),
            (Some(4_294_000_000), Some(25_000), ETHERNET, Is(25 * GIGA)),
        ]);
    }

    #[test]
    fn the_fastest_ports_and_aggregations_of_many_are_what_they_say() {
        for megabits in [400_000, 800_000, 1_600_000] {
            for if_speed in [None, Some(0), Some(MAX)] {
                check(&[(if_speed, Some(megabits), ETHERNET, Is(megabits * 1_000_000))]);
            }
        }
        check(&[
            (Some(MAX), Some(480_000), VIRTUAL, Is(480 * GIGA)),
            (Some(MAX), Some(1_000_000), ETHERNET, Is(1_000 * GIGA)),
            (Some(MAX), Some(3_200_000), ETHERNET, Is(3_200 * GIGA)),
            (None, Some(3_200_000), ETHERNET, Is(3_200 * GIGA)),
            (None, Some(1_000_000), LAG, Is(1_000 * GIGA)),
            (None, Some(6_400_000), LAG, Is(6_400 * GIGA)),
            (None, Some(12_800_000), LAG, Is(12_800 * GIGA)),
            (Some(MAX), Some(51_200_000), LAG, Is(51_200 * GIGA)),
            (Some(MAX), Some(51_200_000), VLAN, Is(51_200 * GIGA)),
            (None, Some(51_200_000), LAG, Is(51_200 * GIGA)),
            (None, Some(20_000_000), LAG, Unknown(Unit)),
            (None, Some(128_000), FIBRE_CHANNEL, Is(128 * GIGA)),
        ]);
    }

    #[test]
    fn silly_speeds_of_tunnels_are_what_they_say() {
        check(&[
            (Some(9_000), Some(0), TUNNEL, Is(9_000)),
            (Some(100), None, TUNNEL, Is(100)),
            (Some(100_000), Some(0), TUNNEL, Is(100_000)),
            (None, Some(100_000), TUNNEL, Is(100 * GIGA)),
            (Some(MAX), Some(100_000), TUNNEL, Is(100 * GIGA)),
            (None, Some(8_000), LOOPBACK, Is(8 * GIGA)),
            (None, Some(1_000_000_000), TUNNEL, Read(GIGA, HighSpeedInBits)),
        ]);
    }

    #[test]
    fn an_if_speed_that_wrapped_contradicts_nothing() {
        check(&[
            (Some(1_410_065_408), Some(10_000), ETHERNET, Read(10 * GIGA, IfSpeedWrapped)),
            (Some(3_525_163_520), Some(25_000), ETHERNET, Read(25 * GIGA, IfSpeedWrapped)),
            (Some(1_345_294_336), Some(40_000), ETHERNET, Read(40 * GIGA, IfSpeedWrapped)),
            (Some(1_215_752_192), Some(100_000), ETHERNET, Read(100 * GIGA, IfSpeedWrapped)),
            (Some(568_041_472), Some(400_000), ETHERNET, Read(400 * GIGA, IfSpeedWrapped)),
            (Some(2_820_130_816), Some(20_000), LAG, Read(20 * GIGA, IfSpeedWrapped)),
            // OC-192, 9,953,280,000 bit/s, rounded down and up.
            (Some(9_953_280_000 - 2 * WRAP), Some(9_953), Some(39), Read(9_953_000_000, IfSpeedWrapped)),
            (Some(9_953_280_000 - 2 * WRAP), Some(9_954), Some(39), Read(9_954_000_000, IfSpeedWrapped)),
            // Just beyond the wrap.
            (Some(4_295_100_000 - WRAP), Some(4_295), VLAN, Read(4_295_000_000, IfSpeedWrapped)),
            // mini-snmpd 1.6 makes ifHighSpeed of what is left, others have none.
            (Some(1_410_065_408), Some(1_410), ETHERNET, Read(10 * GIGA, BothWrapped)),
            (Some(1_410_065_408), None, ETHERNET, Read(10 * GIGA, IfSpeedWrapped)),
            (Some(1_215_752_192), Some(0), VIRTUAL, Read(100 * GIGA, IfSpeedWrapped)),
            (Some(1_410_065_408), Some(1_410), WIFI, Is(1_410_065_408)),
            (Some(1_410_065_409), None, ETHERNET, Is(1_410_065_409)),
            (Some(1_410_065_408), Some(40_000), ETHERNET, Unknown(Contradiction)),
        ]);
    }

    #[test]
    fn an_if_high_speed_in_bits_is_that_speed() {
        check(&[
            (None, Some(100_000_000), FAST_ETHER, Read(100_000_000, HighSpeedInBits)),
            (None, Some(10_000_000), FAST_ETHER, Read(10_000_000, HighSpeedInBits)),
            (None, Some(GIGA), ETHERNET, Read(GIGA, HighSpeedInBits)),
            (Some(0), Some(GIGA), ETHERNET, Read(GIGA, HighSpeedInBits)),
            (None, Some(2_500_000_000), ETHERNET, Read(2_500_000_000, HighSpeedInBits)),
            (None, Some(144_400_000), ETHERNET, Read(144_400_000, HighSpeedInBits)),
            (None, Some(144_400_000), WIFI, Read(144_400_000, HighSpeedInBits)),
            (None, Some(GIGA), VIRTUAL, Read(GIGA, HighSpeedInBits)),
            (None, Some(GIGA), None, Read(GIGA, HighSpeedInBits)),
            (None, Some(200_000_000), LAG, Read(200_000_000, HighSpeedInBits)),
            (None, Some(1_544_000), DS1, Read(1_544_000, HighSpeedInBits)),
            (None, Some(10 * GIGA), ETHERNET, Read(10 * GIGA, HighSpeedInBits)),
            (Some(100_000_000), Some(100_000_000), ETHERNET, Read(100_000_000, HighSpeedInBits)),
            (Some(10_000_000), Some(10_000_000), ETHERNET, Read(10_000_000, HighSpeedInBits)),
            (Some(2_500_000_000), Some(2_500_000_000), ETHERNET, Read(2_500_000_000, HighSpeedInBits)),
            (Some(144_400_000), Some(144_400_000), WIFI, Read(144_400_000, HighSpeedInBits)),
            // Not the same number: one of the two is wrong.
            (Some(70_000_000), Some(100_000_000), ETHERNET, Unknown(Contradiction)),
        ]);
    }

    #[test]
    fn a_full_if_speed_rules_out_what_lies_below_it() {
        check(&[
            // 10 Gbit/s and more in kbit/s: 10 Mbit/s, in bit/s, would not fill ifSpeed.
            (Some(MAX), Some(10_000_000), ETHERNET, Read(10 * GIGA, HighSpeedInKilobits)),
            (Some(MAX), Some(25_000_000), ETHERNET, Read(25 * GIGA, HighSpeedInKilobits)),
            (Some(MAX), Some(100_000_000), ETHERNET, Read(100 * GIGA, HighSpeedInKilobits)),
            (Some(4_294_000_000), Some(400_000_000), ETHERNET, Read(400 * GIGA, HighSpeedInKilobits)),
            (Some(MAX), Some(100_000_000), LAG, Read(100 * GIGA, HighSpeedInKilobits)),
            (Some(2_147_483_647), Some(2_500_000_000), ETHERNET, Read(2_500_000_000, HighSpeedInBits)),
            // In a text or a Counter64 there is room for all bits.
            (Some(MAX), Some(10 * GIGA), ETHERNET, Read(10 * GIGA, HighSpeedInBits)),
            // One of the two is wrong.
            (Some(MAX), Some(GIGA), ETHERNET, Unknown(Contradiction)),
            (Some(MAX), Some(GIGA), VIRTUAL, Unknown(Contradiction)),
            (Some(MAX), Some(144_400_000), WIFI, Unknown(Contradiction)),
            (Some(MAX), Some(2_500_000_000), ETHERNET, Unknown(Doubt::HighSpeedNegative)),
            (Some(2_147_483_647), Some(2_147_483_647), ETHERNET, Unknown(Unit)),
            // An aggregation of 10, 20, 40 Tbit/s, or of 10, 20, 40 Gbit/s in kbit/s.
            (Some(MAX), Some(5_000_000), ETHERNET, Unknown(Unit)),
            (Some(2_147_483_647), Some(2_500_000), ETHERNET, Unknown(Unit)),
            (Some(MAX), Some(10_000_000), LAG, Unknown(Unit)),
            (Some(MAX), Some(20_000_000), LAG, Unknown(Unit)),
            (Some(MAX), Some(40_000_000), VLAN, Unknown(Unit)),
            (Some(MAX), Some(10_000_000), None, Unknown(Unit)),
        ]);
    }

    #[test]
    fn what_is_left_in_32_bits_of_a_speed_in_bits_is_known_by_its_digits() {
        for (left, speed) in [
            (705_032_704, 5),
            (1_410_065_408, 10),
            (3_525_163_520, 25),
            (1_345_294_336, 40),
            (1_215_752_192, 100),
            (568_041_472, 400),
        ] {
            check(&[
                (Some(left), Some(left), ETHERNET, Read(speed * GIGA, BothWrapped)),
                (None, Some(left), ETHERNET, Read(speed * GIGA, HighSpeedInBitsWrapped)),
                (Some(0), Some(left), VLAN, Read(speed * GIGA, HighSpeedInBitsWrapped)),
                (Some(MAX), Some(left), ETHERNET, Read(speed * GIGA, HighSpeedInBitsWrapped)),
                (Some(left), Some(speed * GIGA), ETHERNET, Read(speed * GIGA, IfSpeedWrappedHighSpeedInBits)),
                (Some(left), Some(speed * 1_000_000), ETHERNET, Read(speed * GIGA, IfSpeedWrappedHighSpeedInKilobits)),
            ]);
        }
        check(&[
            // Radio links have any speed.
            (Some(1_410_065_408), Some(1_410_065_408), WIFI, Read(1_410_065_408, HighSpeedInBits)),
            // Five ports of 2.5 Gbit/s.
            (Some(3_910_065_408), Some(3_910_065_408), LAG, Read(12_500_000_000, BothWrapped)),
            // A number that nobody chose: OC-192 modulo 2^32, and one that is nothing.
            (Some(1_363_345_408), Some(1_363_345_408), Some(39), Unknown(Contradiction)),
            (Some(1_410_065_409), Some(1_410_065_409), ETHERNET, Unknown(Contradiction)),
            (None, Some(1_410_065_409), ETHERNET, Unknown(Unit)),
            (Some(1_410_065_408), Some(25_000_000), ETHERNET, Unknown(Contradiction)),
        ]);
    }

    #[test]
    fn a_unit_of_kilobits_or_megabits_shows_by_the_other_object_or_the_type() {
        check(&[
            (Some(384_000), Some(384), VIRTUAL, Read(384_000, HighSpeedInKilobits)),
            (Some(10_000_000), Some(10_000), ETHERNET, Read(10_000_000, HighSpeedInKilobits)),
            (Some(100_000_000), Some(100_000), ETHERNET, Read(100_000_000, HighSpeedInKilobits)),
            (Some(2_048_000), Some(2_048), Some(19), Read(2_048_000, HighSpeedInKilobits)),
            (None, Some(2_048), Some(19), Read(2_048_000, HighSpeedInKilobits)),
            (Some(1_000_000), Some(1_000), ETHERNET, Read(GIGA, IfSpeedInKilobits)),
            (Some(1_000), None, ETHERNET, Read(GIGA, IfSpeedInMegabits)),
            (Some(100), Some(0), FAST_ETHER, Read(100_000_000, IfSpeedInMegabits)),
            (Some(10_000), None, ETHERNET, Read(10 * GIGA, IfSpeedInMegabits)),
            (Some(1_000), Some(1_000), ETHERNET, Read(GIGA, IfSpeedInMegabits)),
            (Some(100_000), Some(100_000), ETHERNET, Read(100 * GIGA, IfSpeedInMegabits)),
            (Some(54), Some(54), WIFI, Read(54_000_000, IfSpeedInMegabits)),
            (Some(1_000), None, VIRTUAL, Is(1_000)),
            (Some(9_600), None, ETHERNET, Is(9_600)),
            (Some(100_000), None, ETHERNET, Is(100_000)),
        ]);
    }

    #[test]
    fn a_negative_if_high_speed_leaves_if_speed() {
        for negative in [MAX, 4_294_901_759, 4_294_966_752, 1 << 31] {
            check(&[
                (None, Some(negative), ETHERNET, Unknown(Doubt::HighSpeedNegative)),
                (Some(0), Some(negative), ETHERNET, Unknown(Doubt::HighSpeedNegative)),
                (Some(MAX), Some(negative), ETHERNET, Unknown(Doubt::HighSpeedNegative)),
                (Some(MAX), Some(negative), TUNNEL, Unknown(Doubt::HighSpeedNegative)),
                (Some(GIGA), Some(negative), ETHERNET, Read(GIGA, HighSpeedNegative)),
            ]);
        }
    }

    #[test]
    fn where_nothing_is_certain_the_speed_is_unknown() {
        check(&[
            (Some(100_000_000), Some(1_000), ETHERNET, Unknown(Contradiction)),
            (Some(MAX), Some(0), ETHERNET, Unknown(Contradiction)),
            (Some(MAX), Some(4_294), ETHERNET, Unknown(Unit)),
            (None, Some(1_000_000), Some(7), Unknown(Unit)),
            (None, Some(2_500_000), ETHERNET, Unknown(Unit)),
            (Some(100_000), Some(100_000), TUNNEL, Unknown(Contradiction)),
            (None, Some(i64::MAX), ETHERNET, Unknown(Unit)),
        ]);
    }
}
