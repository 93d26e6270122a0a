//! What was recorded, and the file that is made of it. Pure: it knows no device and no file.

use anonymising::{Report, Seed, anonymise};
use simulator::{Library, snmprec_line};
use snmp::{Oid, Varbind, counted};

use super::withheld::Withheld;

/// What was recorded so far.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) varbinds: Vec<Varbind>,
    /// The names of values that are not of their type, for which a recording has no form.
    pub(super) without_form: Vec<Oid>,
    pub(super) withheld: Withheld,
    pub(super) gaps: Vec<Gap>,
    /// What plugins declare and the operator takes away, a line each.
    pub(super) taken_away: Vec<String>,
    /// Octets of their lines.
    octets: usize,
}

/// A subtree that was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) subtree: Oid,
    pub(super) reason: String,
}

/// What one answer adds to a file.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) lines: String,
    /// How many values were left out of what, and the last of them.
    pub(super) withheld: Vec<(&'static str, u64, Oid)>,
}

/// A whole file, and what was replaced in it.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) text: String,
    pub(super) values: usize,
    pub(super) replaced: Option<Report>,
}

/// How many values without a form are named in a file.
const MAX_NAMED: usize = 100;

impl Recorded {
    /// What was recorded before.
    pub(super) fn of(varbinds: Vec<Varbind>, without_form: Vec<Oid>, withheld: Withheld) -> Self {
        let octets = varbinds.iter().map(|varbind| snmprec_line(varbind).len() + 1).sum();
        Self { varbinds, without_form, withheld, gaps: Vec::new(), taken_away: Vec::new(), octets }
    }

    /// Takes what a device has answered.
    pub(super) fn take(&mut self, varbinds: Vec<Varbind>) -> Batch {
        let mut batch = Batch::default();
        for varbind in varbinds {
            if let Some(name) = self.withheld.name_of(&varbind.name) {
                self.withheld.count(name, 1);
                match batch.withheld.iter_mut().find(|(other, ..)| *other == name) {
                    Some((_, count, last)) => (*count, *last) = (*count + 1, varbind.name),
                    None => batch.withheld.push((name, 1, varbind.name)),
                }
                continue;
            }
            let line = snmprec_line(&varbind);
            batch.lines += &line;
            batch.lines.push('\n');
            if line.starts_with('#') {
                self.without_form.push(varbind.name);
            } else {
                self.varbinds.push(varbind);
            }
        }
        self.octets += batch.lines.len();
        batch
    }

    /// Notes that a subtree was not read to its end.
    pub(super) fn gap(&mut self, subtree: &Oid, reason: String) {
        self.gaps.push(Gap { subtree: subtree.clone(), reason });
    }

    /// Whether it is as large as a recording may be that is to be read again.
    pub(super) fn is_full(&self) -> bool {
        self.octets >= Library::MAX_OCTETS
    }

    /// Makes the file. `how` says how it was recorded, and names no device.
    pub(super) fn finish(self, how: &str, subtrees: &[Oid], seed: Option<&Seed>, secrets: &[&str]) -> Finished {
        let Self { mut varbinds, mut without_form, withheld, gaps, taken_away, .. } = self;
        varbinds.sort_by(|one, other| one.name.cmp(&other.name));
        varbinds.dedup_by(|later, earlier| later.name == earlier.name);
        without_form.sort();
        without_form.dedup();
        let (varbinds, replaced) = match seed {
            Some(seed) => {
                let anonymised = anonymise(varbinds, seed, secrets);
                (anonymised.varbinds, Some(anonymised.report))
            }
            None => (varbinds, None),
        };
        let mut head = vec![format!("Recorded by snmp-proxy {} with {how}.", env!("CARGO_PKG_VERSION"))];
        // What was asked for, what broke off and what has no form may name an address.
        match &replaced {
            None => {
                head.push(format!("Below {}: {}.", listed(subtrees), counted(varbinds.len(), "value")));
                head.extend(gaps.iter().map(|gap| format!("Missing below {}: {}.", gap.subtree, gap.reason)));
                let named = without_form.iter().take(MAX_NAMED);
                head.extend(named.map(|name| format!("Missing: {name}, whose value is not of its type.")));
                let others = without_form.len().saturating_sub(MAX_NAMED);
                head.extend((others > 0).then(|| format!("Missing: {others} more that are not of their type.")));
            }
            Some(report) => {
                head.push(format!("{}.", counted(varbinds.len(), "value")));
                let missing = [
                    (gaps.len(), "subtree that was not read to its end"),
                    (without_form.len(), "value that is not of its type"),
                ];
                let missing = missing.into_iter().filter(|(count, _)| *count > 0);
                head.extend(missing.map(|(count, what)| format!("Missing: {count} times a {what}.")));
                head.push("Anonymised:".to_owned());
                head.extend(report.lines().iter().map(|line| format!("  {line}")));
            }
        }
        head.extend(left_out(&withheld).map(|line| format!("Left out: {line}.")));
        head.extend(taken_away.iter().map(|line| format!("Missing: {line}.")));
        let values = varbinds.len();
        let head = head.iter().map(|line| format!("# {}\n", line.replace(char::is_control, " ")));
        let text = head.chain(varbinds.iter().map(|varbind| snmprec_line(varbind) + "\n")).collect();
        Finished { text, values, replaced }
    }
}

/// What was left out because it holds secrets: `snmpCommunityTable (12 values)`.
pub(super) fn left_out(withheld: &Withheld) -> impl Iterator<Item = String> {
    withheld.counts.iter().map(|(name, count)| format!("{name} ({})", counted(*count, "value")))
}

/// OIDs one after the other.
pub(super) fn listed(oids: &[Oid]) -> String {
    oids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use simulator::Recording;
    use snmp::Value;

    use super::*;

    fn varbinds(text: &str) -> Vec<Varbind> {
        Recording::parse(text.as_bytes()).recording.varbinds().to_vec()
    }

    fn recorded() -> Recorded {
        let mut recorded = Recorded { withheld: Withheld::but(&[], &[]).unwrap(), ..Recorded::default() };
        let batch = recorded.take(varbinds(
            "1.3.6.1.2.1.1.5.0|4|core-sw1\n1.3.6.1.2.1.1.6.0|4| \n1.3.6.1.6.3.18.1.1.1.2.7|4|s3cret\n\
             1.3.6.1.6.3.18.1.1.1.2.8|4|s3cret\n",
        ));
        assert_eq!(batch.lines, "1.3.6.1.2.1.1.5.0|4|core-sw1\n1.3.6.1.2.1.1.6.0|4| \n");
        assert_eq!(batch.withheld, [("snmpCommunityTable", 2, "1.3.6.1.6.3.18.1.1.1.2.8".parse().unwrap())]);
        let odd = Varbind {
            name: "1.3.6.1.2.1.1.7.0".parse().unwrap(),
            value: Value::Unknown { tag: 2, octets: vec![1; 9] },
        };
        recorded.take([varbinds("1.3.6.1.2.1.1.4.0|4|NOC\n"), vec![odd]].concat());
        recorded.gaps.push(Gap {
            subtree: "1.3.6.1.2.1.4".parse().unwrap(),
            reason: "192.0.2.1:161 did not answer 3 requests".to_owned(),
        });
        recorded
    }

    #[test]
    fn a_file_is_in_order_says_what_it_lacks_and_holds_no_secret() {
        let finished = recorded().finish("SNMP version 2c", &["1.3.6.1".parse().unwrap()], None, &[]);
        expect![[r#"
            # Recorded by snmp-proxy 0.1.0 with SNMP version 2c.
            # Below 1.3.6.1: 3 values.
            # Missing below 1.3.6.1.2.1.4: 192.0.2.1:161 did not answer 3 requests.
            # Missing: 1.3.6.1.2.1.1.7.0, whose value is not of its type.
            # Left out: snmpCommunityTable (2 values).
            1.3.6.1.2.1.1.4.0|4|NOC
            1.3.6.1.2.1.1.5.0|4|core-sw1
            1.3.6.1.2.1.1.6.0|4| 
        "#]]
        .assert_eq(&finished.text);
        assert_eq!(Recording::parse(finished.text.as_bytes()).recording.len(), finished.values);
    }

    #[test]
    fn the_head_of_an_anonymised_file_names_nothing_of_the_device() {
        let seed = Seed::of_text("a");
        let finished = recorded().finish("SNMP version 2c", &["1.3.6.1".parse().unwrap()], Some(&seed), &[]);
        for lost in ["192.0.2.1", "core", "NOC", "s3cret"] {
            assert!(!finished.text.contains(lost), "{lost}: {}", finished.text);
        }
        let head: String =
            finished.text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        expect![[r#"
            # Recorded by snmp-proxy 0.1.0 with SNMP version 2c.
            # 3 values.
            # Missing: 1 times a subtree that was not read to its end.
            # Missing: 1 times a value that is not of its type.
            # Anonymised:
            #   1 name in 1 place
            #   1 contact in 1 place
            # Left out: snmpCommunityTable (2 values).
        "#]]
        .assert_eq(&head);
    }
}
