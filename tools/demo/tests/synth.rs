//! The dumps are read again by code that knows only the formats, and must hold what the truth says.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};
use serde_json::Value;
use tekser_demo::synth::{Kind, Plan, SynthError, Truth, WarningPlan, generate, generate_warnings};
use tempfile::TempDir;

const PLAN: Plan = Plan {
    records: 3_000,
    seed: 1,
    queries: 300,
};

/// The identifiers found in a breach.
type Found = HashMap<Kind, HashSet<String>>;

fn generated(plan: Plan) -> (TempDir, Truth) {
    let folder = tempfile::tempdir().unwrap();
    let truth = generate(plan, folder.path(), |_| ()).unwrap();
    (folder, truth)
}

#[test]
fn the_truth_is_what_stands_in_the_dumps() {
    let (folder, truth) = generated(PLAN);
    let breaches = read_breaches(folder.path());
    let mut everywhere = Found::new();
    for (id, found) in &breaches {
        for (kind, values) in found {
            assert_eq!(
                truth.breaches[id].identifiers[kind],
                values.len() as u64,
                "{kind:?} of {id}"
            );
            everywhere
                .entry(*kind)
                .or_default()
                .extend(values.iter().cloned());
        }
        assert_eq!(
            truth.breaches[id].identifiers.len(),
            found.len(),
            "kinds of {id}"
        );
    }
    for kind in Kind::ALL {
        assert_eq!(
            truth.identifiers[&kind],
            everywhere[&kind].len() as u64,
            "{kind:?}"
        );
    }
}

#[test]
fn a_query_names_the_breaches_that_hold_its_value() {
    let (folder, _) = generated(PLAN);
    let breaches = read_breaches(folder.path());
    let mut absent = 0;
    let queries = queries(folder.path());
    for query in &queries {
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| query["kind"] == kind.name())
            .unwrap();
        let value = normalised(kind, query["value"].as_str().unwrap()).unwrap();
        let holds = |id: &&str| {
            breaches[id]
                .get(&kind)
                .is_some_and(|values| values.contains(&value))
        };
        let mut expected: Vec<&str> = breaches.keys().copied().filter(holds).collect();
        expected.sort_unstable();
        let named: Vec<&str> = query["exposures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| of["breach"].as_str().unwrap())
            .collect();
        assert_eq!(named, expected, "{kind:?}");
        absent += usize::from(named.is_empty());
    }
    assert!(
        (250..=300).contains(&queries.len()),
        "{} queries",
        queries.len()
    );
    assert!(
        (25..=40).contains(&absent),
        "{absent} of {} in no breach",
        queries.len()
    );
}

#[test]
fn the_classes_of_an_exposure_are_sorted_and_hold_the_identifiers_own() {
    let (folder, _) = generated(PLAN);
    for query in queries(folder.path()) {
        for exposure in query["exposures"].as_array().unwrap() {
            let classes: Vec<&str> = exposure["classes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|class| class.as_str().unwrap())
                .collect();
            assert!(classes.is_sorted_by(|a, b| a < b));
            assert!(classes.contains(&class_of(query["kind"].as_str().unwrap())));
        }
    }
}

#[test]
fn the_passwords_of_a_combo_list_are_reported_if_there_are_any() {
    let (folder, _) = generated(PLAN);
    let text = fs::read_to_string(folder.path().join("breaches/combo-2021/combo.txt")).unwrap();
    let with_password: HashSet<String> = text
        .lines()
        .filter(|line| !line.ends_with(':'))
        .filter_map(|line| normalised(Kind::Email, line.split_once(':')?.0))
        .collect();
    let mut compared = 0;
    for query in queries(folder.path())
        .iter()
        .filter(|query| query["kind"] == "email")
    {
        let value = normalised(Kind::Email, query["value"].as_str().unwrap()).unwrap();
        for exposure in query["exposures"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|of| of["breach"] == "combo-2021")
        {
            let named = exposure["classes"]
                .as_array()
                .unwrap()
                .contains(&"passwords".into());
            assert_eq!(named, with_password.contains(&value));
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn there_are_as_many_rows_as_asked_for_and_few_of_them_spoilt() {
    let (folder, truth) = generated(PLAN);
    assert_eq!(truth.rows(), PLAN.records);
    let stats: Value =
        serde_json::from_slice(&fs::read(folder.path().join("truth/stats.json")).unwrap()).unwrap();
    assert_eq!(stats, truth.to_json());
    for (id, breach) in &truth.breaches {
        assert!(
            breach.rejected_rows * 50 < breach.rows,
            "{} of {} in {id}",
            breach.rejected_rows,
            breach.rows
        );
    }
    let spoilt: u64 = truth
        .breaches
        .values()
        .map(|breach| breach.rejected_rows)
        .sum();
    assert!(spoilt > 0);
    let residents =
        fs::read_to_string(folder.path().join("breaches/residents-2025/residents.csv")).unwrap();
    let of_other_length = residents
        .lines()
        .filter(|line| csv_cells(line).len() != 8)
        .count() as u64;
    assert_eq!(
        truth.breaches["residents-2025"].rejected_rows,
        of_other_length
    );
}

#[test]
fn the_mix_has_three_identifiers_a_row_at_any_size() {
    for records in [3_000, 30_000] {
        let (_folder, truth) = generated(Plan { records, ..PLAN });
        let per_row = truth.unique() as f64 / records as f64;
        assert!(
            (2.8..3.2).contains(&per_row),
            "{per_row} identifiers a row of {records}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let files = |seed| all_files(generated(Plan { seed, ..PLAN }).0.path());
    let (first, again, other) = (files(1), files(1), files(2));
    assert!(first == again);
    assert_eq!(first.len(), 18, "8 dumps, 8 descriptions, 2 files of truth");
    for (name, bytes) in first
        .iter()
        .filter(|(name, _)| !name.ends_with("breach.toml"))
    {
        assert!(other[name] != *bytes, "{name} does not depend on the seed");
    }
}

#[test]
fn dumps_are_never_written_over_others() {
    let (folder, _) = generated(Plan {
        records: 10,
        ..PLAN
    });
    assert!(matches!(
        generate(PLAN, folder.path(), |_| ()),
        Err(SynthError::Exists { .. })
    ));
}

#[test]
fn warning_lists_follow_from_seed_and_day_and_name_nobody() {
    let plan = |seed, day: &str| WarningPlan {
        entries: 100,
        seed,
        day: day.parse().unwrap(),
    };
    let files = |plan| {
        let folder = tempfile::tempdir().unwrap();
        generate_warnings(plan, folder.path()).unwrap();
        all_files(folder.path())
    };
    let first = files(plan(1, "2026-11-30"));
    assert!(first == files(plan(1, "2026-11-30")));
    assert!(first != files(plan(2, "2026-11-30")) && first != files(plan(1, "2026-12-01")));
    assert_eq!(
        first.len(),
        12,
        "5 lists, 5 descriptions, an allow list, the truth"
    );
    let truth = &first["truth/warnings.jsonl"];
    for line in std::str::from_utf8(truth).unwrap().lines() {
        let asked: Value = serde_json::from_str(line).unwrap();
        let value = asked["value"].as_str().unwrap().to_lowercase();
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let is_invented = match asked["kind"].as_str().unwrap() {
            "phone" => digits.contains("709"),
            "site" | "handle" | "email" => value.contains("example"),
            // Numbers with these years were never given out.
            "company" => ('5'..='7').contains(&value.chars().next().unwrap()),
            _ => true,
        };
        assert!(is_invented, "{}", asked["kind"]);
    }
}

#[test]
fn nobody_in_the_dumps_exists() {
    let (folder, _) = generated(PLAN);
    for found in read_breaches(folder.path()).values() {
        for (kind, value) in found
            .iter()
            .flat_map(|(kind, values)| values.iter().map(move |value| (kind, value)))
        {
            let invented = match kind {
                Kind::Iin => matches!(value.as_bytes()[6], b'1' | b'2'),
                Kind::Phone => value.starts_with("+7709"),
                Kind::Email => value.contains("@example.") || value.contains(".example."),
                _ => true,
            };
            assert!(invented, "{kind:?}");
        }
    }
}

/// What every breach holds, read row by row.
fn read_breaches(folder: &Path) -> HashMap<&'static str, Found> {
    let path = |file: &str| folder.join("breaches").join(file);
    let residents = fs::read_to_string(path("residents-2025/residents.csv")).unwrap();
    let residents = residents
        .lines()
        .skip(1)
        .map(csv_cells)
        .filter(|cells| cells.len() == 8);
    let loans = unpacked(&path("microloans-2024/loans.txt.gz"));
    let loans = loans
        .split(|byte| *byte == b'\n')
        .map(russian)
        .filter(|line| !line.is_empty());
    let users = String::from_utf8(unpacked(&path("marketplace-2023/users.sql.gz"))).unwrap();
    let users = users
        .split("COPY public.users")
        .last()
        .unwrap()
        .lines()
        .skip(1);
    let visits = String::from_utf8(unpacked(&path("clinic-2023/visits.jsonl.zst"))).unwrap();
    let visits = visits
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let voters = String::from_utf8(unpacked(&path("voters-2019/voters.sql.zst"))).unwrap();
    let voters = voters
        .lines()
        .filter_map(|line| line.strip_prefix("INSERT INTO `voters` VALUES "));
    let abonents = fs::read(path("subscribers-2022/abonents.tsv")).unwrap();
    let abonents: Vec<u16> = abonents
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let abonents = String::from_utf16(&abonents).unwrap();
    let combo = fs::read_to_string(path("combo-2021/combo.txt")).unwrap();

    HashMap::from([
        (
            "residents-2025",
            found(
                residents,
                &[
                    (0, Kind::Iin),
                    (4, Kind::Phone),
                    (5, Kind::Phone),
                    (6, Kind::Phone),
                ],
            ),
        ),
        (
            "microloans-2024",
            found(
                loans.map(|line| cells(&line, '|')),
                &[
                    (1, Kind::Phone),
                    (2, Kind::Email),
                    (3, Kind::IdCard),
                    (5, Kind::Iban),
                    (6, Kind::Card),
                    (8, Kind::Iin),
                    (9, Kind::Plate),
                ],
            ),
        ),
        (
            "marketplace-2023",
            found(
                users
                    .take_while(|line| *line != r"\.")
                    .map(|line| cells(line, '\t')),
                &[
                    (1, Kind::Login),
                    (2, Kind::Email),
                    (3, Kind::Phone),
                    (4, Kind::Card),
                    (5, Kind::Iban),
                ],
            ),
        ),
        (
            "clinic-2023",
            found(
                visits.map(|visit| {
                    [
                        "/patient/iin",
                        "/contacts/phone",
                        "/contacts/email",
                        "/patient/passport",
                    ]
                    .map(|at| {
                        visit
                            .pointer(at)
                            .and_then(Value::as_str)
                            .unwrap_or("")
                            .to_owned()
                    })
                    .to_vec()
                }),
                &[
                    (0, Kind::Iin),
                    (1, Kind::Phone),
                    (2, Kind::Email),
                    (3, Kind::Passport),
                ],
            ),
        ),
        (
            "voters-2019",
            found(
                voters
                    .flat_map(|line| line.split("),("))
                    .map(|row| cells(&row.replace('\'', ""), ',')),
                &[(1, Kind::Iin), (3, Kind::IdCard)],
            ),
        ),
        (
            "subscribers-2022",
            found(
                abonents
                    .lines()
                    .skip(1)
                    .map(|line| cells(line, '\t'))
                    .filter(|cells| cells.len() == 4),
                &[(0, Kind::Phone), (1, Kind::Iin), (3, Kind::Plate)],
            ),
        ),
        (
            "combo-2021",
            found(
                combo.lines().map(|line| cells(line, ':')),
                &[(0, Kind::Email)],
            ),
        ),
        (
            "school-2025",
            found(
                school(&path("school-2025/school.xlsx")),
                &[(1, Kind::Iin), (2, Kind::Phone)],
            ),
        ),
    ])
}

fn found(rows: impl Iterator<Item = Vec<String>>, columns: &[(usize, Kind)]) -> Found {
    let mut found = Found::new();
    for row in rows {
        for (column, kind) in columns {
            for value in values(*kind, &row[*column]) {
                found
                    .entry(*kind)
                    .or_default()
                    .extend(normalised(*kind, value));
            }
        }
    }
    found
}

/// A cell may hold several phone numbers; the comma of `7,7091234567E+10` separates nothing.
fn values(kind: Kind, cell: &str) -> Vec<&str> {
    if kind == Kind::Phone && !cell.starts_with("7,") {
        cell.split([',', ';']).collect()
    } else {
        vec![cell]
    }
}

fn school(path: &Path) -> impl Iterator<Item = Vec<String>> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = workbook.worksheet_range("Тізім").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .skip(1)
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    rows.into_iter()
}

fn cells(line: &str, delimiter: char) -> Vec<String> {
    line.split(delimiter).map(str::to_owned).collect()
}

/// A text of which only ASCII and the Russian letters matter, in a code page of the Windows-1251 family.
fn russian(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        0xc0.. => char::from_u32(0x410 + u32::from(byte - 0xc0)).unwrap(),
        0x80.. => '?',
        _ => char::from(*byte),
    };
    bytes.iter().map(letter).collect()
}

/// Cells between semicolons that are not within quotes.
fn csv_cells(line: &str) -> Vec<String> {
    let mut quoted = false;
    let outside = |letter| {
        quoted ^= letter == '"';
        letter == ';' && !quoted
    };
    line.split(outside).map(str::to_owned).collect()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let file = File::open(path).unwrap();
    let mut bytes = Vec::new();
    if path.extension().unwrap() == "gz" {
        flate2::read::GzDecoder::new(file)
            .read_to_end(&mut bytes)
            .unwrap();
    } else {
        zstd::Decoder::new(file)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
    }
    bytes
}

/// The rules of normalisation, as far as the dumps need them.
fn normalised(kind: Kind, cell: &str) -> Option<String> {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let dense: String = cell
        .to_uppercase()
        .chars()
        .filter(|letter| !" -<>№".contains(*letter))
        .collect();
    match kind {
        Kind::Iin => {
            Some(format!("{digits:0>12}")).filter(|iin| digits.len() >= 10 && iin_is_valid(iin))
        }
        Kind::Phone if cell.contains('E') => {
            let (digits, _) = cell.split_once('E')?;
            let digits = digits.replace(['.', ','], "");
            (digits.len() == 11).then(|| format!("+{digits}"))
        }
        Kind::Phone => (digits.len() >= 10).then(|| format!("+7{}", &digits[digits.len() - 10..])),
        Kind::Email => (cell.matches('@').count() == 1).then(|| dense.to_lowercase()),
        Kind::IdCard => (digits.len() == 9).then_some(digits),
        Kind::Passport => (dense.len() == 9).then_some(dense),
        Kind::Iban => (dense.len() == 20).then_some(dense),
        Kind::Card => (digits.len() == 16 && luhn(&digits) == 0).then_some(digits),
        Kind::Plate => {
            let latin: String = dense.chars().map(latin).collect();
            (latin.len() == 8).then_some(latin)
        }
        Kind::Login => (cell != r"\N").then(|| cell.to_lowercase()),
    }
}

fn iin_is_valid(iin: &str) -> bool {
    let digits: Vec<usize> = iin.bytes().map(|digit| usize::from(digit - b'0')).collect();
    let sum = |shift: usize| {
        (0..11)
            .map(|at| digits[at] * ((at + shift) % 11 + 1))
            .sum::<usize>()
            % 11
    };
    let check = if sum(0) == 10 { sum(2) } else { sum(0) };
    digits[11] == check
}

fn luhn(digits: &str) -> u32 {
    let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let digits = digits.bytes().rev().map(|digit| u32::from(digit - b'0'));
    digits
        .enumerate()
        .map(|(at, digit)| {
            if at % 2 == 1 {
                doubled[digit as usize]
            } else {
                digit
            }
        })
        .sum::<u32>()
        % 10
}

fn latin(letter: char) -> char {
    let twins = "АВЕКМНОРСТУХ".chars().zip("ABEKMHOPCTYX".chars());
    twins
        .clone()
        .find(|(cyrillic, _)| *cyrillic == letter)
        .map_or(letter, |(_, latin)| latin)
}

fn class_of(kind: &str) -> &'static str {
    match kind {
        "iin" | "id_card" => "government-issued-ids",
        "phone" => "phone-numbers",
        "email" => "email-addresses",
        "passport" => "passport-numbers",
        "iban" => "bank-account-numbers",
        "card" => "payment-cards",
        "plate" => "vehicle-plates",
        _ => "usernames",
    }
}

fn queries(folder: &Path) -> Vec<Value> {
    let lines = fs::read_to_string(folder.join("truth/queries.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn all_files(folder: &Path) -> HashMap<String, Vec<u8>> {
    let mut files = HashMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}
