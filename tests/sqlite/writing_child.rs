//! A process that books again and again and says what was acknowledged, for whoever kills it.
//!
//! It is this test binary, run again with a task in its environment.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use sitstay::{
    conformance::fixtures::{Cast, Fixtures, minutes},
    ids::Id,
    repository::{ChangeSet, Repository as _, RepositoryError},
    sqlite::SqliteRepository,
};
use uuid::Uuid;

/// The file, the writer's number, and the number of the first lesson.
const TASK: &str = "SITSTAY_WRITING_CHILD";
/// How many commits are on their way at once: enough for groups.
const AT_ONCE: u64 = 6;
const LESSON_MINUTES: i64 = 10;
/// More lessons than a child lives to book.
pub(crate) const LESSONS: u64 = 20_000;

/// What a child has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Acknowledged(Uuid),
    /// There was no room, and nothing was written.
    Unavailable,
}

/// A process that writes until it is killed.
pub(crate) struct WritingChild {
    process: Child,
    pub(crate) said: mpsc::Receiver<Said>,
}

impl WritingChild {
    /// Starts a writer that books lessons from `first` on. Two writers, 1 and 2, that start at the
    /// same lesson are rivals for some of them.
    pub(crate) fn start(file: &Path, writer: u64, first: u64) -> Self {
        let mut process = Command::new("sh")
            // A write past a limit of its size fails, instead of ending the process.
            .args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "writing_child::writes", "--nocapture"])
            .env(TASK, format!("{writer} {first} {}", file.display()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (tell, said) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut words = line.split(' ').skip_while(|word| *word != "said");
                let word = words.nth(1);
                let said = match word {
                    Some("unavailable") => Said::Unavailable,
                    // A killed process may leave half a line; a whole one ends with a stop.
                    Some(id) if words.next() == Some(".") => {
                        Said::Acknowledged(id.parse().unwrap())
                    }
                    _ => continue,
                };
                if tell.send(said).is_err() {
                    return;
                }
            }
        });
        Self { process, said }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the child says something more.
    pub(crate) fn hear(&self) -> Said {
        self.said.recv_timeout(Duration::from_secs(60)).expect("a child that goes on writing")
    }

    /// Waits until the child has been acknowledged something, and returns it.
    pub(crate) fn await_acknowledgement(&self) -> Uuid {
        loop {
            if let Said::Acknowledged(id) = self.hear() {
                return id;
            }
        }
    }

    /// Kills the child with SIGKILL, and returns what it has been acknowledged and not yet told.
    pub(crate) fn kill(mut self) -> Vec<Uuid> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.said
            .iter()
            .filter_map(|said| match said {
                Said::Acknowledged(id) => Some(id),
                Said::Unavailable => None,
            })
            .collect()
    }
}

impl Drop for WritingChild {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says whether a writer wants a lesson: the first two want some each, and some both.
const fn is_wanted(writer: u64, number: u64) -> bool {
    number.is_multiple_of(4) || number % 2 + 1 == writer
}

/// A booking, and what is written with it, all under one id.
pub(crate) fn lesson(make: &Fixtures, cast: &Cast, id: Uuid, number: u64) -> ChangeSet {
    let start = i64::try_from(number).unwrap() * LESSON_MINUTES;
    let mut booking = make.booking(cast, minutes(start, LESSON_MINUTES));
    let mut notification = make.notification(&cast.owner_user);
    let mut command = make.command(&cast.owner_user);
    let mut entry = make.audit_entry(&cast.owner_user);
    booking.id = Id::from_uuid(id);
    notification.id = Id::from_uuid(id);
    command.id = Id::from_uuid(id);
    entry.id = Id::from_uuid(id);
    ChangeSet::new().inserting(booking).inserting(notification).appending(command).appending(entry)
}

/// The child's side; for anybody else it is a test that does nothing.
#[tokio::test]
async fn writes() {
    let Ok(task) = std::env::var(TASK) else { return };
    let mut words = task.splitn(3, ' ');
    let mut number = || words.next().unwrap().parse::<u64>().unwrap();
    let (writer, first) = (number(), number());
    let file = PathBuf::from(words.next().unwrap());
    let repository = Arc::new(SqliteRepository::open(file).unwrap());
    let cast = Fixtures::new().cast();

    let mut clients = tokio::task::JoinSet::new();
    for client in 0..AT_ONCE {
        let (repository, cast) = (Arc::clone(&repository), cast.clone());
        clients.spawn(async move {
            let make = Fixtures::new();
            let mut number = first + client;
            while number < first + LESSONS {
                if !is_wanted(writer, number) {
                    number += AT_ONCE;
                    continue;
                }
                let id = Uuid::from_u64_pair(writer, 0x8000_0000_0000_0000 | number);
                match repository.commit(lesson(&make, &cast, id, number)).await {
                    Ok(()) => say(&format!("said {id} .")),
                    Err(RepositoryError::TimeTaken { .. } | RepositoryError::Contention(_)) => {}
                    Err(RepositoryError::Unavailable(_)) => {
                        say("said unavailable .");
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        continue;
                    }
                    Err(error) => panic!("{error:?}"),
                }
                number += AT_ONCE;
            }
        });
    }
    clients.join_all().await;
}

/// Says it at once, so that nothing that was said is lost with the process.
fn say(line: &str) {
    std::io::stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
}
