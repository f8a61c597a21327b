//! How is the demo asked? A server in front, and a client that compares its answers with the truth.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use exposure_index::breach::{BreachId, Month};
use exposure_index::client::{Answer, Client, ExposedBreach, HttpTransport};
use exposure_index::identifier::{Kind, normalise};
use exposure_index::messages::{BreachDocument, MAX_ELEMENTS};
use exposure_index::statement::Trust;
use serde_json::{Value, json};

use super::institution::OpenInstitution;
use super::{Demo, DemoError, ExpectedAnswer, Institution, Question};

/// Look-ups asked over HTTP: one request for evaluation, for which the client works a few seconds.
const ASKED: usize = MAX_ELEMENTS;

/// The running look-up server with the website.
pub struct Site {
    server: Child,
    url: String,
    trust: Trust,
    /// The institutions, which run as long as this lives.
    _institutions: Vec<OpenInstitution>,
}

impl Site {
    /// Starts the two institutions that answer retrievals, and the server with the website, which is built already.
    ///
    /// # Errors
    /// Fails if the server does not listen.
    pub fn open(demo: &Demo, root: &Path, listen: SocketAddr) -> Result<Self, DemoError> {
        // A browser may be sent to either name.
        let port = listen.port();
        let origins = format!("http://{listen},http://localhost:{port},http://127.0.0.1:{port}");
        let institutions = demo.institutions().iter();
        let institutions: Vec<_> = institutions
            .map(|one| one.open(demo, &origins))
            .collect::<Result<_, _>>()?;
        let urls = demo.institutions().each_ref().map(Institution::url);
        let server = demo.programs.join("tekser-server");
        let mut command = Command::new(&server);
        command
            .arg("--site")
            .arg(root.join("server/web/dist"))
            .args(["--listen", &listen.to_string()])
            .args(["--retrieval-server", &urls.join(",")])
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let command_line = demo.with_index_and_key(&mut command);
        command_line.arg("--trust").arg(demo.release_key());
        let child = command.spawn().map_err(|source| DemoError::Program {
            program: server,
            source,
        })?;
        let trust = Trust::load(&[demo.release_key().display().to_string()])?;
        Self::once_it_listens(child, trust, institutions)
    }

    /// Waits for the line with the address, and from then on shows what the server logs.
    fn once_it_listens(
        mut server: Child,
        trust: Trust,
        institutions: Vec<OpenInstitution>,
    ) -> Result<Self, DemoError> {
        let Some(stderr) = server.stderr.take() else {
            return Err(DemoError::Server);
        };
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let url = lines.by_ref().inspect(|line| show(line)).find_map(|line| {
            let (_, url) = line.split_once("listening on ")?;
            Some(url.trim().to_owned())
        });
        let Some(url) = url else {
            // It has said why, and ended.
            let _ = server.wait();
            return Err(DemoError::Server);
        };
        std::thread::spawn(move || lines.for_each(|line| show(&line)));
        Ok(Self {
            server,
            url,
            trust,
            _institutions: institutions,
        })
    }

    /// Returns its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks some of the questions over HTTP, as a citizen's browser does, and compares with the truth.
    ///
    /// # Errors
    /// Fails if a look-up fails or an answer is wrong.
    pub fn look_up(&self, questions: &[Question]) -> Result<usize, DemoError> {
        let asked = asked(questions);
        let client = Client::over_http(&self.url)?.with_trust(self.trust.clone());
        let lists = Lists::of(&client)?;
        let inputs: Vec<&Vec<u8>> = asked.iter().map(|(_, input)| input).collect();
        let answers = client.look_up_all(&inputs)?;
        let wrong = asked
            .iter()
            .zip(&answers)
            .filter(|((question, _), answer)| !lists.are_right(question, answer))
            .count();
        match wrong {
            0 => Ok(asked.len()),
            wrong => Err(DemoError::WrongAnswers {
                wrong,
                asked: asked.len(),
            }),
        }
    }

    /// Serves until the server ends: the user presses Ctrl-C, which it gets too.
    ///
    /// # Errors
    /// Fails if it cannot be waited for.
    pub fn wait(mut self) -> Result<(), DemoError> {
        self.server.wait().map(drop).map_err(|_| DemoError::Server)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
    }
}

pub(super) fn show(text: &str) {
    // Nobody may be reading any more.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Returns questions with the inputs of the OPRF, as many about leaks as about warning lists.
fn asked(questions: &[Question]) -> Vec<(&Question, Vec<u8>)> {
    let inputs = questions.iter();
    let inputs: Vec<_> = inputs
        .filter_map(|question| Some((question, input(question)?)))
        .collect();
    let (of_leaks, of_lists): (Vec<_>, Vec<_>) = inputs
        .into_iter()
        .partition(|(question, _)| question.is_of_leaks());
    let of_leaks = of_leaks.into_iter().take(ASKED / 2);
    of_leaks
        .chain(of_lists.into_iter().take(ASKED / 2))
        .collect()
}

/// Returns the input of the OPRF; `None` if the question is about a value that is not an identifier, or about a site:
/// its domain is a look-up of its own.
fn input(question: &Question) -> Option<Vec<u8>> {
    let kind: Kind = question
        .kind
        .parse()
        .ok()
        .filter(|kind| *kind != Kind::Site)?;
    Some(normalise(kind, &question.value).ok()?.oprf_input())
}

/// Returns whether a citizen is shown a breach: the truth has the sealed ones too.
struct Lists {
    leaks: BTreeSet<BreachId>,
    warnings: BTreeSet<BreachId>,
}

impl Lists {
    fn of(client: &Client<HttpTransport>) -> Result<Self, DemoError> {
        let breaches = client.catalogue()?.breaches.into_iter();
        let (leaks, warnings): (Vec<_>, Vec<_>) =
            breaches.partition(|breach| breach.metadata.is_leak());
        let ids = |breaches: Vec<BreachDocument>| {
            breaches
                .into_iter()
                .map(|breach| breach.metadata.id)
                .collect()
        };
        Ok(Self {
            leaks: ids(leaks),
            warnings: ids(warnings),
        })
    }

    fn are_right(&self, question: &Question, answer: &Answer) -> bool {
        let of = |ids: &BTreeSet<BreachId>| {
            let shown = answer.exposures.iter();
            let shown = shown.filter(|exposed| ids.contains(&exposed.breach));
            shown.cloned().collect::<Vec<_>>()
        };
        match &question.expected {
            ExpectedAnswer::Exposures(expected) => {
                let is_public = |exposure: &&Value| {
                    self.leaks
                        .iter()
                        .any(|id| exposure["breach"] == id.as_str())
                };
                let shown = of(&self.leaks);
                let shown = shown.iter().map(|exposed| {
                    json!({"breach": exposed.breach.as_str(), "classes": exposed.classes})
                });
                shown.eq(expected.iter().filter(is_public).cloned())
            }
            ExpectedAnswer::Warnings(expected) => of(&self.warnings)
                .iter()
                .map(warning)
                .eq(expected.iter().cloned()),
        }
    }
}

/// Returns an entry of a list, in the words of the truth.
fn warning(exposed: &ExposedBreach) -> Value {
    let since = exposed.classes.iter().filter_map(Month::of_class).min();
    let reasons = exposed.classes.iter();
    let reasons: Vec<_> = reasons
        .filter(|class| Month::of_class(class).is_none())
        .collect();
    json!({ "list": exposed.breach.as_str(), "since": since.map(|month| month.to_string()), "reasons": reasons })
}
