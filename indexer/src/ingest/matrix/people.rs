use tekser_test_kit::with_check_digit;

/// A person who does not exist: born in the 1800s, at a reserved domain, in a block of numbers that no operator has.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) iin: String,
    pub(super) phone: String,
    pub(super) email: String,
}

pub(super) struct People {
    /// People whose rows are whole.
    pub(super) whole: Vec<Person>,
    /// People whose rows are broken.
    pub(super) broken: Vec<Person>,
}

const RUSSIAN: [&str; 4] = ["Ёлкина Зоя", "О'Нил \"Яша\" \\", "a;b,c|d:e (x), 'y');", ""];

const KAZAKH: [&str; 4] = ["Әйгерім Қасымова", "Һұңүө \"ҒІі\"", "Ө'Ң \\ Ү; Ұ,", "-"];

impl People {
    /// People whose names the encoding can write.
    pub(super) fn named_for(encoding: &str) -> Self {
        let names = match encoding {
            "windows-1251" | "ibm866" | "koi8-r" | "mac-cyrillic" => RUSSIAN,
            _ => KAZAKH,
        };
        let person = |number: u32| Person::new(names[number as usize % names.len()], number);
        Self {
            whole: (0..20).map(person).collect(),
            broken: (20..24).map(person).collect(),
        }
    }
}

impl Person {
    fn new(name: &str, number: u32) -> Self {
        Self {
            name: name.to_owned(),
            iin: iin(number),
            phone: format!("+7709{:07}", number * 7919 % 10_000_000),
            email: format!("person.{number}@example.kz"),
        }
    }
}

/// The number of a person born on some day of 1836, by the rule for the check digit.
fn iin(number: u32) -> String {
    let head = |serial: u32| format!("36{:02}{:02}1{serial:04}", number % 12 + 1, number % 28 + 1);
    let mut numbers = (number * 97..).filter_map(|serial| with_check_digit(&head(serial % 10_000)));
    numbers.next().unwrap()
}
