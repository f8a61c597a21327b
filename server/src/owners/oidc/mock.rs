//! What would an identity provider do? One on this machine that signs whatever a test wants.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use ::ring::rand::SystemRandom;
use ::ring::rsa::PublicKeyComponents;
use ::ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use actix_web::dev::ServerHandle;
use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use data_encoding::BASE64;
use exposure_index::messages::encode;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{Answer, Provider, Registration};

pub(crate) const CLIENT: &str = "tekser";
const SECRET: &str = "a secret: 100 %";
pub(crate) const CALLBACK: &str = "https://owners.example/callback";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    Es256,
    Rs256,
    /// With a key that the provider does not have.
    Stranger,
    /// `alg` is `none`, and there is no signature.
    None,
    /// With a secret, which is the public key that everybody has.
    Hs256,
    /// `alg` is RS256, but the signature is one of ES256.
    Confused,
    /// A signature of other claims.
    Forged,
}

/// The keys of a provider.
pub(crate) struct Signer {
    /// What the key on P-256 is called; a provider with one key may leave that out.
    ec_name: Option<String>,
    ec: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

impl Signer {
    fn new(ec_name: Option<&str>) -> Self {
        let pkcs8: String = include_str!("rsa-key-of-tests.txt")
            .split_whitespace()
            .collect();
        let pkcs8 = BASE64.decode(pkcs8.as_bytes()).expect("a key");
        Self {
            ec_name: ec_name.map(str::to_owned),
            ec: ec_key(),
            rsa: RsaKeyPair::from_pkcs8(&pkcs8).expect("a key"),
        }
    }

    fn set(&self) -> Value {
        let point = self.ec.public_key().as_ref();
        let rsa = PublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        json!({"keys": [
            {"kty": "EC", "crv": "P-256", "kid": self.ec_name, "use": "sig", "x": encode(&point[1..33]), "y": encode(&point[33..])},
            {"kty": "RSA", "kid": "rsa", "alg": "RS256", "n": encode(&rsa.n),
             "e": encode(&rsa.e)},
            {"kty": "oct", "kid": "secret", "k": "AAAA"}, {"kty": "EC", "crv": "P-521", "kid": "other"}, 7,
        ]})
    }

    /// A token of these claims.
    pub(crate) fn token(&self, claims: &Value, signing: Signing) -> String {
        let rsa_name = Some("rsa".to_owned());
        let (alg, kid) = match signing {
            Signing::Es256 | Signing::Forged | Signing::Stranger => ("ES256", &self.ec_name),
            Signing::Rs256 => ("RS256", &rsa_name),
            Signing::None => ("none", &self.ec_name),
            Signing::Hs256 => ("HS256", &rsa_name),
            Signing::Confused => ("RS256", &self.ec_name),
        };
        let part = |value: &Value| encode(value.to_string().as_bytes());
        let signed = format!(
            "{}.{}",
            part(&json!({"alg": alg, "kid": kid, "typ": "JWT"})),
            part(claims)
        );
        let signature = match signing {
            Signing::Es256 | Signing::Confused => with_ec(&self.ec, &signed),
            Signing::Stranger => with_ec(&ec_key(), &signed),
            Signing::Forged => with_ec(&self.ec, "other.claims"),
            Signing::None => Vec::new(),
            Signing::Rs256 => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                let random = SystemRandom::new();
                let done = self.rsa.sign(
                    &RSA_PKCS1_SHA256,
                    &random,
                    signed.as_bytes(),
                    &mut signature,
                );
                done.expect("a signature");
                signature
            }
            Signing::Hs256 => {
                let key = PublicKeyComponents::<Vec<u8>>::from(self.rsa.public()).n;
                let mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
                mac.chain_update(&signed).finalize().into_bytes().to_vec()
            }
        };
        format!("{signed}.{}", encode(&signature))
    }
}

fn ec_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
        .expect("a key")
}

fn with_ec(key: &EcdsaKeyPair, signed: &str) -> Vec<u8> {
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes());
    signature.expect("a signature").as_ref().to_vec()
}

/// A code that was given out, and what it was given out for.
struct Grant {
    challenge: String,
    nonce: String,
    person: Value,
}

/// What the provider does, as a test wants it.
pub(crate) struct Behaviour {
    pub(crate) signing: Signing,
    /// Changes the claims of a token before it is signed.
    pub(crate) tamper: fn(&mut Value),
    /// Changes the document of discovery.
    pub(crate) describe: fn(&mut Value),
    /// What the endpoint for claims says of the person, besides.
    pub(crate) userinfo: Value,
    /// The status of the endpoint for tokens, and a place to send the client to.
    pub(crate) redirect: bool,
}

struct State {
    issuer: String,
    signer: Mutex<Signer>,
    behaviour: Mutex<Behaviour>,
    grants: Mutex<HashMap<String, Grant>>,
    asked: Mutex<HashMap<String, u32>>,
}

/// The provider, until it is dropped.
pub(crate) struct MockProvider {
    state: Arc<State>,
    handle: ServerHandle,
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        rt::spawn(self.handle.stop(false));
    }
}

impl MockProvider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            issuer,
            signer: Mutex::new(Signer::new(Some("ec"))),
            behaviour: Mutex::new(Behaviour {
                signing: Signing::Es256,
                tamper: |_| {},
                describe: |_| {},
                userinfo: json!({}),
                redirect: false,
            }),
            grants: Mutex::default(),
            asked: Mutex::default(),
        });
        let shared = Data::from(Arc::clone(&state));
        let app = move || {
            App::new()
                .app_data(shared.clone())
                .route("/.well-known/openid-configuration", web::get().to(describe))
                .route("/keys", web::get().to(keys))
                .route("/token", web::post().to(token))
                .route("/userinfo", web::get().to(userinfo))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        let server = server.listen(listener).expect("a listener").run();
        let handle = server.handle();
        rt::spawn(server);
        Self { state, handle }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.state.issuer
    }

    /// Has the provider behave in another way from now on.
    pub(crate) fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.state.behaviour.lock().expect("a lock"));
    }

    /// How often something was asked for.
    pub(crate) fn asked(&self, what: &str) -> u32 {
        *self
            .state
            .asked
            .lock()
            .expect("a lock")
            .get(what)
            .unwrap_or(&0)
    }

    /// Changes the keys, of which the one on P-256 has this name from now on.
    pub(crate) fn change_keys(&self, name: Option<&str>) {
        *self.state.signer.lock().expect("a lock") = Signer::new(name);
    }

    /// A token that names a key which is not in the set.
    pub(crate) fn token_of_unknown_key(&self) -> String {
        let signer = self.state.signer.lock().expect("a lock");
        let token = signer.token(&json!({}), Signing::Es256);
        let (_, rest) = token.split_once('.').expect("parts");
        let head = json!({"alg": "ES256", "kid": "unknown"});
        format!("{}.{rest}", encode(head.to_string().as_bytes()))
    }

    /// A relying party of this provider.
    pub(crate) fn client(&self) -> Provider {
        let registration = Registration {
            issuer: self.issuer().to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: Zeroizing::new(SECRET.to_owned()),
            redirect_url: CALLBACK.to_owned(),
            scope: "openid phone".to_owned(),
        };
        Provider::new(registration).expect("a client")
    }

    /// What the browser of a person brings back who signs in at the URL that the service sent it to.
    pub(crate) fn sign_in(&self, url: &Url, person: &Value) -> Answer {
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", CALLBACK),
            ("code_challenge_method", "S256"),
            ("prompt", "login"),
        ] {
            assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
        }
        let grant = Grant {
            challenge: query["code_challenge"].clone(),
            nonce: query["nonce"].clone(),
            person: person.clone(),
        };
        let code = format!("code/{}+&", self.state.count("code"));
        let mut grants = self.state.grants.lock().expect("a lock");
        grants.insert(code.clone(), grant);
        Answer {
            code: Some(code),
            state: Some(query["state"].clone()),
            iss: Some(self.state.issuer.clone()),
            error: None,
        }
    }
}

impl State {
    /// Counts that something was asked for, and says how often it was.
    fn count(&self, what: &str) -> u32 {
        let mut asked = self.asked.lock().expect("a lock");
        let times = asked.entry(what.to_owned()).or_default();
        *times += 1;
        *times
    }
}

async fn describe(state: Data<State>) -> HttpResponse {
    let issuer = &state.issuer;
    let mut document = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?a=b"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"), "userinfo_endpoint": format!("{issuer}/userinfo"),
        "authorization_response_iss_parameter_supported": true, "code_challenge_methods_supported": ["S256"],
    });
    (state.behaviour.lock().expect("a lock").describe)(&mut document);
    HttpResponse::Ok().body(document.to_string())
}

async fn keys(state: Data<State>) -> HttpResponse {
    state.count("keys");
    let signer = state.signer.lock().expect("a lock");
    HttpResponse::Ok().body(signer.set().to_string())
}

/// A code is good for one token, and for the client that began alone.
async fn token(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let behaviour = state.behaviour.lock().expect("a lock");
    if behaviour.redirect {
        state.count("redirected");
        return HttpResponse::TemporaryRedirect()
            .insert_header(("location", "/userinfo"))
            .finish();
    }
    let form: HashMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
    let credentials = format!(
        "{CLIENT}:{}",
        form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>()
    );
    let expected = format!("Basic {}", BASE64.encode(credentials.as_bytes()));
    let given = request
        .headers()
        .get("authorization")
        .map(HeaderValue::as_bytes);
    let is_in_body = form.get("client_secret").map(String::as_str) == Some(SECRET);
    assert!(
        is_in_body || given == Some(expected.as_bytes()),
        "the secret"
    );
    let grant = state.grants.lock().expect("a lock").remove(&form["code"]);
    let refused = || HttpResponse::BadRequest().body(r#"{"error": "invalid_grant"}"#);
    let Some(grant) = grant else {
        return refused();
    };
    if encode(&Sha256::digest(&form["code_verifier"])) != grant.challenge
        || form["redirect_uri"] != CALLBACK
    {
        return refused();
    }
    let now = Timestamp::now().as_second();
    let mut claims = grant.person.clone();
    for (name, value) in [
        ("iss", json!(state.issuer)),
        ("aud", json!(CLIENT)),
        ("nonce", json!(grant.nonce)),
        ("iat", json!(now)),
        ("exp", json!(now + 300)),
    ] {
        claims[name] = value;
    }
    (behaviour.tamper)(&mut claims);
    let signer = state.signer.lock().expect("a lock");
    let token = signer.token(&claims, behaviour.signing);
    let access = claims["sub"].as_str().unwrap_or_default();
    HttpResponse::Ok().body(
        json!({"id_token": token, "access_token": access, "token_type": "Bearer"}).to_string(),
    )
}

async fn userinfo(state: Data<State>, request: HttpRequest) -> HttpResponse {
    state.count("userinfo");
    let bearer = request.headers().get("authorization").expect("a token");
    let subject = bearer.to_str().expect("text").trim_start_matches("Bearer ");
    let mut claims = state.behaviour.lock().expect("a lock").userinfo.clone();
    if claims.get("sub").is_none() {
        claims["sub"] = json!(subject);
    }
    HttpResponse::Ok().body(claims.to_string())
}
