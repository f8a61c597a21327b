use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use actix_web::http::header::{HeaderValue, InvalidHeaderValue};

use super::{Site, media_type};
use crate::content::Asset;

/// More than a website of this kind has; a wrong folder is noticed by it.
const MAX_BYTES: u64 = 64 << 20;

/// Why a folder does not do as a website.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// A file cannot be read.
    #[error("cannot read the website at {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// There is no page for a language.
    #[error("{path} is no website: it has no {page}; `npm run build` in server/web makes one")]
    NoPage {
        /// The folder.
        path: PathBuf,
        /// The page.
        page: String,
    },
    /// There is far too much in it.
    #[error("{path} holds more than 64 MiB: is it the website's folder?")]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
    /// An evaluator's URL cannot stand in a header.
    #[error("the evaluators' URLs cannot stand in a content security policy")]
    Policy(#[from] InvalidHeaderValue),
}

impl Site {
    /// Reads all files below `folder`, but for hidden ones and what links lead to. Pages may ask this server and the
    /// `evaluators`, which are origins.
    ///
    /// # Errors
    /// [`SiteError`] if it cannot be read or is no website.
    pub fn open(folder: &Path, evaluators: &[String]) -> Result<Self, SiteError> {
        let mut files = HashMap::new();
        let mut bytes = 0;
        for path in files_below(folder)? {
            let body = fs::read(&path).map_err(io_error(&path))?;
            bytes += body.len() as u64;
            if bytes > MAX_BYTES {
                return Err(SiteError::TooLarge {
                    path: folder.to_owned(),
                });
            }
            files.insert(
                url_path(&path, folder),
                Asset::new(media_type::of(&path), body),
            );
        }
        let site = Self {
            files,
            policy: policy(evaluators)?,
        };
        site.check(folder)?;
        Ok(site)
    }

    fn check(&self, folder: &Path) -> Result<(), SiteError> {
        let missing = super::LANGUAGES
            .into_iter()
            .find(|language| self.file(language).is_none());
        match missing {
            Some(language) => Err(SiteError::NoPage {
                path: folder.to_owned(),
                page: format!("{language}/index.html"),
            }),
            None => Ok(()),
        }
    }
}

/// What pages may load and whom they may ask: this server, and the evaluators elsewhere.
fn policy(evaluators: &[String]) -> Result<HeaderValue, InvalidHeaderValue> {
    let connect: String = evaluators
        .iter()
        .map(|origin| format!(" {origin}"))
        .collect();
    format!(
        "default-src 'self'; connect-src 'self'{connect}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    .parse()
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, SiteError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(io_error(&folder))? {
            let entry = entry.map_err(io_error(&folder))?;
            let kind = entry.file_type().map_err(io_error(&folder))?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            match (is_hidden, kind.is_dir(), kind.is_file()) {
                (false, true, _) => folders.push(entry.path()),
                (false, _, true) => files.push(entry.path()),
                _ => (),
            }
        }
    }
    Ok(files)
}

fn url_path(file: &Path, folder: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    |source| SiteError::Io { path, source }
}
