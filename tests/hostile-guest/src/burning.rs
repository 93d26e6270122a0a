//! Time and memory: never ending, or ending badly.

use std::hint::black_box;

use snmp_proxy_sdk::{
    Error,
    bindings::snmp_proxy::plugin::{
        job::{self, Level},
        snmp,
        types::Value,
    },
    oid,
};

use crate::answers::good;

/// Steps of a burst: some milliseconds.
const BURST: u64 = 1_000_000;

pub(crate) fn spin() -> ! {
    loop {
        burn(BURST);
    }
}

pub(crate) fn spin_in_bursts() -> ! {
    loop {
        burn(BURST);
        job::log(Level::Debug, "still here");
    }
}

pub(crate) fn grow() -> ! {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(vec![1; 1 << 20]);
        black_box(&kept);
    }
}

pub(crate) fn recurse() -> ! {
    spin_after(deeper(0))
}

#[expect(clippy::panic, reason = "it is the act")]
pub(crate) fn panic_now() -> ! {
    panic!("the hostile guest panics as it was told to")
}

/// What authors forget: that a device may be silent, or answer with another type.
#[expect(clippy::panic, reason = "it is the act")]
pub(crate) fn trust_the_device() -> Result<String, Error> {
    let sys_up_time = oid!("1.3.6.1.2.1.1.3.0").to_vec();
    match snmp::device().get(&[sys_up_time]).map(|varbinds| varbinds.into_iter().map(|varbind| varbind.value).next()) {
        Ok(Some(Value::TimeTicks(_))) => good(),
        other => panic!("sysUpTime is {other:?}"),
    }
}

pub(crate) fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort()
}

pub(crate) fn sleep_for_ever() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}

pub(crate) fn ask_for_ever() -> ! {
    loop {
        let _ = black_box(ask());
    }
}

pub(crate) fn ignore_cancel() -> ! {
    while ask().is_ok() {}
    spin()
}

fn ask() -> Result<(), Error> {
    let sys_up_time = oid!("1.3.6.1.2.1.1.3.0").to_vec();
    snmp::device().get(&[sys_up_time]).map(drop)
}

fn burn(steps: u64) {
    let mut state: u64 = 1;
    for step in 0..steps {
        state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step));
    }
}

/// The sum after the call keeps the compiler from making a loop of it.
#[expect(unconditional_recursion, reason = "it is the act")]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    deeper(depth + 1) + black_box(frame).iter().sum::<u64>()
}

fn spin_after(value: u64) -> ! {
    black_box(value);
    spin()
}
