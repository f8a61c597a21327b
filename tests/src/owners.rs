//! How does a test sign people in who see sealed leaks of their own? An identity provider, pages, and a browser's way.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use exposure_index::messages::encode;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use ureq::Body;
use ureq::http::Response;

use crate::{agent, header};

/// What the service is to the provider.
const CLIENT: &str = "tekser";
/// The public address of the service: its pages send it as their origin.
const ADDRESS: &str = "https://owners.example.org";
const COOKIE: &str = "__Host-tekser=";

/// An identity provider on this machine, which vouches for whatever a test says.
pub struct IdentityProvider {
    state: Arc<State>,
}

struct State {
    issuer: String,
    key: EcdsaKeyPair,
    /// What is to be claimed by the token that a code is exchanged for.
    grants: Mutex<Vec<Value>>,
}

impl IdentityProvider {
    /// Starts one on a port of its own. It ends with the process.
    ///
    /// # Panics
    /// If it cannot listen.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("a key");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            issuer,
            key,
            grants: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // The person who asks may be killed at any time.
                thread::spawn(move || drop(state.answer(&connection)));
            }
        });
        Self { state }
    }

    /// What its tokens name it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.state.issuer
    }

    /// Signs a person in with a browser that the service sent to a URL. Returns the query with which it comes back.
    fn sign_in(&self, url: &str, person: &Value) -> String {
        let parameter = |name: &str| {
            let pairs = url.split(['?', '&']);
            let named = pairs.filter_map(|pair| pair.split_once('='));
            let mut values = named.filter(|(other, _)| *other == name);
            values.next().map_or("", |(_, value)| value)
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a clock").as_secs();
        let mut claims = person.clone();
        for (name, value) in [
            ("iss", json!(self.issuer())),
            ("aud", json!(CLIENT)),
            ("nonce", json!(parameter("nonce"))),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            claims[name] = value;
        }
        let mut grants = self.state.grants.lock().expect("a lock");
        grants.push(claims);
        format!("code={}&state={}", grants.len(), parameter("state"))
    }
}

impl State {
    /// Answers one request.
    fn answer(&self, mut connection: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(connection);
        let (mut head, mut length) = (String::new(), 0);
        while reader.read_line(&mut head)? > 2 {}
        for line in head.lines() {
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().unwrap_or_default();
            }
        }
        let mut form = vec![0; length];
        reader.read_exact(&mut form)?;
        let form = String::from_utf8_lossy(&form);
        let answer = match head.split(' ').nth(1).unwrap_or_default() {
            "/.well-known/openid-configuration" => self.described(),
            "/keys" => self.keys(),
            _ => self.token(&form),
        };
        let answer = answer.to_string();
        let length = answer.len();
        write!(
            connection,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{answer}"
        )
    }

    fn described(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"), "code_challenge_methods_supported": ["S256"],
        })
    }

    fn keys(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "key", "x": x, "y": y}]})
    }

    fn token(&self, form: &str) -> Value {
        let code = form.split('&').find_map(|pair| pair.strip_prefix("code="));
        let code: usize = code.and_then(|code| code.parse().ok()).expect("a code");
        let claims = self.grants.lock().expect("a lock")[code - 1].clone();
        let part = |value: &Value| encode(value.to_string().as_bytes());
        let head = json!({"alg": "ES256", "kid": "key"});
        let signed = format!("{}.{}", part(&head), part(&claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = encode(signature.expect("a signature").as_ref());
        json!({"id_token": format!("{signed}.{signature}"), "token_type": "Bearer"})
    }
}

/// Writes pages of the service for owners with what matters of each.
///
/// # Panics
/// If they cannot be written.
pub fn write_owners_site(folder: &Path) {
    for language in ["kk", "ru", "en"] {
        let folder = folder.join(language);
        fs::create_dir_all(&folder).expect("a folder");
        for (page, text) in [
            ("index", "public page"),
            ("owners-start", "start"),
            ("owners-onward", "{{onward}}"),
            ("owners-alone", "alone {{csrf}}"),
            (
                "owners-answer",
                "answer: {{#leaks}}{{leak.id}} {{/}}{{^found}}none{{/}}",
            ),
            ("owners-out", "out"),
            (
                "owners-failed",
                "failed {{#failure.expired}}expired{{/}}{{#failure.unavailable}}unavailable{{/}}",
            ),
        ] {
            fs::write(folder.join(format!("{page}.html")), text).expect("a page");
        }
    }
    fs::create_dir_all(folder.join("assets")).expect("a folder");
    fs::write(folder.join("assets/main.css"), "css").expect("a style sheet");
}

/// The table `[owners]` of settings, for people whom this provider vouches for by their IINs.
#[must_use]
pub fn owners_table(provider: &IdentityProvider, audit: &Path) -> String {
    let (issuer, audit) = (provider.issuer(), audit.display());
    format!(
        "[owners]\naddress = {ADDRESS:?}\nissuer = {issuer:?}\nclient-id = {CLIENT:?}\naudit = \"{audit}\"\n\
         [owners.claims]\niin = \"iin\"\n"
    )
}

/// A browser at the service for owners: where that listens, and whose session the browser has.
pub struct OwnersBrowser {
    base: String,
    /// An address of its own, as a proxy says it.
    address: String,
    cookie: String,
}

/// That the service did not answer, as while it is killed.
#[derive(Debug)]
pub struct Unanswered;

impl OwnersBrowser {
    /// A browser that nobody has signed in with.
    #[must_use]
    pub fn new(base: &str, place: usize) -> Self {
        Self {
            base: base.to_owned(),
            address: format!("10.0.{}.{}", place / 200, place % 200 + 1),
            cookie: String::new(),
        }
    }

    /// The same browser after the service listens elsewhere.
    #[must_use]
    pub fn moved_to(self, base: &str) -> Self {
        let base = base.to_owned();
        Self { base, ..self }
    }

    /// Signs a person in, up to where the answer is.
    ///
    /// # Errors
    /// [`Unanswered`] if the service does not answer.
    ///
    /// # Panics
    /// If it answers with something else.
    pub fn sign_in(
        &mut self,
        provider: &IdentityProvider,
        person: &Value,
    ) -> Result<(), Unanswered> {
        let (_, onward) = self.post("/en/login", "")?;
        assert!(onward.starts_with(provider.issuer()), "{onward}");
        let query = provider.sign_in(&onward.replace("&#38;", "&"), person);
        let (_, entering) = self.get(&format!("/callback?{query}"))?;
        let (location, text) = self.get(&entering.replace("&#38;", "&"))?;
        assert_eq!(location, "/en/alone", "{text}");
        let (_, alone) = self.get("/en/alone")?;
        let csrf = alone.strip_prefix("alone ").expect("a token");
        let (location, _) = self.post("/en/answer", &format!("csrf={csrf}"))?;
        assert_eq!(location, "/en/answer");
        Ok(())
    }

    /// The page of the answer.
    ///
    /// # Errors
    /// [`Unanswered`] if the service does not answer.
    pub fn answer(&mut self) -> Result<String, Unanswered> {
        self.get("/en/answer").map(|(_, text)| text)
    }

    fn get(&mut self, path: &str) -> Result<(String, String), Unanswered> {
        let url = format!("{}{path}", self.base);
        let request = agent().get(url).header("cookie", &self.cookie);
        let request = request.header("accept-language", "en");
        let answer = request.header("x-forwarded-for", &self.address).call();
        self.read(answer)
    }

    fn post(&mut self, path: &str, form: &str) -> Result<(String, String), Unanswered> {
        let url = format!("{}{path}", self.base);
        let request = agent().post(url).header("cookie", &self.cookie);
        let request = request.header("origin", ADDRESS);
        let request = request.header("x-forwarded-for", &self.address);
        let answer = request.send(form);
        self.read(answer)
    }

    /// Where an answer leads, and its text.
    fn read(
        &mut self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<(String, String), Unanswered> {
        let mut answer = answer.map_err(|_| Unanswered)?;
        let cookie = header(&answer, "set-cookie");
        if let Some(cookie) = cookie
            .split(';')
            .next()
            .filter(|text| text.starts_with(COOKIE))
        {
            self.cookie = cookie.to_owned();
        }
        let location = header(&answer, "location").to_owned();
        let text = answer.body_mut().read_to_string();
        Ok((location, text.map_err(|_| Unanswered)?))
    }
}
