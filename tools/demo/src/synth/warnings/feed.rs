use std::fs;
use std::io::{self, Write};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::SynthError;
use super::super::sink::Sink;
use super::WarningPlan;
use super::entry::Entry;
use super::value::{Values, WarnedKind};

/// Days for which an entry of every list holds.
pub(super) const VALID_FOR: u32 = 180;

/// A list, before anything is written of it.
pub(super) struct Feed {
    pub(super) id: &'static str,
    /// Keeps the decisions about its entries apart from those of others.
    pub(super) purpose: [u8; 8],
    /// In kk, ru and en.
    title: [&'static str; 3],
    pub(super) kinds: &'static [WarnedKind],
    /// The first one is that of the list, for entries that name none.
    pub(super) reasons: &'static [&'static str],
    file: &'static str,
    /// The file's entry in `breach.toml`.
    layout: &'static str,
    text: fn(&[Entry], &Values) -> String,
}

/// One list in each form that publishers use.
pub(super) const FEEDS: [Feed; 5] = [
    Feed {
        id: "calls-2026",
        purpose: *b"calls...",
        title: [
            "Алаяқтық қоңыраулар",
            "Мошеннические звонки",
            "Fraudulent calls",
        ],
        kinds: &[WarnedKind::Phone],
        reasons: &["fraud-call", "spoofed-number"],
        file: "calls.csv",
        layout: include_str!("calls.toml"),
        text: calls,
    },
    Feed {
        id: "companies-2026",
        purpose: *b"company.",
        title: [
            "Қаржы пирамидалары",
            "Финансовые пирамиды",
            "Financial pyramids",
        ],
        kinds: &[WarnedKind::Company, WarnedKind::Handle],
        reasons: &["financial-pyramid"],
        file: "companies.csv",
        layout: include_str!("companies.toml"),
        text: companies,
    },
    Feed {
        id: "indicators-2026",
        purpose: *b"stix....",
        title: [
            "Алаяқтар белгілері",
            "Признаки мошенников",
            "Indicators of fraud",
        ],
        kinds: &[
            WarnedKind::Wallet,
            WarnedKind::Handle,
            WarnedKind::Email,
            WarnedKind::Site,
        ],
        reasons: &["fraud-wallet"],
        file: "bundle.json",
        layout: include_str!("indicators.toml"),
        text: bundle,
    },
    Feed {
        id: "mules-2026",
        purpose: *b"misp....",
        title: [
            "Дропперлер шоттары",
            "Счета дропперов",
            "Accounts of money mules",
        ],
        kinds: &[
            WarnedKind::Iban,
            WarnedKind::Card,
            WarnedKind::Phone,
            WarnedKind::Wallet,
        ],
        reasons: &["mule-account"],
        file: "event.json",
        layout: include_str!("mules.toml"),
        text: event,
    },
    Feed {
        id: "sites-2026",
        purpose: *b"sites...",
        title: ["Жалған сайттар", "Поддельные сайты", "Fake websites"],
        kinds: &[WarnedKind::Site],
        reasons: &["phishing-site"],
        file: "domains.json",
        layout: include_str!("sites.toml"),
        text: domains,
    },
];

impl Feed {
    pub(super) fn write(
        &self,
        folder: &Path,
        entries: &[Entry],
        values: &Values,
        plan: WarningPlan,
    ) -> Result<(), SynthError> {
        let mut sink = Sink::create(&folder.join(self.file))?;
        sink.write_all((self.text)(entries, values).as_bytes())?;
        sink.finish()?;
        let path = folder.join("breach.toml");
        let description = self.description(plan);
        fs::write(&path, description).map_err(|source| SynthError::Create { path, source })
    }

    fn description(&self, plan: WarningPlan) -> String {
        let [kk, ru, en] = self.title;
        let title = format!("kk = {kk:?}\nru = {ru:?}\nen = {en:?}\n");
        format!(
            "id = {:?}\ntype = \"warning\"\ndate = \"{}\"\nadded = \"2026-01-01\"\n\
             source = \"https://example.org/lists\"\nappeal = \"https://example.org/appeal\"\n\
             valid_for = {VALID_FOR}\nreasons = [{:?}]\n[title]\n{title}[summary]\n{title}\
             {}[[file]]\npath = {:?}\n{}",
            self.id,
            plan.day,
            self.reasons[0],
            include_str!("publisher.toml"),
            self.file,
            self.layout,
        )
    }
}

/// Text with a header, with a word for the reason, none for the usual one.
fn calls(entries: &[Entry], values: &Values) -> String {
    let mut text = "number;why;inserted;removed\n".to_owned();
    for entry in entries {
        let why = ["", "подмена"][entry.reason];
        let until = entry.until.map_or(String::new(), russian);
        let value = values.printed(entry.listed);
        text.push_str(&format!("{value};{why};{};{until}\n", russian(entry.since)));
    }
    text
}

/// A column for each kind, one of which is empty.
fn companies(entries: &[Entry], values: &Values) -> String {
    let mut text = "bin,account,since,until\n".to_owned();
    for entry in entries {
        let value = values.printed(entry.listed);
        let (bin, account) = match entry.listed.kind {
            WarnedKind::Company => (value.as_str(), ""),
            _ => ("", value.as_str()),
        };
        let until = entry.until.map_or(String::new(), |day| day.to_string());
        text.push_str(&format!("{bin},{account},{},{until}\n", entry.since));
    }
    text
}

/// A bundle of STIX 2.1.
fn bundle(entries: &[Entry], values: &Values) -> String {
    let objects = entries.iter().map(|entry| {
        let mut indicator = json!({
            "type": "indicator", "spec_version": "2.1", "pattern_type": "stix",
            "pattern": pattern(entry, values), "valid_from": format!("{}T00:00:00Z", entry.since),
        });
        if let Some(until) = entry.until {
            indicator["valid_until"] = format!("{until}T00:00:00Z").into();
        }
        indicator
    });
    json!({ "type": "bundle", "id": "bundle--1", "objects": objects.collect::<Value>() })
        .to_string()
}

fn pattern(entry: &Entry, values: &Values) -> String {
    let value = values.printed(entry.listed);
    let path = match entry.listed.kind {
        WarnedKind::Wallet => "cryptocurrency-wallet:address",
        WarnedKind::Email => "email-addr:value",
        WarnedKind::Site if !value.contains('/') => "domain-name:value",
        _ => "url:value",
    };
    format!("[{path} = '{value}']")
}

/// An event of MISP; what is removed is not for detection any more.
fn event(entries: &[Entry], values: &Values) -> String {
    let attributes = entries.iter().map(|entry| {
        let attribute = match entry.listed.kind {
            WarnedKind::Iban => "iban",
            WarnedKind::Card => "cc-number",
            WarnedKind::Phone => "phone-number",
            _ => "btc",
        };
        json!({
            "type": attribute, "value": values.printed(entry.listed), "to_ids": entry.until.is_none(),
            "timestamp": seconds(entry.since).to_string(),
        })
    });
    json!({ "Event": { "info": "Example", "Attribute": attributes.collect::<Value>() } })
        .to_string()
}

/// A list of domains with the days on which each was inserted and removed.
fn domains(entries: &[Entry], values: &Values) -> String {
    let domains = entries.iter().map(|entry| {
        let until = entry.until.map(|day| format!("{day}T10:00:00"));
        json!({
            "DomainAddress": values.printed(entry.listed), "InsertDate": format!("{}T10:00:00", entry.since),
            "DeleteDate": until,
        })
    });
    let domains: Vec<String> = domains.map(|domain| domain.to_string()).collect();
    format!("[\n{}\n]\n", domains.join(",\n"))
}

fn russian(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// Seconds since 1970 at the beginning of the day.
fn seconds(day: Date) -> i64 {
    let begin = day.to_zoned(TimeZone::UTC).map_err(io::Error::other);
    begin.map_or(0, |begin| begin.timestamp().as_second())
}
