use crate::ingest::columns::Columns;

/// Marks an array in a path: `users[].phone`.
const ARRAY: &str = "[]";

/// Where records and their columns are in a document.
pub(in crate::ingest) struct Paths {
    /// The keys that lead to the records.
    pub(super) records: Vec<String>,
    /// The dotted path of each column within a record.
    pub(in crate::ingest) columns: Vec<String>,
}

impl Paths {
    /// Every document is a record.
    pub(in crate::ingest) fn of_documents(columns: &Columns) -> Self {
        Self::below("", columns)
    }

    /// The elements of the innermost array that all paths lead through are records, if there is one.
    pub(super) fn of_elements(columns: &Columns) -> Self {
        let names = || columns.0.iter().map(|column| column.name.as_str());
        let first = names().next().unwrap_or("");
        let arrays = first.rmatch_indices(ARRAY);
        let mut shared = arrays.map(|(place, _)| &first[..place + ARRAY.len()]);
        let leads = |prefix: &&str| {
            names().all(|name| {
                name.strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('.'))
            })
        };
        Self::below(shared.find(leads).unwrap_or(""), columns)
    }

    fn below(prefix: &str, columns: &Columns) -> Self {
        let keys = prefix.split('.').map(|key| key.replace(ARRAY, ""));
        let column = |name: &str| {
            let path = name.strip_prefix(prefix).unwrap_or(name);
            path.replace(ARRAY, "").trim_start_matches('.').to_owned()
        };
        Self {
            records: keys.filter(|key| !key.is_empty()).collect(),
            columns: columns.0.iter().map(|it| column(&it.name)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::columns::tests::phones;

    fn paths(names: &[&str]) -> (Vec<String>, Vec<String>) {
        let paths = Paths::of_elements(&phones(names));
        (paths.records, paths.columns)
    }

    #[test]
    fn records_are_the_elements_of_the_array_that_all_paths_share() {
        let told = |records: &[&str], columns: &[&str]| {
            let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
            (owned(records), owned(columns))
        };
        assert_eq!(paths(&["a.b"]), told(&[], &["a.b"]));
        assert_eq!(paths(&["[].a"]), told(&[], &["a"]));
        assert_eq!(
            paths(&["d.users[].name", "d.users[].phones[].n"]),
            told(&["d", "users"], &["name", "phones.n"])
        );
        assert_eq!(
            paths(&["a[].b[].c", "a[].b[].d"]),
            told(&["a", "b"], &["c", "d"])
        );
        assert_eq!(paths(&["a[].b", "c"]), told(&[], &["a.b", "c"]));
    }
}
