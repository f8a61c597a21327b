//! What does the report say in English?

use exposure_index::breach::Status;
use exposure_index::identifier::Kind;

use super::{
    Combinations, Heads, Kinds, Leaks, Newness, Overlaps, Part, Quality, Severities, SeverityTexts,
    Texts, Totals, Warnings,
};
use crate::analysis::Severity;

pub(super) static TEXTS: Texts = Texts {
    title: "Leaked personal data: what the index holds",
    generation: |generation, day| format!("Index {generation} of {day} (UTC)"),
    for_staff: "For staff only: with sensitive leaks and with small counts.",
    for_public: |least| {
        format!(
            "For publication: without sensitive leaks. An asterisk (*) stands for counts from 1 to {} and for others that would reveal them.",
            least - 1
        )
    },
    what_is_counted: "What is counted are different identifiers: IINs, phone numbers, e-mail addresses and so on, each once, however often it occurs. They are not people: one person has several. Identifiers recovered from rejected rows count as the others do.",
    contents: "Contents",
    figures_behind: "The figures",
    download: "Download as CSV",
    no_leaks: "There is nothing to show: the index holds no identifier.",
    footer: "Made by tekser-indexer from counts alone: no identifier and no value of a dump is in this file.",
    heads: Heads {
        leak: "Leak",
        date: "Date",
        status: "Status",
        sensitive: "sensitive",
        claimed: "Records as claimed",
        kind: "Kind",
        identifiers: "Identifiers",
        share: "Share",
        new: "New",
        share_of_new: "New, share",
        known_before: "Known before",
        number_of_leaks: "Leaks",
        combination: "Leaks together",
        first: "Earlier leak",
        second: "Later leak",
        common: "In both",
        of_either: "Of those in either",
        of_first: "Of the earlier",
        of_second: "Of the later",
        level: "Level",
        measured: "By what leaked",
        rows: "Rows",
        rejected: "Rejected",
        share_of_rejected: "Rejected, share",
        invalid_cells: "Invalid cells",
        recovered: "Recovered identifiers",
        truncated: "Files cut off",
    },
    kind,
    status,
    severity,
    totals: Totals {
        heading: "In figures",
        identifiers: "different identifiers",
        leaks: "leaks",
        sensitive: "of them sensitive",
        claimed: "records as claimed",
        rows: "rows read from the dumps",
        rejected: "of them rejected",
    },
    timeline: Part {
        heading: "When the leaks happened",
        lead: "The larger the circle, the more identifiers a leak holds. A bar spans the year or the month where no more is known of the date.",
        picture: "A line for each leak, in order of date, with a circle at its date whose area is its number of identifiers.",
    },
    kinds: Kinds {
        part: Part {
            heading: "What leaked: identifiers by kind",
            lead: "Each identifier is counted once, in however many leaks it is.",
            picture: "A bar for each kind of identifier; its length is their number.",
        },
        by_leak: "Identifiers of each leak by kind",
    },
    breaches: Part {
        heading: "Leaks by size and status",
        lead: "The largest come first. Status says how sure it is that a leak is what it claims to be; the darker the bar, the surer.",
        picture: "A bar for each leak, the largest first; its length is its number of identifiers. Its status stands below its name.",
    },
    newness: Newness {
        part: Part {
            heading: "What each leak added",
            lead: "In order of date: what no earlier leak held, and what was known before. A leak with little in it that is new may have been put together from earlier ones. A leak of which only the year is known counts as the first of that year.",
            picture: "A bar for each leak in order of date, divided into new identifiers and those that an earlier leak held.",
        },
        new: "new",
        known_before: "in an earlier leak",
        latest: |title, share| format!("Of the latest leak, “{title}”, {share} was new."),
    },
    by_number: Part {
        heading: "In how many leaks",
        lead: "How many identifiers are in exactly one leak, in two, in three and so on.",
        picture: "A bar for each number of leaks; its length is the number of identifiers that are in exactly that number.",
    },
    combinations: Combinations {
        part: Part {
            heading: "Which leaks share identifiers",
            lead: "Each line stands for the identifiers that are in exactly the leaks with a dot, and in no other.",
            picture: "UpSet plot: a column for each leak, a line for each combination with dots at its leaks, and a bar for the number of identifiers in it.",
        },
        others: |combinations, identifiers| {
            format!(
                "Not shown are the other combinations ({combinations}), with {identifiers} identifiers together."
            )
        },
        other: "all other combinations",
    },
    overlaps: Overlaps {
        part: Part {
            heading: "How much one leak holds of another",
            lead: "Per cent of the line's identifiers that are in the column's leak as well: the darker, the more. The largest leaks are compared, up to twenty.",
            picture: "Heat map: in line and column the leaks, in each field the share of the line's identifiers that the column's leak holds as well.",
        },
        too_few: "There are no two leaks to compare.",
        without_common: "Pairs with nothing in common are left out.",
    },
    severities: Severities {
        part: Part {
            heading: "How grave it is",
            lead: "Each identifier is at the gravest level that fits, by what leaked together with it: in one leak, and in all leaks together, since an owner of all of them can join them.",
            picture: "Two bars for each level of severity: by one leak, and by all leaks joined; their length is the number of identifiers.",
        },
        in_one: "in one leak",
        joined: "all leaks joined",
    },
    quality: Quality {
        part: Part {
            heading: "How well the dumps could be read",
            lead: "Rejected rows could not be read as the dump's other rows; identifiers that stood out in them were recovered. Invalid cells held no identifier of their column's kind. All rows count, whether for publication or not: they are not people.",
            picture: "A bar for each leak; its length is the share of its rows that were rejected.",
        },
        invalid: "Invalid cells of each leak by kind",
    },
    leaks: Leaks {
        heading: "The leaks",
        source: "Source",
    },
    warnings: Warnings {
        heading: "Warning lists",
        lead: "Lists of numbers, sites, companies, wallets and accounts that others warn of. They are in no figure above.",
        publisher: "Publisher",
        legal_basis: "Legal basis",
        appeal: "An entry is contested at",
        entries: "Entries",
    },
};

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Iin => "IIN",
        Kind::Phone => "Phone",
        Kind::Email => "E-mail",
        Kind::IdCard => "ID card",
        Kind::Passport => "Passport",
        Kind::Iban => "Bank account (IBAN)",
        Kind::Card => "Bank card",
        Kind::Plate => "Number plate",
        Kind::Login => "Login",
        Kind::Site => "Website",
        Kind::Company => "Company (BIN)",
        Kind::Wallet => "Crypto wallet",
        Kind::Handle => "Messenger account",
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Confirmed => "Confirmed",
        Status::Reported => "Reported",
        Status::Unverified => "Unverified",
        Status::Fabricated => "Fabricated",
    }
}

const fn severity(level: Severity) -> SeverityTexts {
    match level {
        Severity::Critical => SeverityTexts {
            name: "Critical",
            rule: "IIN, ID card or passport with name, phone and address or date of birth; password or EDS key with e-mail, phone, login or IIN; bank account or card with name and phone.",
        },
        Severity::High => SeverityTexts {
            name: "High",
            rule: "IIN, ID card or passport with name; health, family, income or credit with IIN, name or phone; password or EDS key; bank account or card.",
        },
        Severity::Medium => SeverityTexts {
            name: "Medium",
            rule: "Phone or e-mail with name, address, employer or date of birth.",
        },
        Severity::Low => SeverityTexts {
            name: "Low",
            rule: "Anything else.",
        },
    }
}
