//! How is a key or a share kept in a file?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::share::combine;
use super::{KeyFileError, KeyShare, OprfError, PublicKey, SUITE, SecretKey, ShareNumber, locked};
use crate::secret::{self, Passphrase};

const VERSION: &str = "1";
/// A key file has about 400 bytes, an encrypted one twice as many; this is the maximum.
const MAX_LENGTH: usize = 4096;
/// First line of an encrypted file.
const ARMOR: &str = "-----BEGIN AGE ENCRYPTED FILE-----";

/// A file that holds a key or a share of one, as text:
///
/// ```text
/// tekser-key: 1
/// suite: ristretto255-SHA512
/// share: 1/2
/// public-key: <hex, of the whole key>
/// share-public-key: <hex, of this share>
/// secret: <hex>
/// ```
///
/// Lines that begin with `#` are comments. The file must be accessible only to its owner. The whole text may
/// be encrypted with a passphrase, as `age --passphrase --armor` does it.
pub struct KeyFile {
    path: PathBuf,
}

/// The function that asks for the passphrase of a file, or returns why there is none.
pub type AskPassphrase<'a> = &'a dyn Fn(&Path) -> Result<Passphrase, String>;

impl KeyFile {
    /// The key file at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Writes a new file with mode 0600 and flushes it to the disk. An existing file is never overwritten.
    ///
    /// # Errors
    /// [`KeyFileError::File`], also if the file exists.
    pub fn create(&self, share: &KeyShare) -> Result<(), KeyFileError> {
        create(&self.path, &encode(share), None)
    }

    /// Like `create`, but encrypted with a passphrase. Takes about a second.
    ///
    /// # Errors
    /// [`KeyFileError::File`], also if the file exists.
    pub fn create_locked(
        &self,
        share: &KeyShare,
        passphrase: &Passphrase,
    ) -> Result<(), KeyFileError> {
        create(&self.path, &encode(share), Some(passphrase))
    }

    /// Reads the share.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be read, others may access it, it is encrypted, or it is not a key file.
    pub fn read(&self) -> Result<KeyShare, KeyFileError> {
        let text = secret::read(&self.path, MAX_LENGTH as u64)?;
        if text.starts_with(ARMOR) {
            let path = self.path.clone();
            return Err(KeyFileError::Encrypted { path });
        }
        self.parse(&text)
    }

    /// Reads the share; for an encrypted file, calls `ask` for the passphrase and takes about a second.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be read, others may access it, the passphrase is wrong, or it is not a key
    /// file.
    pub fn read_or_unlock(&self, ask: AskPassphrase<'_>) -> Result<KeyShare, KeyFileError> {
        self.parse(&read_or_unlock(&self.path, ask)?)
    }

    fn parse(&self, text: &str) -> Result<KeyShare, KeyFileError> {
        Fields::parse(text)
            .and_then(|fields| fields.share())
            .map_err(|(line, what)| KeyFileError::Format {
                path: self.path.clone(),
                line,
                what,
            })
    }
}

/// The whole key from the files of all its shares, none of them encrypted.
///
/// # Errors
/// [`KeyFileError`] if a file does not read, a share is missing, or the files are not of one key.
pub fn load_key<P: AsRef<Path>>(paths: &[P]) -> Result<SecretKey, KeyFileError> {
    load(paths, KeyFile::read)
}

/// Like [`load_key`] for files of which some may be encrypted; calls `ask` for their passphrases.
///
/// # Errors
/// As [`load_key`], and if a passphrase is wrong.
pub fn unlock_key<P: AsRef<Path>>(
    paths: &[P],
    ask: AskPassphrase<'_>,
) -> Result<SecretKey, KeyFileError> {
    load(paths, |file| file.read_or_unlock(ask))
}

fn load<P: AsRef<Path>>(
    paths: &[P],
    read: impl Fn(&KeyFile) -> Result<KeyShare, KeyFileError>,
) -> Result<SecretKey, KeyFileError> {
    let shares: Vec<KeyShare> = paths
        .iter()
        .map(|path| read(&KeyFile::at(path.as_ref())))
        .collect::<Result<_, _>>()?;
    combine(&shares)
}

/// The text of a key file of any sort, decrypted if it is encrypted.
pub(super) fn read_or_unlock(
    path: &Path,
    ask: AskPassphrase<'_>,
) -> Result<Zeroizing<String>, KeyFileError> {
    let text = secret::read(path, MAX_LENGTH as u64)?;
    if !text.starts_with(ARMOR) {
        return Ok(text);
    }
    let passphrase = ask(path).map_err(|why| {
        let path = path.to_owned();
        KeyFileError::NoPassphrase { path, why }
    })?;
    locked::unlock(&text, &passphrase, path, MAX_LENGTH)
}

/// Writes the text of a new key file of any sort, encrypted if there is a passphrase.
pub(super) fn create(
    path: &Path,
    text: &str,
    passphrase: Option<&Passphrase>,
) -> Result<(), KeyFileError> {
    match passphrase {
        Some(passphrase) => Ok(secret::create(
            path,
            &locked::lock(text, passphrase, path)?,
        )?),
        None => Ok(secret::create(path, text)?),
    }
}

fn encode(share: &KeyShare) -> Zeroizing<String> {
    // Enough for the whole text, so that no reallocation leaves a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH));
    let ShareNumber { number, of } = share.number();
    let secret = Zeroizing::new(HEXLOWER.encode(&*share.secret().to_bytes()));
    let written = write!(
        text,
        "# Secret. All shares of this key together compute every tag: keep it apart from the index.\n\
         tekser-key: {VERSION}\nsuite: {SUITE}\nshare: {number}/{of}\npublic-key: {}\nshare-public-key: {}\nsecret: {}\n",
        share.whole(),
        share.secret().public_key(),
        *secret,
    );
    debug_assert!(written.is_ok(), "a String takes everything");
    text
}

/// A fault: the line (0 for the whole file) and what was expected there.
type Fault = (usize, &'static str);

/// The fields of a key file, each with its line.
#[derive(Default)]
struct Fields<'a> {
    version: Option<(usize, &'a str)>,
    suite: Option<(usize, &'a str)>,
    share: Option<(usize, &'a str)>,
    public_key: Option<(usize, &'a str)>,
    share_public_key: Option<(usize, &'a str)>,
    secret: Option<(usize, &'a str)>,
}

impl<'a> Fields<'a> {
    fn parse(text: &'a str) -> Result<Self, Fault> {
        let mut fields = Self::default();
        for (line, content) in text
            .lines()
            .enumerate()
            .map(|(place, content)| (place + 1, content.trim()))
        {
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let (name, value) = content
                .split_once(':')
                .ok_or((line, "expected a line NAME: VALUE"))?;
            let field = fields
                .named(name)
                .ok_or((line, "no field of a key file has this name"))?;
            if field.replace((line, value.trim())).is_some() {
                return Err((line, "this field stands twice"));
            }
        }
        Ok(fields)
    }

    fn named(&mut self, name: &str) -> Option<&mut Option<(usize, &'a str)>> {
        match name {
            "tekser-key" => Some(&mut self.version),
            "suite" => Some(&mut self.suite),
            "share" => Some(&mut self.share),
            "public-key" => Some(&mut self.public_key),
            "share-public-key" => Some(&mut self.share_public_key),
            "secret" => Some(&mut self.secret),
            _ => None,
        }
    }

    fn share(&self) -> Result<KeyShare, Fault> {
        let (line, version) = self
            .version
            .ok_or((0, "not a key file: it has no line tekser-key: 1"))?;
        if version != VERSION {
            return Err((line, "this version of the key file needs a newer program"));
        }
        let (line, suite) = self.suite.ok_or((0, "it names no suite"))?;
        if suite != SUITE {
            return Err((line, "the suite must be ristretto255-SHA512"));
        }
        let (line, number) = self.share.ok_or((0, "it has no line share: 1/1"))?;
        let number = parse_share_number(number).ok_or((line, "expected a share such as 1/2"))?;
        let whole = public_key(self.public_key, "it has no public-key")?;
        let expected = public_key(self.share_public_key, "it has no share-public-key")?;
        let (line, secret) = self.secret.ok_or((0, "it has no secret"))?;
        let secret = secret_key(secret).ok_or((line, "expected the hex of a secret key"))?;
        if secret.public_key() != expected {
            return Err((line, "the secret does not belong to the share-public-key"));
        }
        Ok(KeyShare::new(secret, number, whole))
    }
}

fn parse_share_number(text: &str) -> Option<ShareNumber> {
    let (number, of) = text.split_once('/')?;
    let share = ShareNumber {
        number: number.parse().ok()?,
        of: of.parse().ok()?,
    };
    (1..=share.of).contains(&share.number).then_some(share)
}

fn public_key(field: Option<(usize, &str)>, missing: &'static str) -> Result<PublicKey, Fault> {
    let (line, hex) = field.ok_or((0, missing))?;
    let bytes = HEXLOWER
        .decode(hex.as_bytes())
        .map_err(|_| (line, "expected hex"))?;
    PublicKey::from_bytes(&bytes).map_err(|_| (line, "expected the hex of a public key"))
}

fn secret_key(hex: &str) -> Option<SecretKey> {
    let decoded = Zeroizing::new(HEXLOWER.decode(hex.as_bytes()).ok()?);
    let bytes: Zeroizing<[u8; SecretKey::LENGTH]> =
        Zeroizing::new(decoded.as_slice().try_into().ok()?);
    let key: Result<SecretKey, OprfError> = SecretKey::from_bytes(&bytes);
    key.ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::oprf::split;

    fn write_shares(folder: &Path, name: &str, count: u8) -> (SecretKey, Vec<PathBuf>) {
        let key = SecretKey::generate().expect("a key");
        let paths = split(&key, count)
            .expect("shares")
            .iter()
            .map(|share| {
                let path = folder.join(format!("{name}.{}", share.number().number));
                KeyFile::at(&path).create(share).expect("written");
                path
            })
            .collect();
        (key, paths)
    }

    fn error(paths: &[&PathBuf]) -> String {
        load_key(paths).err().expect("refused").to_string()
    }

    #[test]
    fn a_key_comes_back_from_all_its_shares_and_from_nothing_less() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, paths) = write_shares(folder.path(), "a", 3);
        assert!(load_key(&paths).expect("read").public_key() == key.public_key());
        assert!(error(&[&paths[0], &paths[2]]).contains("2 of 3 key shares"));
        assert!(error(&[&paths[0], &paths[1], &paths[1]]).contains("share 2 was given twice"));
        let (_, others) = write_shares(folder.path(), "b", 3);
        assert!(error(&[&paths[0], &paths[1], &others[2]]).contains("different keys"));
        assert!(error(&[]).contains("no key file"));
    }

    #[test]
    fn a_share_of_an_older_split_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, paths) = write_shares(folder.path(), "a", 2);
        let path = folder.path().join("again");
        KeyFile::at(&path)
            .create(&split(&key, 2).expect("shares")[1])
            .expect("written");
        assert!(error(&[&paths[0], &path]).contains("different splits"));
    }

    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, paths) = write_shares(folder.path(), "a", 1);
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode(&paths[0]), 0o600);
        fs::set_permissions(&paths[0], fs::Permissions::from_mode(0o640)).expect("mode set");
        assert!(error(&[&paths[0]]).contains("mode 0640: others can read it. Run: chmod 600"));
    }

    #[test]
    fn an_existing_key_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, paths) = write_shares(folder.path(), "a", 1);
        let share = &split(&SecretKey::generate().expect("a key"), 1).expect("shares")[0];
        assert!(KeyFile::at(&paths[0]).create(share).is_err());
        assert!(load_key(&paths).expect("read").public_key() == key.public_key());
    }

    #[test]
    fn a_spoilt_key_file_is_reported_by_line_and_without_its_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, paths) = write_shares(folder.path(), "a", 1);
        let text = fs::read_to_string(&paths[0]).expect("read");
        let secret = HEXLOWER.encode(&*key.to_bytes());
        for (line, (what, with)) in [
            ("tekser-key: 1", "tekser-key: 2"),
            ("suite: ristretto255-SHA512", "suite: P256-SHA256"),
            ("share: 1/1", "share: 2/1"),
            ("public-key: ", "public-key: 00"),
            ("share-public-key: ", "share-public-key: zz"),
            (
                &format!("secret: {secret}"),
                &format!("secret: {}", "01".repeat(32)),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            fs::write(&paths[0], text.replacen(what, with, 1)).expect("written");
            let message = error(&[&paths[0]]);
            assert!(message.contains(&format!("line {}", line + 2)), "{message}");
            assert!(!message.contains(&secret), "{message}");
        }
        fs::write(&paths[0], "-----BEGIN PRIVATE KEY-----").expect("written");
        assert!(error(&[&paths[0]]).contains("line 1"));
    }

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned())).expect("a passphrase")
    }

    #[test]
    fn an_encrypted_key_file_opens_with_its_passphrase_and_with_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let key = SecretKey::generate().expect("a key");
        let share = &split(&key, 1).expect("shares")[0];
        let right = passphrase("correct horse battery staple");
        let created = KeyFile::at(&path).create_locked(share, &right);
        created.expect("written");
        let text = fs::read_to_string(&path).expect("read");
        assert!(!text.contains(&HEXLOWER.encode(&*key.to_bytes())));
        let refusal = |ask: AskPassphrase<'_>| unlock_key(&[&path], ask).err().expect("refused");
        let opened = unlock_key(&[&path], &|_| Ok(right.clone())).expect("opened");
        assert!(opened.public_key() == key.public_key());
        let wrong = refusal(&|_| Ok(passphrase("battery staple")));
        assert!(matches!(wrong, KeyFileError::Passphrase { .. }), "{wrong}");
        let none = refusal(&|_| Err("nobody is there".to_owned()));
        assert!(none.to_string().contains("nobody is there"), "{none}");
        assert!(error(&[&path]).contains("age --decrypt"));
        fs::write(&path, text.replacen("\n", "\nAAAA", 1)).expect("written");
        let broken = refusal(&|_| Ok(right.clone()));
        assert!(
            matches!(broken, KeyFileError::Encryption { .. }),
            "{broken}"
        );
    }

    #[test]
    fn nobody_is_asked_for_the_passphrase_of_a_file_that_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, paths) = write_shares(folder.path(), "a", 2);
        let asked = unlock_key(&paths, &|_| Err("asked".to_owned())).expect("read");
        assert!(asked.public_key() == key.public_key());
    }
}
