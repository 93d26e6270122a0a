//! Scalars, read as the cells of a row are: a group of objects that have one instance each.

use std::net::Ipv4Addr;

use crate::{
    Agent, Error, Oid, Value,
    bits::{BitNames, Bits},
    date_and_time::DateAndTime,
    enumeration::{Enumerated, Names},
    field::Field,
    mac::PhysAddress,
    oids::scalar,
    readers::readers,
    warnings::Warnings,
};

/// A scalar object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The object, without the `.0` of its instance.
    pub object: &'static [u32],
    /// The object's name in the MIB, for warnings.
    pub name: &'static str,
}

impl Scalar {
    /// A scalar by its object and name, e.g. `Scalar::new(oid!("1.3.6.1.2.1.1.5"), "sysName")`.
    #[must_use]
    pub const fn new(object: &'static [u32], name: &'static str) -> Scalar {
        assert!(matches!(object.last(), Some(1..)), "a scalar is named without the .0 of its instance");
        Scalar { object, name }
    }
}

/// A group of scalars that a plugin reads with one GET.
///
/// ```
/// use snmp_proxy_sdk::{prelude::*, scalars::{Scalar, Scalars}, testing::RecordedDevice};
///
/// const NAME: Scalar = Scalar::new(oid!("1.3.6.1.2.1.1.5"), "sysName");
/// const UP_TIME: Scalar = Scalar::new(oid!("1.3.6.1.2.1.1.3"), "sysUpTime");
/// const SYSTEM: Scalars = Scalars { scalars: &[NAME, UP_TIME] };
///
/// let mut device = RecordedDevice::parse("1.3.6.1.2.1.1.5.0|4|router1\n").unwrap();
/// let mut warnings = Warnings::default();
/// let system = SYSTEM.read(&mut device).unwrap();
/// assert_eq!(system.text(NAME, &mut warnings), Field::Is("router1".to_owned()));
/// assert_eq!(system.ticks(UP_TIME, &mut warnings), Field::Absent);
/// ```
///
/// [`Manifest::reads_scalars`](crate::Manifest::reads_scalars) declares them.
#[derive(Clone, Copy, Debug)]
pub struct Scalars {
    /// The objects.
    pub scalars: &'static [Scalar],
}

impl Scalars {
    /// Reads them. An object that the agent lacks is absent, and not an error; an agent that does not answer is one.
    pub fn read(&self, agent: &mut dyn Agent) -> Result<ScalarValues, Error> {
        let names: Vec<Oid> = self.scalars.iter().map(|scalar_| scalar(scalar_.object)).collect();
        let varbinds = agent.get(&names)?;
        Ok(ScalarValues { scalars: *self, values: varbinds.into_iter().map(|varbind| varbind.value).collect() })
    }

    /// None of them, for a plugin that goes on where the agent does not answer.
    #[must_use]
    pub fn absent(&self) -> ScalarValues {
        ScalarValues { scalars: *self, values: Vec::new() }
    }
}

/// What an agent has of a group of scalars.
#[derive(Clone, Debug)]
pub struct ScalarValues {
    scalars: Scalars,
    values: Vec<Value>,
}

impl ScalarValues {
    /// The value, if the agent has it.
    ///
    /// # Panics
    ///
    /// Where the scalar is none of the group: it was not read, which is no news of the agent.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "a mistake of the plugin's author, which shows in the first test")]
    pub fn value(&self, scalar: Scalar) -> Option<&Value> {
        let Some(position) = self.scalars.scalars.iter().position(|&known| known == scalar) else {
            panic!("{} is not among the scalars that were read: add it to them", scalar.name)
        };
        self.values
            .get(position)
            .filter(|value| !matches!(value, Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView))
    }

    readers!(Scalar);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, oid, testing::RecordedDevice};

    const NAME: Scalar = Scalar::new(oid!("1.3.6.1.2.1.1.5"), "sysName");
    const OTHER: Scalar = Scalar::new(oid!("1.3.6.1.2.1.1.6"), "sysLocation");
    const GROUP: Scalars = Scalars { scalars: &[NAME] };

    #[test]
    fn an_agent_that_does_not_answer_is_an_error_and_may_be_taken_as_nothing() {
        let mut silent = RecordedDevice::default().silent_below(&[]);
        assert!(GROUP.read(&mut silent).unwrap_err().kind == ErrorKind::Timeout);
        assert_eq!(GROUP.absent().text(NAME, &mut Warnings::default()), Field::Absent);
    }

    #[test]
    #[should_panic(expected = "sysLocation is not among the scalars that were read")]
    fn a_scalar_that_was_not_read_fails_the_test() {
        let _ = GROUP.absent().value(OTHER);
    }
}
