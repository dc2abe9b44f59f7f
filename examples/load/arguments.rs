//! What is given on the command line.

use std::{fmt, str::FromStr};

use serde::Serialize;

pub(crate) const USAGE: &str = "\
usage: load [OPTION VALUE]...

Fills a store with bookings, lets clients work on it for a while, and checks that nothing broke.
Progress goes to standard error, one line of JSON to standard output.

  --backend KIND        memory, sqlite or postgres (memory)
  --database PLACE      the SQLite file, which must be new (a temporary one), or the URL of an
                        empty Postgres database
  --trainers COUNT      how many trainers there are, 1 to 100000 (200)
  --existing COUNT      how many bookings there are before the clients begin (20000)
  --clients COUNT       how many clients work at once, 1 to 4096 (8)
  --seconds COUNT       for how long, 1 to 86400 (5)
  --at-least COUNT      how many commands and reads must be answered before the run ends, however
                        long that takes (0)
  --mode MODE           uniform: requests for the times of all trainers
                        one-trainer: all clients want the times of one trainer
                        reads: searches, slots, cards, lists, lessons, notifications, the feed
                        mixed: every kind of command and read (mixed)
  --seed NUMBER         what the clients' choices are drawn from (1)

The exit code is 1 if an invariant is broken or something failed, 2 for a wrong argument.";

/// A choice among a few names.
macro_rules! names {
    ($(#[$doc:meta])* $choice:ident: $($name:ident = $text:literal),+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub(crate) enum $choice {
            $(#[serde(rename = $text)] $name,)+
        }

        impl FromStr for $choice {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$name),)+
                    _ => Err(format!("must be one of: {}", [$($text),+].join(" "))),
                }
            }
        }

        impl fmt::Display for $choice {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)+ })
            }
        }
    };
}

names! {
    /// Where the rows are kept.
    Backend: Memory = "memory", Sqlite = "sqlite", Postgres = "postgres"
}

names! {
    /// What the clients do.
    Mode: Uniform = "uniform", OneTrainer = "one-trainer", Reads = "reads", Mixed = "mixed"
}

/// The settings of a run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Arguments {
    pub(crate) backend: Backend,
    /// May hold a password, so it is not printed.
    #[serde(skip)]
    pub(crate) database: Option<String>,
    pub(crate) trainers: u64,
    pub(crate) existing: u64,
    pub(crate) clients: u64,
    pub(crate) seconds: u64,
    pub(crate) at_least: u64,
    pub(crate) mode: Mode,
    pub(crate) seed: u64,
    #[serde(skip)]
    pub(crate) wants_help: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            backend: Backend::Memory,
            database: None,
            trainers: 200,
            existing: 20_000,
            clients: 8,
            seconds: 5,
            at_least: 0,
            mode: Mode::Mixed,
            seed: 1,
            wants_help: false,
        }
    }
}

impl Arguments {
    /// Reads options, each given at most once.
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut seen = Vec::new();
        let mut given = given.into_iter();
        while let Some(option) = given.next() {
            if matches!(option.as_str(), "--help" | "-h") {
                arguments.wants_help = true;
                continue;
            }
            let (option, attached) = match option.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (option, None),
            };
            let next = attached.or_else(|| given.next());
            arguments.set(&option, next).map_err(|problem| format!("{option}: {problem}"))?;
            if seen.contains(&option) {
                return Err(format!("{option}: can be given once"));
            }
            seen.push(option);
        }
        Ok(arguments)
    }

    fn set(&mut self, option: &str, value: Option<String>) -> Result<(), String> {
        let value = || value.ok_or_else(|| "a value must follow".to_owned());
        match option {
            "--backend" => self.backend = value()?.parse()?,
            "--database" => self.database = Some(value()?),
            "--trainers" => self.trainers = number(&value()?, 1, 100_000)?,
            "--existing" => self.existing = number(&value()?, 0, 100_000_000)?,
            "--clients" => self.clients = number(&value()?, 1, 4_096)?,
            "--seconds" => self.seconds = number(&value()?, 1, 86_400)?,
            "--at-least" => self.at_least = number(&value()?, 0, u64::MAX)?,
            "--mode" => self.mode = value()?.parse()?,
            "--seed" => self.seed = number(&value()?, 0, u64::MAX)?,
            _ => return Err("is no option".to_owned()),
        }
        Ok(())
    }
}

fn number(text: &str, lowest: u64, highest: u64) -> Result<u64, String> {
    let within = |number: &u64| (lowest..=highest).contains(number);
    let number = text.parse().ok().filter(within);
    number.ok_or_else(|| format!("must be a whole number from {lowest} to {highest}"))
}
