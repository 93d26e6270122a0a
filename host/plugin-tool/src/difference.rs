//! In what two results differ: places, and what stands there.

use serde_json::Value;

/// A place where two results differ.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Difference {
    /// Where, as a JSON pointer (RFC 6901).
    pub path: String,
    /// What should stand there; none: nothing.
    pub expected: Option<Value>,
    /// What stands there; none: nothing.
    pub found: Option<Value>,
}

/// All places in which `found` is not as `expected`. The order of an object's members does not matter.
#[must_use]
pub fn differences(expected: &Value, found: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare(&mut String::new(), Some(expected), Some(found), &mut differences);
    differences
}

fn compare(path: &mut String, expected: Option<&Value>, found: Option<&Value>, differences: &mut Vec<Difference>) {
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => {
            for (name, value) in expected {
                within(path, name, Some(value), found.get(name), differences);
            }
            for (name, value) in found.iter().filter(|(name, _)| !expected.contains_key(*name)) {
                within(path, name, None, Some(value), differences);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            for place in 0..expected.len().max(found.len()) {
                within(path, &place.to_string(), expected.get(place), found.get(place), differences);
            }
        }
        (Some(expected), Some(found)) if is_same(expected, found) => {}
        _ => differences.push(Difference { path: path.clone(), expected: expected.cloned(), found: found.cloned() }),
    }
}

fn within(
    path: &mut String,
    name: &str,
    expected: Option<&Value>,
    found: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    let length = path.len();
    path.push('/');
    path.push_str(&name.replace('~', "~0").replace('/', "~1"));
    compare(path, expected, found, differences);
    path.truncate(length);
}

/// Whether two values that are not both objects or both arrays say the same: 1 and 1.0 do.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        // Two whole numbers are compared to the digit; beyond 2^53 others of them are the same as floating-point numbers.
        (Value::Number(one), Value::Number(other)) if one.is_f64() || other.is_f64() => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(expected: &Value, found: &Value, lines: &[&str]) {
        let text = |value: Option<Value>| value.map_or("nothing".to_owned(), |value| value.to_string());
        let line = |difference: Difference| {
            format!("{} {} {}", difference.path, text(difference.expected), text(difference.found))
        };
        let shown: Vec<String> = differences(expected, found).into_iter().map(line).collect();
        assert_eq!(shown, lines);
    }

    #[test]
    fn what_says_the_same_does_not_differ() {
        check(&json!({ "a": [1, { "b": null }], "c": 1 }), &json!({ "c": 1.0, "a": [1, { "b": null }] }), &[]);
        check(
            &json!(9_007_199_254_740_993_u64),
            &json!(9_007_199_254_740_992_u64),
            &[" 9007199254740993 9007199254740992"],
        );
    }

    #[test]
    fn every_place_that_differs_is_named_from_the_top() {
        check(
            &json!({ "fans": [{ "speed": 7 }, { "speed": 8 }], "a/b": null }),
            &json!({ "fans": [{ "speed": 9, "~": 1 }], "a/b": [] }),
            &["/fans/0/speed 7 9", "/fans/0/~0 nothing 1", r#"/fans/1 {"speed":8} nothing"#, "/a~1b null []"],
        );
        check(&json!([1]), &json!({}), &[" [1] {}"]);
    }
}
