//! Reads a webhook of Stripe's as a service would, from a body and a signature header in files.
//!
//! ```text
//! cargo run --features stripe --example stripe_webhook
//! cargo run --features stripe --example stripe_webhook -- --now 2027-03-01T12:00:00Z
//! cargo run --features stripe --example stripe_webhook -- \
//!     --body FILE --signature FILE --secret whsec_… --mode test --now 2027-03-01T09:00:02Z
//! ```
//!
//! Without arguments it reads the example under `examples/data`, at a time at which its signature
//! is fresh. `--secret` may be given twice, as while an endpoint's secret is being replaced; `--mode`
//! says which of Stripe's worlds the service is in, `live` if nothing is said. The event is printed
//! as JSON. A webhook that is turned down is told on standard error with its
//! code and HTTP status; the exit code is 1, and 2 for a mistake in the arguments.

use std::{
    fmt::Display,
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use sitstay::{
    stripe::{EventScope, Mode, WebhookSecret, read_webhook},
    time::Instant,
};

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args().skip(1), &mut io::stdout(), &mut io::stderr()))
}

/// Does what the arguments say, and returns the exit code.
pub(crate) fn run(
    arguments: impl Iterator<Item = String>,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> u8 {
    let mut complain = |problem: &dyn Display, code| {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(complaints, "{problem}");
        code
    };
    let request = match Request::read(arguments) {
        Ok(request) => request,
        Err(problem) => return complain(&problem, 2),
    };
    let Request { header, body, secrets, scope, now } = &request;
    match read_webhook(header, body, secrets, *scope, *now) {
        Ok(event) => match serde_json::to_string_pretty(&event) {
            Ok(_) if event.is_none() => tell(out, "does not concern the library; answer 200"),
            Ok(json) => tell(out, &json),
            Err(problem) => complain(&problem, 1),
        },
        Err(error) => {
            let status = error.kind().http_status();
            complain(&format_args!("refused with {status} {}: {error}", error.code()), 1)
        }
    }
}

fn tell(out: &mut impl Write, line: &str) -> u8 {
    u8::from(writeln!(out, "{line}").is_err())
}

/// What a service gets by HTTP, and what it knows itself.
struct Request {
    header: String,
    body: Vec<u8>,
    secrets: Vec<WebhookSecret>,
    scope: EventScope,
    now: Instant,
}

impl Request {
    const USAGE: &str = "usage: stripe_webhook [--body FILE] [--signature FILE] [--secret whsec_…]… \
                         [--mode live|test] [--now TIME]";
    const BODY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/stripe_event.json");
    const SIGNATURE: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/stripe_signature.txt");
    const SECRET: &str = "whsec_ExampleOnly0123456789abcdef";
    const NOW: &str = "2027-03-01T09:00:02Z";

    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut body, mut signature) = (Self::BODY.to_owned(), Self::SIGNATURE.to_owned());
        let (mut now, mut secrets) = (Self::NOW.to_owned(), Vec::new());
        let mut mode = Mode::Live.to_string();
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or(Self::USAGE)?;
            match option.as_str() {
                "--body" => body = value,
                "--signature" => signature = value,
                "--secret" => secrets.push(value),
                "--mode" => mode = value,
                "--now" => now = value,
                _ => return Err(Self::USAGE.to_owned()),
            }
        }
        if secrets.is_empty() {
            secrets.push(Self::SECRET.to_owned());
        }
        let header = String::from_utf8(file(&signature)?)
            .map_err(|error| format!("{signature}: {error}"))?;
        let secrets: Result<_, _> = secrets.iter().map(|secret| secret.parse()).collect();
        let mode: Mode = mode.parse().map_err(|error| format!("--mode: {error}"))?;
        Ok(Self {
            // A header's value ends without the line feed that a file ends with.
            header: header.trim_end().to_owned(),
            body: file(&body)?,
            secrets: secrets.map_err(|error| format!("--secret: {error}"))?,
            scope: EventScope::new(mode),
            now: now.parse().map_err(|error| format!("--now: {error}"))?,
        })
    }
}

fn file(path: &str) -> Result<Vec<u8>, String> {
    fs::read(Path::new(path)).map_err(|error| format!("{path}: {error}"))
}
