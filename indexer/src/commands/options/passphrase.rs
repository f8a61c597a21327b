use std::path::{Path, PathBuf};

use clap::Args;
use exposure_index::secret::Passphrase;
use rpassword::prompt_password;
use zeroize::Zeroizing;

use crate::commands::output;

/// Options that open secret files that are encrypted with a passphrase.
#[derive(Args, Clone)]
pub(in crate::commands) struct PassphraseOption {
    /// File whose first line is the passphrase, readable only by its owner; without it, the program asks at the
    /// terminal when it needs one.
    #[arg(long, value_name = "FILE", env = "TEKSER_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseOption {
    /// Returns whether a passphrase is given without a prompt; new files are then encrypted with it.
    pub(in crate::commands) const fn is_given(&self) -> bool {
        self.passphrase_file.is_some()
    }

    /// Returns the passphrase of an encrypted file, or why there is none.
    pub(in crate::commands) fn ask(&self, file: &Path) -> Result<Passphrase, String> {
        match &self.passphrase_file {
            Some(path) => from_file(path),
            None => from_terminal(&format!("passphrase of {}: ", file.display())),
        }
    }

    /// Asks for the passphrase of a new file, twice, since a mistake would lose the file's content.
    pub(in crate::commands) fn ask_new(&self, file: &Path) -> Result<Passphrase, String> {
        if let Some(path) = &self.passphrase_file {
            return from_file(path);
        }
        let once = from_terminal(&format!("new passphrase of {}: ", file.display()))?;
        let again = from_terminal("the same again: ")?;
        match once.expose() == again.expose() {
            true => Ok(once),
            false => Err("the two passphrases differ; try again".to_owned()),
        }
    }
}

fn from_file(path: &Path) -> Result<Passphrase, String> {
    let passphrase = Passphrase::from_file(path).map_err(|error| error.to_string())?;
    passphrase.ok_or_else(|| format!("the first line of {} is empty", path.display()))
}

fn from_terminal(prompt: &str) -> Result<Passphrase, String> {
    let typed = prompt_password(output::visible(prompt)).map_err(|_| {
        "there is no terminal to ask for it; name a file that holds it with --passphrase-file"
            .to_owned()
    })?;
    Passphrase::new(Zeroizing::new(typed)).ok_or_else(|| "nothing was typed".to_owned())
}
