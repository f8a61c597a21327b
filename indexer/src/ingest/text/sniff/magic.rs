//! Which unsupported format is this, and how can it be converted to a supported one?

use std::path::Path;

use super::is_binary;
use crate::ingest::Fault;

/// A known, unsupported format.
struct ForeignFormat {
    /// Usual name.
    name: &'static str,
    /// Signs, any of which shows it.
    signs: &'static [Sign],
    /// What to do about it: an imperative.
    advice: &'static str,
}

/// A sign of a format.
enum Sign {
    /// Bytes at a place, in a file that is not text.
    At(usize, &'static [u8]),
    /// Bytes at the beginning of a text.
    Text(&'static [u8]),
    /// Suffix of the name of a file that is not text.
    Ending(&'static str),
    /// Suffix of a file's name and a test of its beginning that alone would match too many other files.
    Called(&'static str, fn(&[u8]) -> bool),
}

use Sign::{At, Called, Ending, Text};

const MYSQL: &str =
    "attach it to a MySQL of the version that wrote it, and export it with `mysqldump`";
const TO_TEXT: &str =
    "run `soffice --headless --convert-to txt:Text` and read what it makes with format = \"text\"";
const FIREBIRD: &str = "restore it with `gbak -c`, then export its tables with `isql`";
const ORACLE: &str =
    "import it with `impdp` (or `imp`), then export its tables with SQLcl: `set sqlformat csv`";
const SQL_SERVER: &str =
    "restore or attach it in SQL Server, then export its tables with `bcp … queryout`";
/// Beginning of the advice about files without rows.
pub(in crate::ingest) const LEAVE_OUT: &str = "leave it out of breach.toml";
const PICTURE: &str = "leave it out of breach.toml, or read the text in it with OCR first";
const PROGRAM: &str = "leave it out of breach.toml: programs hold no rows";

/// The known formats. If two match, the first counts.
#[rustfmt::skip] // Two lines a sign would hide the table.
const FOREIGN: [ForeignFormat; 39] = [
    ForeignFormat {
        name: "a PDF document",
        signs: &[Text(b"%PDF-")],
        advice: "run `pdftotext -layout` and read what it makes with format = \"text\"; scans need OCR first",
    },
    ForeignFormat {
        name: "a Rich Text document",
        signs: &[Text(b"{\\rtf")],
        advice: TO_TEXT,
    },
    ForeignFormat {
        name: "a PostScript document",
        signs: &[Text(b"%!PS")],
        advice: "run `ps2ascii` and read what it makes with format = \"text\"",
    },
    ForeignFormat {
        name: "a part of a CronosPro database on its own",
        signs: &[Ending("tad")],
        advice: "name the CroBank.dat next to it in breach.toml; they are read together",
    },
    ForeignFormat {
        name: "a backup of SQL Server",
        signs: &[At(0, b"TAPE"), At(0, b"MSSQLBAK")],
        advice: SQL_SERVER,
    },
    ForeignFormat {
        name: "a data file of SQL Server",
        signs: &[At(0, b"\x01\x0F\0\0")],
        advice: SQL_SERVER,
    },
    ForeignFormat {
        name: "a Firebird database",
        signs: &[At(18, b"\x0A\x80"), At(18, b"\x0B\x80"), At(18, b"\x0C\x80"), At(18, b"\x0D\x80")],
        advice: FIREBIRD,
    },
    ForeignFormat {
        name: "a dump of Oracle",
        signs: &[At(3, b"EXPORT:V"), At(0, b"\x03\0\x03EXPORT")],
        advice: ORACLE,
    },
    ForeignFormat {
        name: "a table definition of MySQL",
        signs: &[At(0, b"\xFE\x01\x07"), At(0, b"\xFE\x01\x08"), At(0, b"\xFE\x01\x09"), At(0, b"\xFE\x01\x0A")],
        advice: MYSQL,
    },
    ForeignFormat {
        name: "an index of MySQL",
        signs: &[At(0, b"\xFE\xFE\x07")],
        advice: MYSQL,
    },
    ForeignFormat {
        name: "a 1C database",
        signs: &[At(0, b"1CDBMSV8")],
        advice: "take its tables out with `ctool1cd -eax`",
    },
    ForeignFormat {
        name: "a backup of 1C",
        signs: &[At(0, b"1CIBDmp")],
        advice: "load it into an empty file base of 1C, then take its tables out with `ctool1cd -eax`",
    },
    ForeignFormat {
        name: "a DuckDB database",
        signs: &[At(8, b"DUCK")],
        advice: "export its tables in DuckDB: `COPY … TO 'table.csv'`",
    },
    ForeignFormat {
        name: "an ORC file",
        signs: &[At(0, b"ORC")],
        advice: "convert it to CSV with DuckDB, pandas or `orc-contents`",
    },
    ForeignFormat {
        name: "a Parquet file",
        signs: &[At(0, b"PAR1")],
        advice: "convert it to CSV in DuckDB: `COPY 'file.parquet' TO 'file.csv'`",
    },
    ForeignFormat {
        name: "an Avro file",
        signs: &[At(0, b"Obj\x01")],
        advice: "convert it to JSON Lines with `avro-tools tojson`",
    },
    ForeignFormat {
        name: "an Outlook mailbox",
        signs: &[At(0, b"!BDN")],
        advice: "run `readpst -r` and read the mailboxes that it makes with format = \"text\"",
    },
    ForeignFormat {
        name: "the write-ahead log of an SQLite database on its own",
        signs: &[At(0, b"\x37\x7F\x06\x82"), At(0, b"\x37\x7F\x06\x83")],
        advice: "put it next to its database, outside any archive, and name the database in breach.toml; they are read together",
    },
    ForeignFormat {
        name: "the journal of an SQLite database on its own",
        signs: &[At(0, b"\xD9\xD5\x05\xF9\x20\xA1\x63\xD7")],
        advice: "open its database once with the program sqlite3 in the same folder, which ends the change; then leave this file out",
    },
    ForeignFormat {
        name: "a dump of PostgreSQL in an unsupported format",
        signs: &[At(0, b"PGDMP")],
        advice: "make SQL of it with the `pg_restore -f dump.sql` of its version",
    },
    ForeignFormat {
        name: "a Redis snapshot",
        signs: &[At(0, b"REDIS0")],
        advice: "convert it to JSON with `rdb --command json`",
    },
    ForeignFormat {
        name: "a registry file of Windows",
        signs: &[At(0, b"regf")],
        advice: "export it as text with `reged` or `hivexregedit`",
    },
    ForeignFormat {
        name: "a picture",
        signs: &[At(0, b"\x89PNG\r\n\x1A\n"), At(0, b"\xFF\xD8\xFF"), At(0, b"GIF8"), At(0, b"II*\0"), At(0, b"MM\0*"), At(0, b"BM"), At(8, b"WEBP"), At(4, b"ftyphei")],
        advice: PICTURE,
    },
    ForeignFormat {
        name: "a recording",
        signs: &[At(4, b"ftyp"), At(0, b"ID3"), At(0, b"OggS"), At(0, b"\x1A\x45\xDF\xA3"), At(8, b"WAVE"), At(8, b"AVI ")],
        advice: "leave it out of breach.toml",
    },
    ForeignFormat {
        name: "a program",
        signs: &[At(0, b"\x7FELF"), At(0, b"MZ"), At(0, b"\xCA\xFE\xBA\xBE"), At(0, b"\xCF\xFA\xED\xFE")],
        advice: PROGRAM,
    },
    ForeignFormat {
        name: "a disk image",
        signs: &[At(0x8001, b"CD001"), At(0, b"KDMV"), At(0, b"QFI\xFB"), At(0, b"conectix"), At(0, b"vhdxfile")],
        advice: "mount it, or unpack it with `7z x`, and describe the files in it",
    },
    ForeignFormat {
        name: "a Lotus Notes database",
        signs: &[At(0, b"\x1A\0\0\x04\0\0")],
        advice: "export its views as CSV in Notes",
    },
    ForeignFormat {
        name: "an InnoDB table of MySQL",
        signs: &[At(24, b"\0\x08\0\0\0\0")],
        advice: MYSQL,
    },
    ForeignFormat {
        name: "a Firebird backup",
        signs: &[Ending("fbk"), Ending("fdb"), Ending("gdb"), Ending("gbk")],
        advice: FIREBIRD,
    },
    ForeignFormat {
        name: "a dump of Oracle",
        signs: &[Ending("dmp")],
        advice: ORACLE,
    },
    ForeignFormat {
        name: "a file of SQL Server",
        signs: &[Ending("bak"), Ending("mdf"), Ending("ndf"), Ending("ldf")],
        advice: SQL_SERVER,
    },
    ForeignFormat {
        name: "a table of MySQL",
        signs: &[Ending("myd"), Ending("myi"), Ending("frm"), Ending("ibd")],
        advice: MYSQL,
    },
    ForeignFormat {
        name: "a table of LevelDB",
        signs: &[Ending("ldb"), Ending("sst")],
        advice: "export it with a program that reads LevelDB, such as `leveldbutil dump`",
    },
    ForeignFormat {
        name: "a dBase table of an unsupported version",
        signs: &[Ending("dbf")],
        advice: "open it in LibreOffice and save it as CSV, or convert it with `soffice --headless --convert-to csv`",
    },
    ForeignFormat {
        name: "the memos of a dBase table",
        signs: &[Ending("dbt"), Ending("fpt")],
        advice: "describe the table to which they belong, the .dbf in the same folder; they are read with it",
    },
    ForeignFormat {
        name: "a Paradox table",
        signs: &[Called("db", is_paradox), Ending("px")],
        advice: "export it as CSV with `pxview --csv`",
    },
    ForeignFormat {
        name: "an old document",
        signs: &[Ending("doc"), Ending("wpd"), Ending("wps"), Ending("wri")],
        advice: TO_TEXT,
    },
    ForeignFormat {
        name: "a file of 1C",
        signs: &[Ending("1cd"), Ending("dt"), Ending("cf")],
        advice: "export it in 1C, or take its tables out with `ctool1cd -eax`",
    },
    ForeignFormat {
        name: "a key store or wallet",
        signs: &[Ending("kdbx"), Ending("jks"), Ending("p12"), Ending("pfx"), Ending("wallet")],
        advice: "leave it out of breach.toml",
    },
];

/// Refuses a known, unsupported format in a file that begins with `head` and has one of `names`, the innermost first.
///
/// # Errors
/// [`Fault::Foreign`], which says how to convert it to a supported format.
pub(in crate::ingest) fn check_magic<'n>(
    names: impl Iterator<Item = &'n str>,
    head: &[u8],
) -> Result<(), Fault> {
    let file = FileHead {
        head,
        is_binary: is_binary(head),
        endings: names.filter_map(ending).collect(),
    };
    let known = FOREIGN
        .iter()
        .find(|foreign| foreign.signs.iter().any(|sign| file.has(sign)));
    match known {
        None => Ok(()),
        Some(&ForeignFormat { name, advice, .. }) => Err(Fault::Foreign { name, advice }),
    }
}

/// The fault of an Office document that is not a workbook.
pub(in crate::ingest) const DOCUMENT: Fault = Fault::Foreign {
    name: "a document and not a workbook",
    advice: "state format = \"text\" if it is a docx or odt; of others, run `soffice --headless --convert-to txt:Text` and read \
             what it makes with format = \"text\"",
};

/// What shows the format of a file: its beginning and its names.
struct FileHead<'f> {
    head: &'f [u8],
    is_binary: bool,
    endings: Vec<String>,
}

impl FileHead<'_> {
    fn has(&self, sign: &Sign) -> bool {
        match *sign {
            At(place, bytes) => {
                let rest = self.head.get(place..).unwrap_or_default();
                rest.starts_with(bytes) && (self.is_binary || bytes.iter().any(is_never_text))
            }
            Text(bytes) => self.head.starts_with(bytes),
            Ending(ending) => self.is_binary && self.endings.iter().any(|other| other == ending),
            Called(ending, is_so) => self.has(&Ending(ending)) && is_so(self.head),
        }
    }
}

fn is_never_text(byte: &u8) -> bool {
    byte.is_ascii_control() && !byte.is_ascii_whitespace()
}

fn ending(name: &str) -> Option<String> {
    Some(Path::new(name).extension()?.to_str()?.to_ascii_lowercase())
}

/// A length of records and of the header, a type, and a length of blocks in KiB (Paradox 3 to 7).
fn is_paradox(head: &[u8]) -> bool {
    let &[low, high, header_low, header_high, kind, block, ..] = head else {
        return false;
    };
    let record = u16::from_le_bytes([low, high]);
    let header = u16::from_le_bytes([header_low, header_high]);
    record > 0 && header > 0 && header % 1024 == 0 && kind <= 8 && (1..=32).contains(&block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(name: &str, head: &[u8]) -> Option<&'static str> {
        match check_magic([name].into_iter(), head) {
            Err(Fault::Foreign { name, .. }) => Some(name),
            _ => None,
        }
    }

    #[test]
    fn what_is_known_and_not_read_is_recognised_by_its_signs() {
        let binary = [0, 1, 2, 3, 4, 5, 6, 7].repeat(9);
        for foreign in &FOREIGN {
            for sign in foreign.signs {
                let mut head = binary.clone();
                let name = match *sign {
                    Ending(ending) => format!("x.{ending}"),
                    _ => "x".to_owned(),
                };
                if let At(place, bytes) = *sign {
                    head.resize((place + bytes.len()).max(head.len()), 5);
                    head[place..place + bytes.len()].copy_from_slice(bytes);
                } else if let Text(bytes) = *sign {
                    head.splice(0..0, bytes.iter().copied());
                }
                if !matches!(sign, Called(..)) {
                    assert!(recognised(&name, &head).is_some(), "{}", foreign.name);
                }
            }
        }
        assert_eq!(recognised("x", b"%PDF-1.4\n"), Some("a PDF document"));
        for (name, head) in [
            ("an Outlook mailbox", &b"!BDN\0\0\0\0SM\x17\0"[..]),
            ("a program", b"\x7FELF\x02\x01\x01\0"),
        ] {
            assert_eq!(recognised("x.db", &[head, &binary].concat()), Some(name));
        }
    }

    #[test]
    fn a_database_that_is_noise_is_not_a_table_of_paradox() {
        let table = [&b"\x2A\0\0\x08\x02\x01\x05\0"[..], &[0; 64]].concat();
        assert_eq!(recognised("x.db", &table), Some("a Paradox table"));
        assert_eq!(recognised("x.bin", &table), None);
        let noise: Vec<u8> = (0..64_u8)
            .map(|place| place.wrapping_mul(167) ^ 0x5A)
            .collect();
        assert_eq!(recognised("x.db", &noise), None);
    }

    #[test]
    fn text_that_begins_like_another_format_is_text() {
        for text in [
            "TAPE;1\n",
            "MZ;2\n",
            "ORC\n",
            "BM;x\n",
            "CroFile\n",
            "GIF8,a\n",
            "ID3;a",
        ] {
            assert_eq!(recognised("x.dbf", text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_advice_says_what_to_do() {
        for foreign in &FOREIGN {
            assert!(
                foreign.advice.starts_with(char::is_lowercase) && !foreign.advice.ends_with('.')
            );
            assert!(!foreign.signs.is_empty());
        }
    }
}
