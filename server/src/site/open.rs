//! Which files make up the website? A folder, opened and checked once.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use actix_web::http::header::{HeaderValue, InvalidHeaderValue};

use super::leaks::LeakPages;
use super::places::{OF_LEAKS, OF_OWNERS, SiteFacts, unknown_name};
use super::template::{Escaping, Template, TemplateError};
use super::{HASHED, HTML, OWNERS, Policies, Site, media_type, spelling};
use crate::content::Asset;
use crate::content::LANGUAGES;
use crate::observe::causes;

/// More bytes than such a website has; this detects a wrong folder.
const MAX_BYTES: u64 = 64 << 20;
/// The one hidden folder that is served (RFC 8615).
const WELL_KNOWN: &str = ".well-known";
/// Path of the page for what is not found.
const NOT_FOUND: &str = "404";

/// Why a folder cannot be used as a website.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SiteError {
    /// A file cannot be read.
    #[error("cannot read the website at {path}")]
    Io {
        /// Path of the file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// There is no page for a language.
    #[error("{path} is not a website: it has no {page}; `npm run build` in server/web makes one")]
    NoPage {
        /// Path of the folder.
        path: PathBuf,
        /// Name of the page.
        page: String,
    },
    /// The folder holds far too much.
    #[error("{path} holds more than 64 MiB: name the folder of the website")]
    TooLarge {
        /// Path of the folder.
        path: PathBuf,
    },
    /// A page has a section that does not close.
    #[error("{path} cannot be filled in: {reason}")]
    Template {
        /// Path of the page.
        path: PathBuf,
        /// The cause.
        reason: String,
    },
    /// A page has a placeholder that this server does not know.
    #[error(
        "{path} has the placeholder {name}, which this server does not know: use website and server of the same version"
    )]
    Place {
        /// Path of the page.
        path: PathBuf,
        /// Name of the placeholder.
        name: String,
    },
    /// A URL cannot be part of a header.
    #[error(
        "a URL of an evaluator or retrieval server has a character that an HTTP header cannot hold: check --evaluator and \
         --retrieval-server"
    )]
    Policy(#[from] InvalidHeaderValue),
}

impl Site {
    /// Reads all files below `folder`, except hidden ones other than `.well-known` and links that lead elsewhere,
    /// and fills in `facts`. Pages may ask this server and the origins `elsewhere`, those of evaluators and retrieval
    /// servers.
    ///
    /// # Errors
    /// [`SiteError`] if the folder cannot be read, is not a website, or has placeholders that cannot be filled.
    pub(crate) fn open(
        folder: &Path,
        elsewhere: &[String],
        facts: SiteFacts,
    ) -> Result<Self, SiteError> {
        let mut files = HashMap::new();
        let mut owners = HashMap::new();
        let mut leak_templates = [const { None }; LANGUAGES.len()];
        let mut bytes = 0;
        for path in files_below(folder)? {
            let body = read(&path, folder, &mut bytes)?;
            let name = url_path(&path, folder);
            if let Some(place) = language_of_leak_page(&name) {
                leak_templates[place] = Some(template(&path, &body, &OF_LEAKS)?);
            } else if let Some(page) = owners_page(&name) {
                owners.insert(page.to_owned(), template(&path, &body, &OF_OWNERS)?);
            } else if let Some((name, file)) = filled(&path, name, body, &facts)? {
                files.insert(name, file);
            }
        }
        let site = Self {
            not_found: files.remove(NOT_FOUND),
            files,
            operator: facts.operator.clone(),
            leaks: LeakPages::new(leak_templates, facts),
            owners,
            policies: policies(elsewhere)?,
        };
        site.check(folder)?;
        Ok(site)
    }

    /// Adds the assets of an earlier version of the website, for pages that were loaded from it. If it cannot be read,
    /// that is reported: this website needs none of it.
    pub(crate) fn add_assets(&mut self, folder: &Path) {
        if let Err(error) = self.try_add_assets(folder) {
            tracing::error!(
                "the assets of an earlier website are not served: {}",
                causes(&error)
            );
        }
    }

    fn try_add_assets(&mut self, folder: &Path) -> Result<(), SiteError> {
        let mut bytes = 0;
        for path in files_below(folder)? {
            let name = url_path(&path, folder);
            if !name.starts_with(HASHED) || self.files.contains_key(&name) {
                continue;
            }
            let body = read(&path, folder, &mut bytes)?;
            let asset = Asset::new(media_type::of(&path), body);
            self.files.insert(name, asset);
        }
        Ok(())
    }

    fn check(&self, folder: &Path) -> Result<(), SiteError> {
        let missing = LANGUAGES
            .into_iter()
            .find(|language| !self.files.contains_key(*language));
        match missing {
            Some(language) => Err(SiteError::NoPage {
                path: folder.to_owned(),
                page: format!("{language}/index.html"),
            }),
            None => Ok(()),
        }
    }
}

/// Returns the index in [`LANGUAGES`] of the page that is filled in for each leak, if this is one.
fn language_of_leak_page(name: &str) -> Option<usize> {
    let language = name.strip_suffix("/leak.html")?;
    LANGUAGES.iter().position(|one| *one == language)
}

/// Returns the path of a page for owners of sealed leaks, if this is one. Public servers show none of them.
fn owners_page(name: &str) -> Option<&str> {
    let path = name.strip_suffix(".html")?;
    let (language, page) = path.split_once('/')?;
    (LANGUAGES.contains(&language) && page.starts_with(OWNERS)).then_some(path)
}

/// Returns a file under its path, with its placeholders filled; `None` if it becomes empty, as a sitemap does without
/// an address.
fn filled(
    path: &Path,
    name: String,
    body: Vec<u8>,
    facts: &SiteFacts,
) -> Result<Option<(String, Asset)>, SiteError> {
    let media_type = media_type::of(path);
    let escaping = match media_type {
        HTML | "application/xml" => Escaping::Markup,
        _ if name == "robots.txt" => Escaping::None,
        _ => return Ok(Some((name, Asset::new(media_type, body)))),
    };
    let language = name.split('/').next().unwrap_or_default();
    let language = LANGUAGES.into_iter().find(|one| *one == language);
    let values = facts.values(language.unwrap_or(LANGUAGES[0]));
    let text = template(path, &body, &[])?.fill(&values, escaping);
    let name = if media_type == HTML {
        spelling(&name)
    } else {
        &name
    };
    Ok((!text.is_empty()).then(|| (name.to_owned(), Asset::new(media_type, text))))
}

fn template(path: &Path, body: &[u8], prefixes: &[&str]) -> Result<Template, SiteError> {
    let unfit = |reason: String| SiteError::Template {
        path: path.to_owned(),
        reason,
    };
    let text = std::str::from_utf8(body).map_err(|error| unfit(error.to_string()))?;
    let template =
        Template::parse(text).map_err(|error: TemplateError| unfit(error.to_string()))?;
    match unknown_name(&template, prefixes) {
        Some(name) => Err(SiteError::Place {
            path: path.to_owned(),
            name,
        }),
        None => Ok(template),
    }
}

fn policies(elsewhere: &[String]) -> Result<Policies, InvalidHeaderValue> {
    let origins: String = elsewhere
        .iter()
        .map(|origin| format!(" {origin}"))
        .collect();
    Ok(Policies {
        pages: policy(&format!("connect-src 'self'{origins}; "))?,
        files: policy("")?,
    })
}

/// Makes a policy; whatever it does not name comes from this server.
fn policy(connect: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    format!(
        "default-src 'self'; {connect}base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    .parse()
}

/// Reads a file of a website; `bytes` counts what was read of the website so far.
fn read(path: &Path, folder: &Path, bytes: &mut u64) -> Result<Vec<u8>, SiteError> {
    let body = fs::read(path).map_err(io_error(path))?;
    *bytes += body.len() as u64;
    if *bytes > MAX_BYTES {
        let path = folder.to_owned();
        return Err(SiteError::TooLarge { path });
    }
    Ok(body)
}

/// Lists the files below a folder. Links are followed as long as they stay below it, as in a ConfigMap of Kubernetes:
/// all lead into a hidden folder.
fn files_below(top: &Path) -> Result<Vec<PathBuf>, SiteError> {
    let root = fs::canonicalize(top).map_err(io_error(top))?;
    let mut files = Vec::new();
    let mut folders = vec![top.to_owned()];
    let mut seen = HashSet::from([root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(io_error(&folder))? {
            let entry = entry.map_err(io_error(&folder))?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") && name != WELL_KNOWN {
                continue;
            }
            let path = entry.path();
            // A link that leads nowhere is not a file.
            let Ok(real) = fs::canonicalize(&path) else {
                continue;
            };
            if !real.starts_with(&root) {
                continue;
            }
            if real.is_file() {
                files.push(path);
            } else if real.is_dir() && seen.insert(real) {
                folders.push(path);
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
