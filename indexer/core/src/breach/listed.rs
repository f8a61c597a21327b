//! Which data classes may `breach.toml` name? HIBP's terms as slugs, or our own where the website has a text for
//! another term.

use super::DataClass;
use super::hibp_class::{name_of, slug};

/// Every class that `breach.toml` may name, in alphabetical order.
#[rustfmt::skip] // A class a line would fill four pages.
pub const CLASSES: &[&str] = &[
    "account-balances", "address-book-contacts", "age-groups", "ages", "appointments", "apps-installed-on-devices",
    "astrological-signs", "audio-recordings", "auth-tokens", "avatars", "bank-account-numbers", "biometric-data",
    "bios", "browser-user-agent-details", "browsing-histories", "buying-preferences", "car-ownership-statuses",
    "career-levels", "cellular-network-names", "charitable-donations", "chat-logs", "citizenship-statuses",
    "clothing-sizes", "comments", "company-names", "credit-card-cvv", "credit-status",
    "cryptocurrency-wallet-addresses", "customer-feedback", "customer-interactions", "dates-of-birth", "deceased-date",
    "deceased-statuses", "delivery-instructions", "device-information", "device-serial-numbers",
    "device-usage-tracking-data", "drinking-habits", "drivers-licenses", "drug-habits", "eating-habits", "education",
    "electronic-signatures", "email-addresses", "email-messages", "employers", "employment-statuses", "encrypted-keys",
    "ethnicities", "family-members", "family-plans", "family-structure", "financial-investments",
    "financial-transactions", "fitness-levels", "flights-taken", "genders", "geographic-locations",
    "government-issued-ids", "health-data", "health-insurance-information", "historical-passwords", "hiv-statuses",
    "home-loan-information", "home-ownership-statuses", "homepage-urls", "imei-numbers", "imsi-numbers",
    "income-levels", "instant-messenger-identities", "ip-addresses", "job-applications", "job-titles", "living-costs",
    "loan-information", "login-histories", "mac-addresses", "marital-statuses", "mnemonic-phrases",
    "mothers-maiden-names", "names", "nationalities", "net-worths", "nicknames", "occupations", "parenting-plans",
    "partial-credit-card-data", "partial-dates-of-birth", "partial-government-issued-ids", "partial-phone-numbers",
    "passport-numbers", "password-hints", "password-strengths", "passwords", "payment-cards", "payment-histories",
    "payment-methods", "personal-descriptions", "personal-interests", "phone-numbers", "photos", "physical-addresses",
    "physical-attributes", "pins", "places-of-birth", "political-donations", "political-views", "private-messages",
    "professional-skills", "profile-photos", "purchases", "purchasing-habits", "races", "recovery-email-addresses",
    "relationship-statuses", "religions", "reward-program-balances", "salutations", "security-questions-and-answers",
    "sexual-fetishes", "sexual-orientations", "smoking-habits", "sms-messages", "social-connections",
    "social-media-profiles", "social-security-numbers", "spoken-languages", "spouses-names", "support-tickets",
    "survey-results", "taxation-records", "telecommunications-carrier", "time-zones", "travel-habits", "travel-plans",
    "user-statuses", "user-website-urls", "usernames", "utility-bills", "vehicle-details", "vehicle-plates",
    "warranty-claims", "website-activity", "work-habits", "years-of-birth", "years-of-professional-experience",
];

impl DataClass {
    /// Whether [`CLASSES`] has the class. Indexes may hold others: from older builds, or HIBP's newest ones.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        CLASSES.binary_search(&self.as_str()).is_ok()
    }

    /// The listed class for HIBP's term, as a slug: `vehicle-plates` for `licence-plates`.
    #[must_use]
    pub fn by_other_name(name: &str) -> Option<&'static str> {
        let is_so_called = |class: &&'static str| slug(&name_of(&Self::known(class))) == name;
        CLASSES.iter().copied().find(is_so_called)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::Kind;

    #[test]
    fn the_list_is_in_order_and_holds_what_identifiers_imply() {
        assert!(CLASSES.is_sorted_by(|one, other| one < other));
        for class in Kind::ALL.map(Kind::implied_class) {
            assert!(class.is_listed(), "{class}");
        }
    }

    #[test]
    fn a_term_of_hibp_stands_for_the_class_that_the_website_has_words_for() {
        for (term, class) in [
            ("licence-plates", "vehicle-plates"),
            ("credit-status-information", "credit-status"),
            ("family-members-names", "family-members"),
        ] {
            assert_eq!(DataClass::by_other_name(term), Some(class));
        }
        assert_eq!(DataClass::by_other_name("passwrods"), None);
    }
}
