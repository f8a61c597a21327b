//! Which container is this, by its first bytes?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{pg_dump, tar_archive};

/// Bytes of a file that show its packing: the header of a tar, whose oldest kind only its checksum
/// shows.
pub(super) const HEAD: usize = tar_archive::BLOCK;

/// Offset of the magic number in a tar header, and its two dialects.
const TAR_MAGIC: (usize, [&[u8]; 2]) = (257, [b"ustar\0", b"ustar "]);

/// A container's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Zip,
    SevenZip,
    Tar,
    Age,
    ArmoredAge,
    Rar,
    /// A dump of PostgreSQL, which is read as its script.
    PgDump,
}

/// Magic numbers of containers. An empty ZIP archive begins with the end of its directory; one made in volumes
/// has a mark before its first member.
const MAGIC: [(&[u8], Packing); 12] = [
    (b"\x1F\x8B", Packing::Gzip),
    (b"\x28\xB5\x2F\xFD", Packing::Zstd),
    (b"\xFD7zXZ\0", Packing::Xz),
    (b"BZh", Packing::Bzip2),
    (b"PK\x03\x04", Packing::Zip),
    (b"PK\x05\x06", Packing::Zip),
    (b"PK\x07\x08PK\x03\x04", Packing::Zip),
    (b"PK00PK\x03\x04", Packing::Zip),
    (b"7z\xBC\xAF\x27\x1C", Packing::SevenZip),
    (b"age-encryption.org/v1\n", Packing::Age),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Packing::ArmoredAge),
    (b"Rar!\x1A\x07", Packing::Rar),
];

impl Packing {
    /// Returns the usual name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zip => "zip",
            Self::SevenZip => "7z",
            Self::Tar => "tar",
            Self::Age | Self::ArmoredAge => "age",
            Self::Rar => "rar",
            Self::PgDump => "pg_dump",
        }
    }

    /// Returns the packing of a file that begins with `head`, if it is a container.
    pub(super) fn recognise(head: &[u8]) -> Option<Self> {
        let begins = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
        match begins {
            None if is_skippable(head) => Some(Self::Zstd),
            None if pg_dump::Layout::of(head).is_some() => Some(Self::PgDump),
            // Three letters are weak evidence.
            Some((_, Self::Bzip2)) if !is_bzip2(head) => None,
            Some(&(_, packing)) => Some(packing),
            None => is_tar(head).then_some(Self::Tar),
        }
    }

    /// Returns whether a further stream of this packing may begin with `head`, which may be cut off.
    pub(super) fn may_begin_with(self, head: &[u8]) -> bool {
        let mut magics = MAGIC.iter().filter(|(_, packing)| *packing == self);
        let begins = magics.any(|(magic, _)| magic.starts_with(head) || head.starts_with(magic));
        begins || self == Self::Zstd && is_skippable(head)
    }
}

/// An empty frame of zstd: `pzstd` puts one first.
fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// Returns the usual name of the packing of the file at `path`, if it is a container.
pub(crate) fn container_of(path: &Path) -> io::Result<Option<&'static str>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(Packing::recognise(&head).map(Packing::name))
}

/// After the magic number come the level and the mark of a block (digits of π) or of the end (digits of its root).
fn is_bzip2(head: &[u8]) -> bool {
    const BLOCK: &[u8] = b"1AY&SY";
    const END: &[u8] = b"\x17\x72\x45\x38\x50\x90";
    let level = matches!(head.get(3), Some(b'1'..=b'9'));
    level && matches!(head.get(4..10), Some(BLOCK | END))
}

fn is_tar(head: &[u8]) -> bool {
    let (place, magics) = TAR_MAGIC;
    let rest = head.get(place..).unwrap_or_default();
    magics.iter().any(|magic| rest.starts_with(magic)) || tar_archive::is_header(head)
}

/// Returns a member's name without the suffixes of its packing.
pub(super) fn unpacked_name(name: &str) -> &str {
    const STREAMS: [&str; 6] = [".gz", ".zst", ".xz", ".bz2", ".age", ".asc"];
    let without = |name| {
        STREAMS
            .iter()
            .find_map(|suffix| str::strip_suffix(name, suffix))
    };
    std::iter::successors(Some(name), |name| without(name))
        .last()
        .unwrap_or(name)
}

/// Returns whether a suffix is that of a container or a volume rather than of a format.
pub(in crate::ingest) fn is_container_suffix(suffix: &str) -> bool {
    const CONTAINERS: [&str; 14] = [
        "gz", "tgz", "zst", "tzst", "xz", "txz", "bz2", "tbz2", "zip", "7z", "tar", "rar", "age",
        "asc",
    ];
    let is_number = suffix.len() >= 2 && suffix.bytes().all(|byte| byte.is_ascii_digit());
    CONTAINERS.contains(&suffix) || is_number || suffix == "aa"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_container_is_text() {
        for text in [
            &b"BZhanar;87090000001"[..],
            b"BZh9",
            b"PK;FIO",
            b"7z",
            b"",
            b"Rar!",
        ] {
            assert_eq!(Packing::recognise(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_tar_is_recognised_by_the_magic_in_its_first_header() {
        let mut head = vec![b'a'; HEAD];
        assert_eq!(Packing::recognise(&head), None);
        head[257..262].copy_from_slice(b"ustar");
        assert_eq!(Packing::recognise(&head), None);
        for dialect in [b'\0', b' '] {
            head[262] = dialect;
            assert_eq!(Packing::recognise(&head), Some(Packing::Tar));
        }
    }

    #[test]
    fn suffixes_of_containers_and_volumes_do_not_hide_the_format() {
        for suffix in ["gz", "7z", "001", "01", "aa", "age"] {
            assert!(is_container_suffix(suffix), "{suffix}");
        }
        for suffix in ["csv", "1", "sql", "ab"] {
            assert!(!is_container_suffix(suffix), "{suffix}");
        }
    }
}
