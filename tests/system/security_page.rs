//! `docs/security.md` and `docs/plugins/security.md` claim nothing that no test shows.

use std::{collections::BTreeSet, fs, path::Path};

/// Adds the names of all functions below a folder that are tests.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder is read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("target") {
                tests_below(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source is text");
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                let function = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
                match function.and_then(|rest| rest.split_once('(')) {
                    Some((name, _)) => {
                        if is_test {
                            found.insert(name.to_owned());
                        }
                        is_test = false;
                    }
                    None => is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test"),
                }
            }
        }
    }
}

#[test]
fn every_test_that_a_page_names_exists_and_every_claim_names_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut tests = BTreeSet::new();
    ["host", "plugins", "tests"].iter().for_each(|folder| tests_below(&root.join(folder), &mut tests));
    for (page, least) in [("docs/security.md", 50), ("docs/plugins/security.md", 30)] {
        let text = fs::read_to_string(root.join(page)).expect("the page is there");
        let (claims, _) =
            text.split_once("## What it does not protect from").expect("the page says what it leaves open");
        let mut named = 0;
        for claim in claims.lines().filter(|line| line.starts_with("* ")) {
            let (_, names) =
                claim.split_once(". [").unwrap_or_else(|| panic!("{page}: a claim without a test: {claim}"));
            for name in names.trim_end_matches(']').split(", ") {
                let name = name.trim_matches('`');
                assert!(tests.contains(name), "{page}: no test is called `{name}`");
                named += 1;
            }
        }
        assert!(named >= least, "{page} names {named} tests only");
    }
}
