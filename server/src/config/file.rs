//! Which settings are in the file? They replace the flags' defaults.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use toml::{Table, Value};

use super::{Command, CommandLine, ConfigError, OwnersSettings, Settings};
use crate::site::Operator;

/// Parses the command line, completed from the environment and from the file that it names.
///
/// A value of the file replaces the flag's default, so that one parser reads, checks and explains all three.
///
/// # Errors
/// [`ConfigError`] if the file cannot be read, is not TOML or has an unknown key, or if clap rejects the command line.
pub(crate) fn parse(arguments: &[OsString]) -> Result<CommandLine, ConfigError> {
    let first = read(CommandLine::command(), arguments)?;
    let Some(file) = settings_of(&first).and_then(|settings| settings.config.clone()) else {
        return Ok(first);
    };
    let mut defaults = defaults(&file)?;
    let operator = operator(&mut defaults, &file)?;
    let owners = owners(&mut defaults, &file)?;
    let command = with_defaults(CommandLine::command(), &defaults, &file)?.mut_subcommand(
        "check-config",
        |check| {
            with_defaults(check, &defaults, &file)
                .unwrap_or_else(|_| clap::Command::new("check-config"))
        },
    );
    let mut line = read(command, arguments)?;
    if let Some(settings) = settings_of_mut(&mut line) {
        settings.operator = operator;
        settings.owners = owners;
    }
    Ok(line)
}

/// Takes the table `[operator]` out of the defaults, since no flag has its form.
fn operator(defaults: &mut Table, file: &Path) -> Result<Option<Operator>, ConfigError> {
    let table = defaults.remove("operator");
    let operator = table.map(|table| Operator::read(&table)).transpose();
    operator.map_err(|source| ConfigError::Operator {
        path: file.to_owned(),
        source,
    })
}

/// Takes the table `[owners]` out of the defaults, for the same reason.
fn owners(defaults: &mut Table, file: &Path) -> Result<Option<OwnersSettings>, ConfigError> {
    let table = defaults.remove("owners");
    let owners = table.map(OwnersSettings::read).transpose();
    owners.map_err(|source| ConfigError::Owners {
        path: file.to_owned(),
        source,
    })
}

fn settings_of_mut(line: &mut CommandLine) -> Option<&mut Settings> {
    match &mut line.command {
        Some(Command::CheckConfig(settings)) => Some(settings.as_mut()),
        Some(Command::Completions { .. } | Command::Man(_) | Command::PushKeygen { .. }) => None,
        None => Some(&mut line.settings),
    }
}

/// Returns the settings of the given command, if it needs any.
fn settings_of(line: &CommandLine) -> Option<&Settings> {
    match &line.command {
        Some(Command::CheckConfig(settings)) => Some(settings.as_ref()),
        Some(Command::Completions { .. } | Command::Man(_) | Command::PushKeygen { .. }) => None,
        None => Some(&line.settings),
    }
}

fn read(command: clap::Command, arguments: &[OsString]) -> Result<CommandLine, ConfigError> {
    let matches: ArgMatches = command.try_get_matches_from(arguments)?;
    Ok(CommandLine::from_arg_matches(&matches)?)
}

fn defaults(file: &Path) -> Result<Table, ConfigError> {
    let text = fs::read_to_string(file).map_err(|source| ConfigError::File {
        path: file.to_owned(),
        source,
    })?;
    text.parse().map_err(|source| ConfigError::Toml {
        path: file.to_owned(),
        source: Box::new(source),
    })
}

fn with_defaults(
    mut command: clap::Command,
    defaults: &Table,
    file: &Path,
) -> Result<clap::Command, ConfigError> {
    for (key, value) in defaults {
        let setting = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(key) && key != "config")
            .map(|argument| argument.get_id().clone());
        let (Some(setting), Some(values)) = (setting, texts(value)) else {
            return Err(ConfigError::Key {
                path: file.to_owned(),
                key: key.clone(),
            });
        };
        command = command.mut_arg(setting, |argument| argument.default_values(values));
    }
    Ok(command)
}

/// Returns the texts that would follow the flag on a command line.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Boolean(flag) => Some(vec![flag.to_string()]),
        Value::Array(values) => values
            .iter()
            .map(texts)
            .collect::<Option<Vec<_>>>()
            .map(|lists| lists.concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "[operator]\nname = 'N'\naddress = 'https://tekser.example'\ncontact = 'tel:1414'\nlog-retention = '7'\nlegal-basis = '94-V'\n";

    fn parsed(text: &str, words: &[&str]) -> Result<CommandLine, ConfigError> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("server.toml");
        fs::write(&file, text).expect("written");
        let file = file.to_string_lossy();
        let given = [&["tekser-server"], words, &["--config", &file]].concat();
        parse(&given.into_iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn who_runs_the_site_is_known_to_a_start_and_to_a_check() {
        for words in [&[][..], &["check-config"]] {
            let text = format!("role = 'ranges'\n{TABLE}");
            let line = parsed(&text, words).expect("settings");
            let settings = settings_of(&line).expect("settings");
            let operator = settings.operator.as_ref().expect("an operator");
            assert_eq!(operator.contact, "tel:1414");
            assert_eq!(settings.role, super::super::Role::Ranges);
        }
    }

    #[test]
    fn a_table_that_does_not_say_it_is_refused_with_its_file() {
        let error = parsed(&TABLE.replace("tel:", "call "), &[]).err();
        let error = error.expect("a refusal");
        assert!(matches!(error, ConfigError::Operator { .. }), "{error}");
        assert!(error.to_string().contains("server.toml"));
    }

    #[test]
    fn an_operator_without_a_website_is_refused() {
        let text = format!("index = 'i'\nkey = 'k'\n{TABLE}");
        let line = parsed(&text, &[]).expect("settings");
        let error = line.settings.check().err().expect("a refusal");
        assert!(matches!(error, ConfigError::OperatorWithoutSite), "{error}");
    }

    const OWNERS: &str = "index = 'i'\nkey = 'k'\noffline-key = 'o'\nclient-secret = 'c'\nsite = 's'\n[owners]\naddress = 'https://owners.example'\nissuer = 'https://provider.example'\nclient-id = 'c'\naudit = 'a'\n[owners.claims]\niin = 'iin'\n";

    fn checked(text: &str) -> Result<crate::config::Config, ConfigError> {
        parsed(text, &[]).and_then(|line| line.settings.check())
    }

    #[test]
    fn what_serves_owners_serves_nothing_public() {
        let config = checked(&format!("role = 'owners'\n{OWNERS}")).ok();
        let config = config.expect("settings that fit together");
        assert!(
            config
                .owners
                .is_some_and(|owners| owners.offline_key.ends_with("o"))
        );
        assert!(config.index.is_none() && config.evaluator.is_none());
        for public in [
            "passwords = 'p'",
            "public-log = 'p'",
            "push-key = 'p'",
            "limits = 'redis://localhost/0'",
            "retrieve = true",
            "allow-origin = '*'",
            "index-cache = 'c'",
            "owners-address = 'https://owners.example'",
        ] {
            let error = checked(&format!("role = 'owners'\n{public}\n{OWNERS}")).err();
            let error = error.expect("a refusal");
            assert!(
                matches!(error, ConfigError::PublicOwners { .. }),
                "{public}: {error}"
            );
        }
    }

    #[test]
    fn no_other_role_takes_what_opens_the_sealed_file_and_owners_need_all_of_it() {
        let error = checked(&format!("role = 'all'\n{OWNERS}")).err();
        assert!(matches!(error, Some(ConfigError::OwnersWithoutRole)));
        for secret in ["offline-key = 'o'", "client-secret = 'c'"] {
            let error = checked(&format!("index = 'i'\nkey = 'k'\n{secret}\n")).err();
            assert!(
                matches!(error, Some(ConfigError::Forbidden { .. })),
                "{secret}"
            );
        }
        for lacking in [
            "index = 'i'\n",
            "\nkey = 'k'",
            "offline-key = 'o'",
            "client-secret = 'c'",
            "site = 's'",
        ] {
            let text = format!("role = 'owners'\n{}", OWNERS.replace(lacking, ""));
            let error = checked(&text).err().expect("a refusal");
            assert!(
                matches!(error, ConfigError::Lacking { role: "owners", .. }),
                "{lacking}: {error}"
            );
        }
        let (without, _) = OWNERS.split_once("[owners]").expect("a table");
        let error = checked(&format!("role = 'owners'\n{without}")).err();
        assert!(matches!(
            error,
            Some(ConfigError::Lacking { role: "owners", .. })
        ));
        let wrong = OWNERS.replace("https://provider", "http://provider");
        let error = checked(&format!("role = 'owners'\n{wrong}")).err();
        assert!(matches!(error, Some(ConfigError::Owners { .. })));
    }
}
