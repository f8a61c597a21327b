use tekser_indexer::inspect::Inspection;

use super::numbers::Dice;
use super::{Dump, meanings};

/// A file without header of one column after a column of line numbers, so that nothing but the values speak.
fn guess_of(mut value: impl FnMut(&mut Dice, u64) -> String) -> (String, Inspection) {
    let mut dice = Dice::new(5);
    let rows: String = (0..400)
        .map(|row| format!("{};{}\n", row % 7, value(&mut dice, row)))
        .collect();
    let inspection = Dump::new("x.csv", rows).inspection();
    (meanings(&inspection)[1].clone(), inspection)
}

#[test]
fn identifiers_without_a_name_are_known_by_their_values() {
    assert_eq!(guess_of(|dice, _| dice.iin()).0, "iin");
    assert_eq!(guess_of(|dice, _| dice.email()).0, "email");
    assert_eq!(guess_of(|dice, _| dice.card()).0, "card");
    assert_eq!(guess_of(|dice, _| dice.mobile()).0, "phone");
    assert_eq!(
        guess_of(|dice, _| format!("+7 ({}", dice.mobile()).replacen("709", "709) ", 1)).0,
        "phone"
    );
    assert_eq!(
        guess_of(|dice, _| format!("N{}", dice.digits(8))).0,
        "passport"
    );
    assert_eq!(
        guess_of(|dice, _| format!("{}ABC0{}", dice.digits(3), 1 + dice.below(9))).0,
        "plate"
    );
    assert_eq!(
        guess_of(|dice, _| format!("0{}", dice.digits(8))).0,
        "id_card"
    );
}

#[test]
fn an_id_card_that_only_its_values_tell_is_not_sure() {
    let (_, inspection) = guess_of(|dice, _| format!("0{}", dice.digits(8)));
    let guess = inspection.parts[0].columns[1].guess.clone().unwrap();
    assert!((50..=80).contains(&guess.percent), "{} %", guess.percent);
}

#[test]
fn orders_of_twelve_digits_are_no_iins() {
    assert_eq!(guess_of(|dice, _| dice.digits(12)).0, "");
    assert_eq!(guess_of(|_, row| format!("2024{:08}", row * 7)).0, "");
}

#[test]
fn companies_numbers_are_no_iins_even_where_the_name_says_so() {
    assert_eq!(guess_of(|dice, _| dice.bin()).0, "");
    let mut dice = Dice::new(6);
    let rows: String = (0..200)
        .map(|row| format!("{row};{}\n", dice.bin()))
        .collect();
    let inspection = Dump::new("x.csv", format!("№;ИИН/БИН\n{rows}")).inspection();
    assert_eq!(inspection.parts[0].header, Some(true));
    assert_eq!(meanings(&inspection), ["", ""]);
}

#[test]
fn numbers_of_nine_digits_are_no_id_cards() {
    assert_eq!(
        guess_of(|dice, _| format!("{}{}", 1 + dice.below(9), dice.digits(8))).0,
        ""
    );
}

#[test]
fn numbers_of_sixteen_digits_that_fit_luhn_by_chance_are_no_cards() {
    assert_eq!(guess_of(|dice, _| dice.sixteen_digits()).0, "");
}

#[test]
fn numbers_of_devices_are_no_cards() {
    let imei = |dice: &mut Dice, _| {
        let first = format!("35{}", dice.digits(12));
        let fits = |digit: &char| {
            let number = format!("{first}{digit}");
            exposure_index::identifier::normalise(exposure_index::identifier::Kind::Card, &number)
                .is_ok()
        };
        let check = ('0'..='9').find(fits).expect("a digit that fits");
        format!("{first}{check}")
    };
    assert_eq!(guess_of(imei).0, "");
}

#[test]
fn times_and_counters_are_no_phones() {
    assert_eq!(
        guess_of(|dice, row| (1_600_000_000 + row * 977 + dice.below(900) as u64).to_string()).0,
        ""
    );
    assert_eq!(
        guess_of(|_, row| (1_600_000_000_000 + row * 977_123).to_string()).0,
        ""
    );
    assert_eq!(guess_of(|_, row| (1_000_000_000 + row).to_string()).0, "");
    assert_eq!(
        guess_of(|_, row| format!("20230{}151230", row % 9 + 1)).0,
        ""
    );
}

#[test]
fn dates_of_events_are_no_birth_dates_and_births_are() {
    assert_eq!(guess_of(|dice, _| dice.birth_date()).0, "dates-of-birth");
    assert_eq!(
        guess_of(|_, row| format!("2021-03-{:02}", row % 28 + 1)).0,
        ""
    );
}

#[test]
fn words_that_anybody_could_write_are_nothing() {
    let cities = ["Алматы", "Астана", "Шымкент", "Нур-Султан", "Ақтөбе"];
    assert_eq!(guess_of(|dice, _| dice.pick(&cities).to_owned()).0, "");
    let plans = ["Бизнес 500", "Премиум Плюс", "Старт 2", "Базовый"];
    assert_eq!(guess_of(|dice, _| dice.pick(&plans).to_owned()).0, "");
    let states = ["active", "blocked", "new"];
    assert_eq!(guess_of(|dice, _| dice.pick(&states).to_owned()).0, "");
}

#[test]
fn a_name_that_the_values_contradict_is_not_believed() {
    let mut dice = Dice::new(7);
    let rows: String = (0..200)
        .map(|row| {
            format!(
                "{row};{};{}\n",
                dice.digits(12),
                dice.pick(&["да", "нет", "иногда"])
            )
        })
        .collect();
    let inspection = Dump::new("x.csv", format!("id;iin;phone\n{rows}")).inspection();
    assert_eq!(meanings(&inspection), ["", "", ""]);
}
