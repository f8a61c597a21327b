use super::DataClass;

/// Our names of classes and HIBP's, where one does not follow from the other.
const UNLIKE: [(&str, &str); 8] = [
    ("credit-status", "Credit status information"),
    ("education", "Education levels"),
    ("family-members", "Family members' names"),
    ("government-issued-ids", "Government issued IDs"),
    ("health-data", "Personal health data"),
    ("ip-addresses", "IP addresses"),
    ("payment-cards", "Credit cards"),
    ("vehicle-plates", "Licence plates"),
];

/// Returns HIBP's name of a class: its own term, or our name with a capital letter and spaces.
///
/// ```
/// use exposure_index::breach::DataClass;
/// use exposure_index::hibp::name_of;
///
/// let class = DataClass::try_from("email-addresses".to_owned()).expect("a class");
/// assert_eq!(name_of(&class), "Email addresses");
/// ```
#[must_use]
pub fn name_of(class: &DataClass) -> String {
    let own = class.as_str();
    if let Some((_, name)) = UNLIKE.iter().find(|(unlike, _)| *unlike == own) {
        return (*name).to_owned();
    }
    let mut name = own.replace('-', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// Returns the class with this HIBP name; `None` if no character of the name can be in ours.
#[must_use]
pub fn class_of(name: &str) -> Option<DataClass> {
    if let Some((own, _)) = UNLIKE.iter().find(|(_, unlike)| *unlike == name) {
        return DataClass::try_from((*own).to_owned()).ok();
    }
    DataClass::try_from(slug(&name.replace('\'', ""))).ok()
}

/// Reduces a text to the characters of our names: lower case, words joined by hyphens.
#[must_use]
pub fn slug(text: &str) -> String {
    let is_ours = |c: char| c.is_ascii_alphanumeric();
    let words = text.split(|c| !is_ours(c)).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_comes_back_from_its_name() {
        let ours = UNLIKE.iter().map(|(own, _)| *own);
        for own in ours.chain(["names", "dates-of-birth", "bank-account-numbers"]) {
            let class = DataClass::try_from(own.to_owned()).unwrap();
            assert_eq!(class_of(&name_of(&class)), Some(class));
        }
    }

    #[test]
    fn a_name_of_theirs_becomes_a_slug() {
        for (name, own) in [
            ("Email addresses", "email-addresses"),
            (
                "Security questions and answers",
                "security-questions-and-answers",
            ),
            ("Credit card CVV", "credit-card-cvv"),
        ] {
            assert_eq!(class_of(name).as_ref().map(DataClass::as_str), Some(own));
        }
        assert_eq!(class_of("…"), None);
    }
}
