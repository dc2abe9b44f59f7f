//! A worker that mails what people are told, each notification exactly once.
//!
//! ```text
//! cargo run --features sqlite --example notifier -- --platform FILE --outbox FILE
//! cargo run --features sqlite --example notifier -- --platform FILE --outbox FILE --until-idle
//! ```
//!
//! It follows the feed of a platform file, for instance the one that the example `quickstart` makes,
//! puts what is to be told into words, and "mails" it into a file of its own. Each batch of mails and
//! the position that the feed was read up to are written in one transaction there. So whenever the
//! process dies, however hard, both are there or neither is, and the next process goes on where
//! this one stopped: nothing is lost and nothing is mailed twice. Of two workers at once, one goes
//! ahead and the other follows it.
//!
//! A mail server takes part in no transaction. A worker that talks to one writes an outbox like this
//! first, and a second loop sends what it finds there. That may send a mail again if it dies before
//! it has noted that the server took it, so it hands over the notification's id as the key by which the
//! server knows a repeat, where the server takes one; the `Message-ID` of a mail is made of it too.

mod arguments;
mod outbox;
mod worker;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use self::{
    arguments::{Arguments, USAGE},
    worker::Worker,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let given = std::env::args().skip(1);
    ExitCode::from(run(given, &mut io::stdout(), &mut io::stderr()).await)
}

/// Runs the worker and returns its exit code: 0, 1 for a failure, 2 for a wrong argument.
pub(crate) async fn run(
    given: impl IntoIterator<Item = String>,
    out: &mut (dyn Write + Send),
    complaints: &mut (dyn Write + Send),
) -> u8 {
    let arguments = match Arguments::parse(given) {
        Ok(arguments) if arguments.wants_help => {
            // Nobody is left to tell if an output is closed.
            let _ = writeln!(out, "{USAGE}");
            return 0;
        }
        Ok(arguments) => arguments,
        Err(problem) => {
            let _ = writeln!(complaints, "{problem}\n\n{USAGE}");
            return 2;
        }
    };
    match work(&arguments).await {
        Ok(mailed) => {
            let _ = writeln!(out, "Mailed {mailed} of what was to be told; nothing is left.");
            0
        }
        Err(error) => {
            let causes = std::iter::successors(error.source(), |&cause| cause.source());
            let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
            let _ = writeln!(complaints, "{text}");
            1
        }
    }
}

/// Works until nothing is left, or for ever.
async fn work(arguments: &Arguments) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let mut worker = Worker::open(&arguments.platform, &arguments.outbox)?;
    loop {
        worker.catch_up().await?;
        if arguments.until_idle {
            return Ok(worker.mailed());
        }
        tokio::time::sleep(worker::PAUSE).await;
    }
}
