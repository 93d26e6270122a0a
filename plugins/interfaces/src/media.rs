//! Which speeds there are, by ifType: what tells bit/s from Mbit/s where an agent does not say which it means.

/// A kind of interface, as far as its speed goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// An Ethernet port, which runs at one of a few speeds. Linux calls bridges and bonds so, too, whose speeds are sums
    /// of those.
    Ethernet,
    /// Lines and channels of the telephone network, modems and DSL.
    Narrowband,
    /// Radio links.
    Radio,
    /// Tunnels and loopbacks, whose speeds are whatever somebody wrote.
    Imaginary,
    /// A link aggregation, which is as fast as all its ports.
    Aggregate,
    /// Everything else: VLANs, stacks, fibre channel, and what has no ifType.
    Other,
}

const KILOBIT: i64 = 1_000;
const MEGABIT: i64 = 1_000_000;
const GIGABIT: i64 = 1_000_000_000;
const TERABIT: i64 = 1_000_000_000_000;

/// The speeds of IEEE 802.3, to 1.6 Tbit/s (P802.3dj).
const ETHERNET_SPEEDS: [i64; 14] = [
    10 * MEGABIT,
    100 * MEGABIT,
    GIGABIT,
    2_500 * MEGABIT,
    5 * GIGABIT,
    10 * GIGABIT,
    25 * GIGABIT,
    40 * GIGABIT,
    50 * GIGABIT,
    100 * GIGABIT,
    200 * GIGABIT,
    400 * GIGABIT,
    800 * GIGABIT,
    1_600 * GIGABIT,
];

/// DS0, DS1, E1, E3, DS3.
const NARROWBAND_SPEEDS: [i64; 5] =
    [64 * KILOBIT, 1_544 * KILOBIT, 2_048 * KILOBIT, 34_368 * KILOBIT, 44_736 * KILOBIT];

impl Media {
    /// The kind of an ifType; `None` where there is none.
    pub(crate) fn of(if_type: Option<i64>) -> Media {
        match if_type {
            // ethernetCsmacd, and those that RFC 3635 replaced by it.
            Some(6 | 7 | 11 | 62 | 69 | 117) => Media::Ethernet,
            // ds1, e1, ISDN, slip, ds3, rs232, v35, hssi, modem, ds0, DSL, voice, G.fast.
            Some(
                18..=21
                | 28
                | 30
                | 33
                | 45
                | 46
                | 48
                | 63
                | 75..=77
                | 81
                | 82
                | 94..=97
                | 100..=104
                | 143
                | 154
                | 168
                | 169
                | 230
                | 238
                | 251
                | 279,
            ) => Media::Narrowband,
            // ieee80211, propWirelessP2P, hiperlan2, propBWAp2Mp, radioMAC, atmRadio, WMAN, wwan, microwave.
            Some(71 | 157 | 183 | 184 | 188 | 189 | 237 | 243 | 244 | 295 | 296) => Media::Radio,
            // softwareLoopback, tunnel, mplsTunnel, sixToFour, gtp.
            Some(24 | 131 | 150 | 215 | 216) => Media::Imaginary,
            // ppp multilink, ieee8023adLag, vmwareNicTeam.
            Some(108 | 161 | 272) => Media::Aggregate,
            _ => Media::Other,
        }
    }

    /// True for a speed that is a standard's, so that it is no accident.
    pub(crate) fn is_standard(self, speed: i64) -> bool {
        match self {
            Media::Ethernet => ETHERNET_SPEEDS.contains(&speed),
            Media::Narrowband => NARROWBAND_SPEEDS.contains(&speed),
            Media::Radio | Media::Imaginary | Media::Aggregate | Media::Other => false,
        }
    }

    /// True for what may be made of several ports, or lie on them.
    pub(crate) fn may_have_ports(self) -> bool {
        matches!(self, Media::Aggregate | Media::Other)
    }

    /// True for a speed that there is.
    pub(crate) fn is_possible(self, speed: i64) -> bool {
        let (least, most) = match self {
            Media::Ethernet => (MEGABIT, 1_600 * GIGABIT),
            Media::Narrowband => (0, 2 * GIGABIT),
            Media::Radio => (KILOBIT, 100 * GIGABIT),
            Media::Imaginary | Media::Other => (0, 10 * TERABIT - 1),
            // 62 ports of 1.6 Tbit/s.
            Media::Aggregate => (0, 100 * TERABIT - 1),
        };
        (least..=most).contains(&speed)
    }
}
