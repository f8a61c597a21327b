use std::fs::File;
use std::io::{self, Read};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::PublicFile;

/// The object with the digests of a generation's files.
pub(super) const SHA256SUMS: &str = "SHA256SUMS";
/// More than three lines.
pub(super) const MAX_LENGTH: u64 = 1024;
/// Separator of digest and name in `sha256sum`'s format.
const SEPARATOR: &str = "  ";

/// SHA-256 of a file.
pub(super) type Digest = [u8; 32];

/// The digests of a generation's files, as far as it has them. `sha256sum --check SHA256SUMS` checks the same.
///
/// Digests are kept, and nothing is read back to compare it, since reading a file costs as much as sending it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digests(Vec<(PublicFile, Digest)>);

impl Digests {
    pub(super) fn of(&self, file: PublicFile) -> Option<Digest> {
        let found = self.0.iter().find(|(one, _)| *one == file);
        found.map(|(_, digest)| *digest)
    }

    /// Parses the digests in `text`, if it holds nothing else: at most one line for each known file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut digests = Self::default();
        for line in text.lines() {
            let (digest, name) = line.split_once(SEPARATOR)?;
            let file = PublicFile::named(name)?;
            let digest = HEXLOWER.decode(digest.as_bytes()).ok()?.try_into().ok()?;
            if digests.of(file).is_some() {
                return None;
            }
            digests.0.push((file, digest));
        }
        Some(digests)
    }

    pub(super) fn add(&mut self, file: PublicFile, digest: Digest) {
        self.0.push((file, digest));
    }

    pub(super) fn to_text(&self) -> String {
        let line = |(file, digest): &(PublicFile, Digest)| {
            format!("{}{SEPARATOR}{}\n", HEXLOWER.encode(digest), file.name())
        };
        self.0.iter().map(line).collect()
    }
}

pub(super) fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

pub(super) fn digest_of(mut file: File) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    hash(&mut file, &mut hasher)?;
    Ok(hasher.finalize().into())
}

/// Adds the rest of a file to the hash.
pub(super) fn hash(file: &mut File, hasher: &mut Sha256) -> io::Result<()> {
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(()),
            length => hasher.update(&piece[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_they_were_written_and_not_otherwise() {
        let mut digests = Digests::default();
        for file in PublicFile::ALL {
            digests.add(file, digest(file.name().as_bytes()));
        }
        let text = digests.to_text();
        assert_eq!(Digests::parse(&text), Some(digests));
        for wrong in [
            text.clone() + &text,
            text.replace("public.idx", "sealed.idx"),
            text.replace("public.idx", "../public.idx"),
            text.replace("  ", " "),
            text[1..].to_owned(),
        ] {
            assert_eq!(Digests::parse(&wrong), None, "{wrong}");
        }
    }
}
