/// The draft of a `breach.toml` with invented answers to what only a person knows, under this `id` and with so many
/// `records`. Columns and formats stay as they are.
#[must_use]
pub fn fill_in(draft: &str, id: &str, records: u64) -> String {
    let mut filled = String::new();
    for line in draft.lines() {
        let key = line.split(" = ").next().unwrap_or_default();
        let answer = match key {
            "id" => format!("{id:?}"),
            _ if !line.contains("\"TODO\"") => {
                filled.push_str(&format!("{line}\n"));
                continue;
            }
            "sensitive" => "false".to_owned(),
            "records" => records.to_string(),
            "date" => "\"2025\"".to_owned(),
            "status" => "\"unverified\"".to_owned(),
            "source" => "\"https://example.org\"".to_owned(),
            _ => "\"x\"".to_owned(),
        };
        filled.push_str(&format!("{key} = {answer}\n"));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_facts_are_answered_and_columns_are_left() {
        let draft = "id = \"x\"  # a name\nrecords = \"TODO\"  # how many\n[title]\nkk = \"TODO\"\n\
                     [file.columns]\n\"iin\" = { identifier = \"iin\" }\n";
        let filled = "id = \"leak\"\nrecords = 7\n[title]\nkk = \"x\"\n[file.columns]\n\"iin\" = { identifier = \"iin\" }\n";
        assert_eq!(fill_in(draft, "leak", 7), filled);
    }
}
