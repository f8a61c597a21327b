//! How often did passwords with this prefix leak? Have I Been Pwned's interface.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, VARY};
use actix_web::web::{self, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
#[cfg(feature = "openapi")]
use exposure_index::messages::Problem;
use exposure_index::messages::ProblemKind;
use exposure_index::passwords::{
    PasswordCount, PasswordPrefix, PasswordSuffix, Passwords, PasswordsError,
};
use memmap2::Mmap;

use super::readable;
use crate::content::{CachePolicy, is_unchanged};
use crate::problem::Refusal;
use crate::serving::ServedPasswords;

/// Path of Have I Been Pwned's interface to passwords.
pub(crate) const SCOPE: &str = "/range";

const ADD_PADDING: &str = "add-padding";
/// Header that makes answers of the same number of lines equally long, whatever the counts in them.
const FILL: HeaderName = HeaderName::from_static("x-fill");
/// Minimum number of lines of a padded answer, and of the numbers above it.
const LEAST_LINES: usize = 800;
const LINE_NUMBERS: u32 = 201;

/// Mounts `/range`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/range/{hash_prefix}", range))
        .default_service(web::to(|| async { refuse("Invalid API query") }));
}

/// The leaked passwords whose SHA-1 begins so, and how often each was met, as Have I Been Pwned counts it.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/range/{hash_prefix}", operation_id = "passwords", tag = "Have I Been Pwned",
    params(
        ("hash_prefix" = String, Path, description = "The first five hexadecimal digits of a password's SHA-1, in either case", example = "21BD1"),
        ("mode" = Option<String>, Query, description = "`sha1`; nothing else is offered"),
        ("Add-Padding" = Option<String>, Header, description = "`true`: 800 to 1,000 lines, those with count 0 made up"),
    ),
    responses(
        (status = 200, description = "Lines `SUFFIX:COUNT`, the 35 digits that follow and a number; none if none leaked", content_type = "text/plain"),
        (status = 304, description = "The client's copy is current"),
        (status = 400, description = "The prefix or the mode cannot be understood; says so in words", content_type = "text/plain"),
        (status = 404, description = "This server has no passwords", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Its passwords cannot be served at the moment", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn range(
    request: HttpRequest,
    passwords: Data<ServedPasswords>,
) -> Result<HttpResponse, Refusal> {
    let digits = request.match_info().get("hash_prefix").unwrap_or_default();
    if digits.len() != PasswordPrefix::DIGITS {
        return Ok(refuse("The hash prefix was not in a valid format"));
    }
    let Some(prefix) = PasswordPrefix::parse(digits) else {
        return Ok(refuse("The hash prefix was not valid hexadecimal"));
    };
    if !is_sha1(request.query_string()) {
        return Ok(refuse("Only SHA-1 is offered here: leave mode out"));
    }
    let current = passwords.current().ok_or(ProblemKind::Unavailable)?;
    let answer = match wants_padding(&request) {
        true => padded(&current, prefix),
        false => bare(&request, &current, prefix),
    };
    answer.map_err(|_| {
        // The error has an offset, and so the prefix that was asked for; `passwords verify` shows it.
        tracing::error!("a range of passwords is broken; run tekser-indexer passwords verify");
        ProblemKind::Internal.into()
    })
}

/// Answers with the range as it is, which is the same until another file is served.
fn bare(
    request: &HttpRequest,
    passwords: &Passwords<Mmap>,
    prefix: PasswordPrefix,
) -> Result<HttpResponse, PasswordsError> {
    let tag = format!("{:016x}-{prefix}", passwords.id());
    let (mut answer, body) = match is_unchanged(request, &tag) {
        true => (HttpResponse::NotModified(), None),
        false => (HttpResponse::Ok(), Some(lines(passwords.range(prefix)?))),
    };
    head(&mut answer, CachePolicy::Day).insert_header((ETAG, format!("\"{tag}\"")));
    Ok(match body {
        Some(body) => answer.body(body),
        None => answer.finish(),
    })
}

/// Answers with the range among lines that are made up for each answer, so that its length reveals nothing.
fn padded(
    passwords: &Passwords<Mmap>,
    prefix: PasswordPrefix,
) -> Result<HttpResponse, PasswordsError> {
    let mut listed: Vec<PasswordCount> = passwords.range(prefix)?.collect();
    let digits: usize = listed
        .iter()
        .map(|password| further_digits(password.count))
        .sum();
    pad(&mut listed)?;
    let mut answer = HttpResponse::Ok();
    head(&mut answer, CachePolicy::Never).insert_header((FILL, fill(digits)));
    Ok(answer.body(lines(listed.into_iter())))
}

/// Adds passwords that do not exist until there are 800 to 1,000, chosen at random, if there are fewer.
fn pad(listed: &mut Vec<PasswordCount>) -> Result<(), PasswordsError> {
    let mut chance = [0; 4];
    randomness(&mut chance)?;
    let lines = LEAST_LINES + (u32::from_le_bytes(chance) % LINE_NUMBERS) as usize;
    let missing = lines.saturating_sub(listed.len());
    let mut suffixes = vec![0; missing * PasswordSuffix::LENGTH];
    randomness(&mut suffixes)?;
    let (suffixes, _) = suffixes.as_chunks();
    listed.extend(suffixes.iter().map(|random| PasswordCount {
        suffix: PasswordSuffix::from_random(*random),
        count: 0,
    }));
    listed.sort_unstable();
    Ok(())
}

fn randomness(bytes: &mut [u8]) -> Result<(), PasswordsError> {
    getrandom::fill(bytes).map_err(|_| PasswordsError::Io(std::io::ErrorKind::Other.into()))
}

/// Returns the number of digits of a count after the first, which a made-up line has too.
fn further_digits(count: u32) -> usize {
    count.checked_ilog10().unwrap_or(0) as usize
}

/// Returns a fill for the digits of counts, so that both together are equally long up to 127 digits, and so on.
///
/// `X` takes as many bits in HTTP/2's code as in a text, and the length of 127 to 254 of them takes the same number of
/// bytes.
fn fill(digits: usize) -> String {
    const STEP: usize = 128;
    "X".repeat(2 * STEP - 2 - digits % STEP)
}

fn lines(passwords: impl ExactSizeIterator<Item = PasswordCount>) -> String {
    const LINE: usize = PasswordSuffix::DIGITS + ":1234567890\r\n".len();
    let mut text = String::with_capacity(passwords.len() * LINE);
    for password in passwords {
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        text.extend(password.suffix.digits().map(char::from));
        text.push(':');
        text.push_str(&password.count.to_string());
    }
    text
}

fn wants_padding(request: &HttpRequest) -> bool {
    let header = request.headers().get(ADD_PADDING);
    header.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Returns whether the query asks for SHA-1: hashes of another kind would be taken for "not leaked". Names may be in
/// either case, as in the original.
fn is_sha1(query: &str) -> bool {
    let pairs = Query::<Vec<(String, String)>>::from_query(query);
    pairs.is_ok_and(|Query(pairs)| {
        let mut modes = pairs
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("mode"));
        modes.all(|(_, mode)| mode.eq_ignore_ascii_case("sha1"))
    })
}

/// Adds headers: caches keep answers with padding apart; none is compressed.
fn head(answer: &mut HttpResponseBuilder, caching: CachePolicy) -> &mut HttpResponseBuilder {
    answer
        .insert_header(caching.header())
        .insert_header((VARY, HeaderValue::from_static(ADD_PADDING)))
        .content_type("text/plain; charset=utf-8")
}

fn refuse(message: &'static str) -> HttpResponse {
    let mut answer = HttpResponse::build(StatusCode::BAD_REQUEST);
    head(&mut answer, CachePolicy::Never).body(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(counts: &[u32]) -> Vec<PasswordCount> {
        let password = |(number, count): (usize, &u32)| PasswordCount {
            suffix: PasswordSuffix::from_random([number as u8; PasswordSuffix::LENGTH]),
            count: *count,
        };
        counts.iter().enumerate().map(password).collect()
    }

    #[test]
    fn lines_are_apart_and_end_without_one() {
        let text = lines(range(&[7, 4_294_967_295]).into_iter());
        let expected = format!(
            "{}:7\r\n{}:4294967295",
            "0".repeat(35),
            "1".to_owned() + &"01".repeat(17)
        );
        assert_eq!(text, expected);
        assert_eq!(lines(range(&[]).into_iter()), "");
    }

    #[test]
    fn a_padded_answer_has_800_to_1000_lines_and_what_was_there_among_them() {
        for there in [0, 1, 799, 900, 1_200] {
            let real = range(&vec![10; there]);
            let mut padded = real.clone();
            pad(&mut padded).expect("randomness");
            assert!(
                (800..=1_000.max(there)).contains(&padded.len()),
                "{}",
                padded.len()
            );
            assert!(padded.is_sorted());
            let kept = padded.iter().filter(|password| password.count > 0).count();
            assert_eq!(kept, there);
        }
    }

    #[test]
    fn the_length_of_a_padded_answer_follows_from_its_lines_alone() {
        let lengths = [&[][..], &[10], &[9, 123_456], &[u32::MAX; 14]].map(|counts| {
            let mut listed = range(counts);
            let digits = listed
                .iter()
                .map(|password| further_digits(password.count))
                .sum();
            pad(&mut listed).expect("randomness");
            let lines_alone = listed.len() * (PasswordSuffix::DIGITS + ":0\r\n".len());
            lines(listed.into_iter()).len() + fill(digits).len() - lines_alone
        });
        assert!(
            lengths.iter().all(|length| *length == lengths[0]),
            "{lengths:?}"
        );
        assert!((0..300).all(|digits| (127..=254).contains(&fill(digits).len())));
    }

    #[test]
    fn only_sha1_is_understood() {
        for query in ["", "mode=sha1", "mode=SHA1", "Mode=Sha1", "x=1"] {
            assert!(is_sha1(query), "{query}");
        }
        for query in [
            "mode=ntlm",
            "Mode=ntlm",
            "MODE=NTLM",
            "mode=",
            "mode=sha1&mode=ntlm",
            "mode=sha1&Mode=ntlm",
        ] {
            assert!(!is_sha1(query), "{query}");
        }
    }
}
