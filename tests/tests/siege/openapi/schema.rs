use serde_json::Value;

/// Checks a value against a schema, as far as the server's description uses JSON Schema.
pub(crate) fn check(description: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference into the document");
        let target = description
            .pointer(pointer)
            .expect("what is referred to is there");
        check(description, target, value, place);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        check(description, part, value, place);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(
            allowed.contains(value),
            "{place}: {value} is none of {allowed:?}"
        );
    }
    if let Some(expected) = schema.get("type") {
        assert!(
            is_of(expected, value),
            "{place}: {value} is not of type {expected}"
        );
    }
    check_members(description, schema, value, place);
}

fn check_members(description: &Value, schema: &Value, value: &Value, place: &str) {
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        assert!(value.get(name).is_some(), "{place}: {name} is missing");
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let schema = schema["properties"]
            .get(name)
            .unwrap_or(&schema["additionalProperties"]);
        check(description, schema, member, &format!("{place} {name}"));
    }
    for item in value.as_array().into_iter().flatten() {
        check(description, &schema["items"], item, place);
    }
}

fn is_of(expected: &Value, value: &Value) -> bool {
    let names = expected
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![expected.clone()]);
    names.iter().any(|name| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("null") => value.is_null(),
        _ => false,
    })
}
