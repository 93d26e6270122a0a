//! Walks without GETBULK.

use expect_test::expect;

use super::*;

#[test]
fn version_1_ends_the_column_that_the_index_names_and_goes_on_with_the_others() {
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "1.1.2=1 1.3.1=1", "noSuchName@1"],
        &expect![[r#"
            next Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1 1.2.1
                0> 1.1.2
            next: 1.1.2
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn an_index_that_names_the_wrong_column_costs_no_row() {
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1 1.2",
        &["noSuchName@1", "1.1.1=1", "noSuchName@7", "1.1.2=1", "noSuchName@1", "noSuchName@1"],
        &expect![[r#"
            next Two: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.1.1 1.2
            next: 1.1.1
                0> 1.1.2
            next: 1.2
            next: 1.1.2
            Complete, bulk Never
        "#]],
    );
}
