//! Which domains and top-level domains do people in Kazakhstan write to?

/// The most frequent domains; a near miss of one of these is most likely a slip.
pub(super) const DOMAINS: [&str; 16] = [
    "gmail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.kz",
    "yandex.com",
    "inbox.ru",
    "list.ru",
    "icloud.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "rambler.ru",
    "mail.kz",
    "googlemail.com",
    "protonmail.com",
    "internet.ru",
];

/// Domains that exist though they are near misses.
pub(super) const NEIGHBOURS: [&str; 14] = [
    "mail.com",
    "email.com",
    "ymail.com",
    "gmx.com",
    "yandex.by",
    "yandex.ua",
    "yandex.uz",
    "mail.kg",
    "mail.uz",
    "hotmail.ru",
    "live.ru",
    "live.com",
    "bk.ru",
    "ya.ru",
];

/// The ends of domains of more than two letters.
const ENDS: [&str; 17] = [
    "com", "net", "org", "info", "biz", "edu", "gov", "pro", "name", "online", "site", "xyz",
    "club", "app", "dev", "store", "tech",
];

/// The second letters of countries' top-level domains, for each first letter.
const COUNTRIES: [(char, &str); 20] = [
    ('a', "emtuz"),
    ('b', "eryz"),
    ('c', "achnoz"),
    ('d', "ek"),
    ('e', "esu"),
    ('f', "ir"),
    ('g', "e"),
    ('h', "ku"),
    ('i', "loqnrst"),
    ('j', "p"),
    ('k', "grz"),
    ('l', "tv"),
    ('m', "dekny"),
    ('n', "loz"),
    ('p', "klt"),
    ('r', "osu"),
    ('s', "aegiku"),
    ('t', "hjmrvw"),
    ('u', "aksz"),
    ('v', "n"),
];

/// Whether a domain's last label is one that people write to, or is of another script.
pub(super) fn is_usual_end(end: &str) -> bool {
    let is_of_country = || {
        let mut letters = end.chars();
        let pair = (letters.next(), letters.next(), letters.next());
        let (Some(first), Some(second), None) = pair else {
            return false;
        };
        COUNTRIES
            .iter()
            .any(|(letter, seconds)| *letter == first && seconds.contains(second))
    };
    let is_encoded = || {
        end.strip_prefix("xn--")
            .is_some_and(|rest| !rest.is_empty())
    };
    ENDS.contains(&end) || is_of_country() || is_encoded()
}
