//! Which characters do the bytes of a file stand for? The supported encodings, and their names.

use std::str::FromStr;

use encoding_rs::{
    IBM866, ISO_8859_5, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, X_MAC_CYRILLIC,
};
use serde::{Deserialize, Serialize};

use super::kz1048;

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub enum Encoding {
    /// UTF-8, with or without byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, little-endian, with or without byte-order mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, big-endian, with or without byte-order mark.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1251.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// KZ-1048: Windows-1251 with sixteen letters changed for Kazakh.
    #[serde(rename = "kz-1048")]
    Kz1048,
    /// IBM866, the code page of DOS.
    #[serde(rename = "ibm866")]
    Ibm866,
    /// KOI8-R.
    #[serde(rename = "koi8-r")]
    Koi8R,
    /// KOI8-U: KOI8-R with letters for Ukrainian.
    #[serde(rename = "koi8-u")]
    Koi8U,
    /// ISO 8859-5.
    #[serde(rename = "iso-8859-5")]
    Iso8859_5,
    /// The Cyrillic code page of the classic Mac OS.
    #[serde(rename = "mac-cyrillic")]
    MacCyrillic,
}

/// Names of each encoding, in small letters and without hyphens, spaces and the like.
const NAMES: [(Encoding, &[&str]); 10] = [
    (
        Encoding::Utf8,
        &["utf8", "utf8bom", "utf8sig", "cp65001", "ascii", "usascii"],
    ),
    (Encoding::Utf16Le, &["utf16le", "ucs2le"]),
    (Encoding::Utf16Be, &["utf16be", "ucs2be"]),
    (
        Encoding::Windows1251,
        &[
            "windows1251",
            "win1251",
            "cp1251",
            "1251",
            "mscyrl",
            "cyrl1251",
        ],
    ),
    (
        Encoding::Kz1048,
        &["kz1048", "kz", "strk1048", "strk10482002", "rk1048"],
    ),
    (
        Encoding::Ibm866,
        &[
            "ibm866",
            "cp866",
            "866",
            "dos",
            "dos866",
            "oem866",
            "oem",
            "windows866",
        ],
    ),
    (
        Encoding::Koi8R,
        &["koi8r", "koi8", "koi", "cp20866", "cskoi8r"],
    ),
    (Encoding::Koi8U, &["koi8u", "koi8ru", "cp21866"]),
    (
        Encoding::Iso8859_5,
        &["iso88595", "88595", "isocyrillic", "cp28595"],
    ),
    (
        Encoding::MacCyrillic,
        &[
            "maccyrillic",
            "xmaccyrillic",
            "mac",
            "macintoshcyrillic",
            "xmacukrainian",
            "cp10007",
        ],
    ),
];

impl FromStr for Encoding {
    type Err = String;

    /// Returns the encoding of a name, such as `windows-1251`, `CP1251` and `win-1251`.
    fn from_str(name: &str) -> Result<Self, String> {
        let plain: String = name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let called = |(_, names): &&(Self, &[&str])| names.contains(&&*plain);
        let found = NAMES.iter().find(called);
        found.map(|(encoding, _)| *encoding).ok_or_else(|| {
            format!(
                "unknown encoding {name:?}; the supported ones are: {}",
                Self::list()
            )
        })
    }
}

impl TryFrom<String> for Encoding {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl Encoding {
    /// Every encoding.
    pub(in crate::ingest) const ALL: [Self; NAMES.len()] = {
        let mut all = [Self::Utf8; NAMES.len()];
        let mut place = 0;
        while place < NAMES.len() {
            all[place] = NAMES[place].0;
            place += 1;
        }
        all
    };

    /// Returns the names of all encodings, as in `breach.toml`.
    pub(crate) fn list() -> String {
        let names = NAMES.map(|(encoding, _)| crate::ingest::word(encoding));
        names.join(", ")
    }

    /// Returns its decoder, or a close one: Windows-1251 for KZ-1048.
    pub(in crate::ingest) const fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1251 | Self::Kz1048 => WINDOWS_1251,
            Self::Ibm866 => IBM866,
            Self::Koi8R => KOI8_R,
            Self::Koi8U => KOI8_U,
            Self::Iso8859_5 => ISO_8859_5,
            Self::MacCyrillic => X_MAC_CYRILLIC,
        }
    }

    /// Appends the text of `bytes` as UTF-8, if every character has one byte.
    pub(in crate::ingest) fn decode(self, bytes: &[u8], text: &mut Vec<u8>) {
        if self == Self::Kz1048 {
            kz1048::decode(bytes, text);
        } else {
            let decoded = self.decoder().decode_without_bom_handling(bytes).0;
            text.extend_from_slice(decoded.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_known_by_each_of_its_names() {
        for (names, encoding) in [
            (&["utf-8", "UTF8"][..], Encoding::Utf8),
            (
                &[
                    "windows-1251",
                    "cp1251",
                    "CP-1251",
                    "win-1251",
                    "Windows 1251",
                ],
                Encoding::Windows1251,
            ),
            (&["kz-1048", "RK1048"], Encoding::Kz1048),
            (&["ibm866", "cp866", "dos", "CP-866"], Encoding::Ibm866),
            (&["koi8-r", "KOI8-R", "koi8"], Encoding::Koi8R),
            (&["mac-cyrillic", "x-mac-cyrillic"], Encoding::MacCyrillic),
        ] {
            for name in names {
                assert_eq!(name.parse(), Ok(encoding), "{name}");
            }
        }
        for unknown in ["", "cp1252", "latin1", "utf"] {
            let message = unknown.parse::<Encoding>().unwrap_err();
            assert!(message.contains("ibm866, koi8-r"), "{message}");
        }
    }

    #[test]
    fn an_encoding_is_written_by_a_name_that_is_read() {
        for encoding in Encoding::ALL {
            assert_eq!(crate::ingest::word(encoding).parse(), Ok(encoding));
        }
    }
}
