//! How are requests sent over HTTP?

use std::time::Duration;

use ureq::http::header::RETRY_AFTER;
use ureq::{Agent, Body, RequestBuilder};

use super::{Method, Request, Response, Transport, TransportError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time from the first byte sent to the last one received. A range can be 16 MiB long.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Sends requests over HTTP/1.1, with TLS for `https`, and keeps connections for the next request.
///
/// Proxies are taken from the environment (`HTTPS_PROXY` and the like). A program that sends the records of the `log`
/// crate somewhere must exclude `ureq`'s at level trace: they contain URLs, and so prefixes.
pub struct HttpTransport {
    agent: Agent,
}

impl Default for HttpTransport {
    fn default() -> Self {
        // A redirection would send the request for a range to a host that the index document does not name.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("tekser/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        let url = request.url.as_str();
        let sent = match request.method {
            Method::Get => with_headers(self.agent.get(url), request).call(),
            Method::Post => with_headers(self.agent.post(url), request).send(request.body),
        };
        let mut answer = sent.map_err(|error| reason(&error))?;
        Ok(Response {
            status: answer.status().as_u16(),
            retry_after: retry_after(&answer),
            body: read(answer.body_mut(), request.most)?,
        })
    }
}

fn with_headers<B>(builder: RequestBuilder<B>, request: &Request<'_>) -> RequestBuilder<B> {
    let headers = request.headers.iter();
    headers.fold(builder, |builder, (name, value)| {
        builder.header(*name, *value)
    })
}

fn retry_after(answer: &ureq::http::Response<Body>) -> Option<String> {
    let value = answer.headers().get(RETRY_AFTER)?;
    value.to_str().ok().map(str::to_owned)
}

fn read(body: &mut Body, most: u64) -> Result<Vec<u8>, TransportError> {
    // One byte more than wanted, so that a body of exactly the right length is not taken for a longer one.
    let read = body.with_config().limit(most + 1).read_to_vec();
    match read {
        Ok(bytes) if bytes.len() as u64 <= most => Ok(bytes),
        Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => Err(TransportError::TooLong { most }),
        Err(error) => Err(reason(&error)),
    }
}

/// Returns the part of an error that can be shown: its own message may repeat the URL.
fn reason(error: &ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::Timeout,
        ureq::Error::HostNotFound => TransportError::HostNotFound,
        ureq::Error::Io(error) => TransportError::Connection(error.kind()),
        ureq::Error::ConnectionFailed => {
            TransportError::Connection(std::io::ErrorKind::NotConnected)
        }
        ureq::Error::TlsRequired => TransportError::NoTls,
        ureq::Error::Tls(_) => TransportError::Tls,
        #[cfg(feature = "client-tls")]
        ureq::Error::Rustls(_) | ureq::Error::Pem(_) => TransportError::Tls,
        _ => TransportError::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Returns what a server that answers with `answer` was sent, and how the transport reads that answer.
    fn exchange(answer: &'static str, most: u64) -> (String, Result<Response, TransportError>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut asked = vec![0; 4096];
            let mut length = 0;
            while !asked[..length].ends_with(b"body") {
                length += stream.read(&mut asked[length..]).expect("a request");
            }
            stream.write_all(answer.as_bytes()).expect("an answer");
            String::from_utf8_lossy(&asked[..length]).into_owned()
        });
        let url = format!("http://127.0.0.1:{port}/v1/evaluate");
        let response = HttpTransport::default().send(&Request {
            method: Method::Post,
            url: &url.parse().expect("a URL"),
            headers: &[("Content-Type", "application/json")],
            body: b"body",
            most,
        });
        (server.join().expect("a server"), response)
    }

    #[test]
    fn a_request_arrives_and_its_answer_comes_back_whatever_the_status() {
        let answer =
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno";
        let (asked, response) = exchange(answer, 2);
        assert!(asked.starts_with("POST /v1/evaluate HTTP/1.1\r\n"));
        assert!(
            asked
                .to_lowercase()
                .contains("content-type: application/json")
        );
        let response = response.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(response.status, 429);
        assert_eq!(response.retry_after.as_deref(), Some("7"));
        assert_eq!(response.body, b"no");
    }

    #[test]
    fn a_body_is_not_read_beyond_what_was_wanted() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";
        let refused = exchange(answer, 2).1.err();
        assert_eq!(refused, Some(TransportError::TooLong { most: 2 }));
    }

    #[test]
    fn a_redirection_is_not_followed() {
        let answer =
            "HTTP/1.1 307 Elsewhere\r\nLocation: http://example.kz/\r\nContent-Length: 0\r\n\r\n";
        let status = exchange(answer, 2).1.map(|response| response.status);
        assert_eq!(status, Ok(307));
    }
}
