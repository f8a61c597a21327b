/// What a column of a dump holds; the variants are in the alphabetical order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    BankAccountNumbers,
    DatesOfBirth,
    EmailAddresses,
    Employers,
    Genders,
    GovernmentIssuedIds,
    HealthData,
    Names,
    PassportNumbers,
    Passwords,
    PaymentCards,
    PhoneNumbers,
    PhysicalAddresses,
    Usernames,
    VehiclePlates,
}

/// Names by the variants' numbers.
const NAMES: [&str; 15] = [
    "bank-account-numbers",
    "dates-of-birth",
    "email-addresses",
    "employers",
    "genders",
    "government-issued-ids",
    "health-data",
    "names",
    "passport-numbers",
    "passwords",
    "payment-cards",
    "phone-numbers",
    "physical-addresses",
    "usernames",
    "vehicle-plates",
];

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Classes(u16);

impl Classes {
    pub(super) fn add(&mut self, class: Class) {
        self.0 |= 1 << class as u16;
    }

    pub(super) fn unite(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The names of the classes in the set, sorted.
    pub(super) fn names(self) -> Vec<&'static str> {
        let held = |place: &usize| self.0 >> place & 1 == 1;
        (0..NAMES.len())
            .filter(held)
            .map(|place| NAMES[place])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_variants_and_are_sorted() {
        let mut set = Classes::default();
        set.add(Class::VehiclePlates);
        set.add(Class::BankAccountNumbers);
        set.add(Class::PaymentCards);
        assert_eq!(
            set.names(),
            ["bank-account-numbers", "payment-cards", "vehicle-plates"]
        );
        assert!(NAMES.is_sorted());
    }
}
