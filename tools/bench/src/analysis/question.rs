use serde_json::Value;

/// A question for both.
pub(super) struct Question {
    /// The command and its arguments.
    pub(super) command: &'static [&'static str],
    /// Reads the counts from the command's JSON, in the order of the rows of `sql`.
    pub(super) counts: fn(&Value) -> Option<Vec<u64>>,
    /// SQL that returns one number per row.
    pub(super) sql: &'static str,
}

impl Question {
    /// Returns the command as typed, without the index.
    pub(super) fn name(&self) -> String {
        let quoted = |word: &&str| match word.contains(' ') {
            true => format!("'{word}'"),
            false => (*word).to_owned(),
        };
        let words: Vec<String> = self.command.iter().map(quoted).collect();
        words.join(" ")
    }
}

pub(super) const QUESTIONS: [Question; 4] = [
    Question {
        command: &["overlap"],
        counts: common_of_pairs,
        sql: "WITH RECURSIVE
                numbers (value) AS (VALUES (0) UNION ALL SELECT value + 1 FROM numbers WHERE value < 19),
                combination AS MATERIALIZED
                    (SELECT breaches, count(*) AS rows FROM identifier GROUP BY breaches),
                breach AS (SELECT value AS number, 1 << value AS bit FROM numbers)
              SELECT sum(CASE WHEN breaches & one.bit AND breaches & other.bit THEN rows ELSE 0 END)
              FROM breach AS one JOIN breach AS other ON one.number < other.number CROSS JOIN combination
              GROUP BY one.number, other.number ORDER BY one.number, other.number",
    },
    Question {
        command: &["query", "breach-01 & breach-02 - breach-03"],
        counts: identifiers,
        sql: "SELECT count(*) FROM identifier WHERE breaches & 6 = 6 AND NOT breaches & 8",
    },
    Question {
        command: &["query", "breach-01 & breach-02 - breach-03 & kind:phone"],
        counts: identifiers,
        sql: "SELECT count(*) FROM identifier WHERE kind = 'phone' AND breaches & 6 = 6 AND NOT breaches & 8",
    },
    Question {
        command: &["query", "--by", "kind", "(breach-11 | breach-17) - breach-00"],
        counts: cells,
        sql: "SELECT count(*) FROM identifier WHERE breaches & 133120 AND NOT breaches & 1
              GROUP BY kind ORDER BY kind",
    },
];

fn common_of_pairs(answer: &Value) -> Option<Vec<u64>> {
    let pairs = answer["pairs"].as_array()?.iter();
    pairs.map(|pair| pair["all"]["common"].as_u64()).collect()
}

fn identifiers(answer: &Value) -> Option<Vec<u64>> {
    Some(vec![answer["identifiers"].as_u64()?])
}

/// Sorts by name.
fn cells(answer: &Value) -> Option<Vec<u64>> {
    answer["cells"]
        .as_object()?
        .values()
        .map(Value::as_u64)
        .collect()
}
