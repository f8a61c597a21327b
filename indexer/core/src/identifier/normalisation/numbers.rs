//! Which IINs, identity cards' numbers and cards are in this cell? For cells that are not one of them as a whole.
//!
//! No letter touches a number, except those of a label such as `ИИН`. An identity card's number has no check digit:
//! it is taken as it is issued, in one group of digits, or where the cell has no other digits.

use super::digits::{Cover, Group, count, cover, groups, is_note, joined, segments, without_dates};
use super::reading::Reading;
use super::{IdentifierError, Kind, bank, company, document, iin};

/// Returns every number of this kind in a cleaned text; `fault` says why the whole text is not one.
pub(super) fn read(kind: Kind, cleaned: &str, fault: IdentifierError) -> Reading {
    let all = groups(cleaned);
    let groups = without_dates(&all).unwrap_or(all);
    let mut reading = Reading::default();
    for segment in segments(&groups) {
        if !read_segment(kind, segment, &mut reading) {
            reading.refuse(fault);
        }
    }
    if reading.values.is_empty() {
        return Reading::whole(Err(fault));
    }
    reading
}

/// Takes the numbers of a segment; false if other digits are left that may be a number.
fn read_segment(kind: Kind, segment: &[Group<'_>], reading: &mut Reading) -> bool {
    let touches = |(first, last): (&Group<'_>, &Group<'_>)| touches_other(kind, first, last);
    if segment.first().zip(segment.last()).is_some_and(touches) {
        return is_note(segment);
    }
    match cover(segment, |span| value(kind, span, segment.len())) {
        Cover::One(numbers) => {
            numbers.into_iter().for_each(|number| reading.take(number));
            true
        }
        Cover::Several => false,
        Cover::None => read_groups(kind, segment, reading),
    }
}

/// Takes the numbers of a segment that are a group each; false if other digits are left that may be a number.
fn read_groups(kind: Kind, segment: &[Group<'_>], reading: &mut Reading) -> bool {
    let mut rest = Vec::new();
    for group in segment {
        match value(kind, std::slice::from_ref(group), segment.len()) {
            Some(number) => reading.take(number),
            None => rest.push(*group),
        }
    }
    is_note(&rest)
}

/// The number that some groups of a segment are.
fn value(kind: Kind, span: &[Group<'_>], segment: usize) -> Option<String> {
    if !span[1..].iter().all(Group::is_close_behind) {
        return None;
    }
    match kind {
        Kind::Iin if count(span) == iin::DIGITS => iin::checked(joined(span)).ok(),
        Kind::Company if count(span) == iin::DIGITS => company::checked(joined(span)).ok(),
        Kind::Card if count(span) >= bank::SHORTEST_CARD => bank::card(&joined(span)).ok(),
        Kind::IdCard if count(span) == document::ID_CARD => {
            (span.len() == 1 || span.len() == segment).then(|| joined(span))
        }
        _ => None,
    }
}

/// Whether digits are part of a word, a login or an address, or are after the label of another kind.
fn touches_other(kind: Kind, first: &Group<'_>, last: &Group<'_>) -> bool {
    let (word, sign) = first.word_before();
    let is_abbreviated = sign == "." && !word.ends_with(|c: char| c.is_ascii_alphabetic());
    let is_label = labels(kind).contains(&word.to_lowercase().as_str());
    !(word.is_empty() || is_abbreviated || is_label)
        || first.has_plus()
        || last.touches_letter_behind()
        || last.is_in_address()
        || is_of_company(first) == Some(kind != Kind::Company)
}

/// Words that people write right before a number, in lower case.
const fn labels(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Iin => &["иин", "жсн", "iin", "no", "n"],
        Kind::Company => &["бин", "бсн", "bin", "no", "n"],
        Kind::IdCard => &["n", "no", "nr", "н", "уд", "удл", "удв", "жк", "id"],
        _ => &["карта", "card", "no", "n"],
    }
}

/// Whether a label says that a number is a company's (БИН), or a person's, whose form it may have. After `ИИН/БИН`
/// there is either.
fn is_of_company(group: &Group<'_>) -> Option<bool> {
    let labels = group.before.to_lowercase();
    let mut words = labels.split(|c: char| !c.is_alphabetic());
    let is_person = ["иин", "жсн", "iin"]
        .iter()
        .any(|label| labels.contains(label));
    let label = words.rfind(|word| !word.is_empty());
    let is_company = label.is_some_and(|label| matches!(label, "бин" | "бсн" | "bin" | "bsn"));
    (is_person != is_company).then_some(is_company)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, text: &str) -> (Vec<String>, bool) {
        let reading = read(kind, text, IdentifierError::Form);
        (reading.values, reading.fault.is_none())
    }

    #[test]
    fn labels_and_notes_are_not_part_of_a_number() {
        for (kind, number, texts) in [
            (
                Kind::Iin,
                "360323258530",
                &[
                    "ИИН 360323258530",
                    "ЖСН:360323258530",
                    "иин360323258530",
                    "ИИН/БИН: 360323258530",
                    "360323 258530 (Афина)",
                    "Афина 360323258530 от 01.02.2020",
                ][..],
            ),
            (
                Kind::IdCard,
                "012345678",
                &[
                    "уд. личности  012345678 МВД РК",
                    "УДЛ 012345678 от 12.03.2015",
                    "удостоверение: N012345678",
                    "удостоверение Н012345678",
                    "012345678 (2015)",
                    "уд.личн.012345678",
                ][..],
            ),
            (
                Kind::Card,
                "4000000000000002",
                &[
                    "карта 4000 0000 0000 0002",
                    "Visa 4000-0000-0000-0002 12/25",
                ][..],
            ),
        ] {
            for text in texts {
                assert_eq!(found(kind, text), (vec![number.to_owned()], true), "{text}");
            }
        }
    }

    #[test]
    fn several_numbers_are_several() {
        let iins = ["360323258530".to_owned(), "510624280010".to_owned()];
        for text in [
            "360323258530, 510624280010",
            "360323258530 510624280010",
            "360323-258530 / 510624-280010",
            "360323258530<br>510624280010",
        ] {
            assert_eq!(found(Kind::Iin, text), (iins.to_vec(), true), "{text}");
        }
        assert_eq!(
            found(Kind::IdCard, "012345678; 012345679").0,
            ["012345678", "012345679"]
        );
    }

    #[test]
    fn digits_of_other_things_are_not_a_number() {
        for (kind, text) in [
            (Kind::Iin, "БИН 360323258530"),
            (Kind::Iin, "x360323258530"),
            (Kind::Iin, "360323258530x"),
            (Kind::Iin, "1360323258530 1"),
            (Kind::Iin, "360323258530@example.kz"),
            (Kind::IdCard, "A012345678"),
            (Kind::IdCard, "user.012345678"),
            (Kind::IdCard, "user_012345678"),
            (Kind::IdCard, "012345678.x@example.kz"),
            (Kind::IdCard, "01234 5678 12"),
            (Kind::IdCard, "8 (709) 123-45"),
            (Kind::IdCard, "+012345678"),
            (Kind::Card, "KZ4000000000000002"),
            (Kind::Card, "4000 0000 0000 0002 3"),
        ] {
            assert_eq!(found(kind, text), (vec![], false), "{text}");
        }
    }

    #[test]
    fn digits_next_to_a_number_that_may_be_one_are_counted() {
        assert_eq!(
            found(Kind::Iin, "360323258530, 87091234567"),
            (vec!["360323258530".to_owned()], false)
        );
    }
}
