//! The example that mails notifications, killed again and again while people are told things.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/deep.rs"]
mod deep;
#[path = "../../examples/notifier/main.rs"]
#[expect(dead_code, reason = "the program's `main`; the tests call what it calls")]
mod notifier;
#[path = "../support/town.rs"]
mod town;
mod working_child;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rusqlite::Connection;
use sitstay::{
    account::User,
    audit::FeedPosition,
    command::{Actor, SystemReason},
    platform::{AcceptBooking, CancelBooking, SuspendUser},
    repository::PageRequest,
    sqlite::SqliteRepository,
};
use tempfile::TempDir;

use self::{
    deep::is_deep,
    town::{Town, minute_of, on},
    working_child::WorkingChild,
};

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

/// A platform of one trainer and one owner, and an outbox that is not there yet.
struct Place {
    folder: TempDir,
    town: Town,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = SqliteRepository::open(folder.path().join("platform.sqlite3")).unwrap();
        Self { town: Town::found(Arc::new(repository), 1, 1).await, folder }
    }

    fn platform(&self) -> PathBuf {
        self.folder.path().join("platform.sqlite3")
    }

    fn outbox(&self) -> PathBuf {
        self.folder.path().join("outbox.sqlite3")
    }

    /// Runs the worker until nothing is left, and returns what it says.
    async fn catch_up(&self) -> String {
        let given = ["--platform", "--outbox"].into_iter().zip([self.platform(), self.outbox()]);
        let mut given: Vec<_> = given
            .flat_map(|(option, file)| [option.to_owned(), file.display().to_string()])
            .collect();
        given.push("--until-idle".to_owned());
        let (mut out, mut complaints) = (Vec::new(), Vec::new());
        let code = notifier::run(given, &mut out, &mut complaints).await;
        assert_eq!((code, String::from_utf8(complaints).unwrap().as_str()), (0, ""));
        String::from_utf8(out).unwrap()
    }

    /// What was mailed, in order: the notification and to whom.
    fn mailed(&self) -> Vec<(String, String)> {
        mailed(&self.outbox())
    }

    /// What must be mailed, in the order of commits.
    async fn told(&self) -> Vec<(String, String)> {
        let (mut told, mut position) = (Vec::new(), FeedPosition::START);
        loop {
            let platform = &self.town.platform;
            let entries = platform.feed(SYSTEM, position, 1_000).await.unwrap();
            let Some(last) = entries.last() else { break };
            position = last.position;
            told.extend(entries.into_iter().flat_map(|known| known.entry.notified));
        }
        let mut recipients = BTreeMap::new();
        for (user, ..) in &self.town.trainers {
            recipients.extend(self.inbox(user).await);
        }
        for (user, ..) in &self.town.owners {
            recipients.extend(self.inbox(user).await);
        }
        let told = told.into_iter().map(|id| id.to_string());
        told.map(|id| (id.clone(), recipients[&id].clone())).collect()
    }

    async fn inbox(&self, user: &User) -> Vec<(String, String)> {
        let (mut all, mut request) = (Vec::new(), PageRequest::MAX);
        loop {
            let page = self.town.platform.notifications(SYSTEM, user.id, request).await.unwrap();
            let address = user.email.to_string();
            let ids = page.items.iter().map(|told| told.notification.id.to_string());
            all.extend(ids.map(|id| (id, address.clone())));
            let Some(next) = page.next else { return all };
            request = request.after(Some(next));
        }
    }

    /// Lets people ask for lessons, accept them and call them off, until it is stopped.
    fn writes(&self) -> Writer {
        let (town, is_over) = (self.town.clone(), Arc::new(AtomicBool::new(false)));
        let until = Arc::clone(&is_over);
        let task = tokio::spawn(async move {
            let (owner, trainer, now) = (town.owner(0), town.trainer(0), on(0, "06:00"));
            let mut number = 0;
            while !until.load(Ordering::Relaxed) {
                // Eight lessons a day, on the days to come.
                let wish = town.wish(0, 0, minute_of(1 + number / 8 % 300, 480 + number % 8 * 60));
                let booking = wish.booking;
                number += 1;
                town.gives(owner, now, wish).await.unwrap();
                town.gives(trainer, now, AcceptBooking { booking }).await.unwrap();
                let cancel = CancelBooking { booking, reason: None };
                town.gives(owner, now, cancel).await.unwrap();
            }
        });
        Writer { is_over, task }
    }
}

struct Writer {
    is_over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Writer {
    async fn stop(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
    }
}

fn mailed(outbox: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(outbox).unwrap();
    let sql = "SELECT notification, recipient FROM mails ORDER BY number";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// How often the worker is killed.
fn kills() -> u64 {
    if is_deep() { 100 } else { 6 }
}

/// Moments without an order that anybody would see in them.
fn moment(round: u64) -> Duration {
    Duration::from_micros(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_worker_loses_and_repeats_nothing() {
    let place = Place::new().await;
    let writer = place.writes();
    let mut mailed = 0;
    for round in 0..kills() {
        let child = WorkingChild::start(&place.platform(), &place.outbox());
        // Now and then while it begins, and else once it has mailed something.
        if round % 4 != 3 {
            child.await_mail(&place.outbox(), mailed);
        }
        thread::sleep(moment(round));
        child.kill();
        mailed = working_child::count(&place.outbox());
    }
    writer.stop().await;
    let said = place.catch_up().await;
    assert!(said.contains("nothing is left"), "{said}");
    let told = place.told().await;
    assert!(told.len() as u64 >= kills(), "only {} were told", told.len());
    assert_eq!(place.mailed(), told);
    assert_eq!(place.catch_up().await, "Mailed 0 of what was to be told; nothing is left.\n");
    assert_eq!(place.mailed(), told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_mail_nothing_twice() {
    let place = Place::new().await;
    let writer = place.writes();
    let children = [(); 2].map(|()| WorkingChild::start(&place.platform(), &place.outbox()));
    children[0].await_mail(&place.outbox(), 20);
    writer.stop().await;
    children.into_iter().for_each(WorkingChild::kill);
    place.catch_up().await;
    assert_eq!(place.mailed(), place.told().await);
}

#[tokio::test]
async fn a_mail_is_in_words_and_goes_to_whom_it_concerns() {
    let place = Place::new().await;
    let town = &place.town;
    let wish = town.wish(0, 0, on(1, "09:00"));
    town.gives(town.owner(0), on(0, "06:00"), wish).await.unwrap();
    // Whoever is suspended is told so.
    let user = town.owners[0].0.id;
    town.gives(town.admin(), on(0, "06:00"), SuspendUser { user }).await.unwrap();
    assert_eq!(place.catch_up().await, "Mailed 2 of what was to be told; nothing is left.\n");
    let connection = Connection::open(place.outbox()).unwrap();
    let (recipient, title, body): (String, String, String) = connection
        .query_row("SELECT recipient, title, body FROM mails WHERE number = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    let (trainer, _, service) = &town.trainers[0];
    let (owner, _, dog) = &town.owners[0];
    assert_eq!(recipient, trainer.email.to_string());
    assert_eq!(title, format!("{} asks for a lesson", owner.first_name));
    let expected = format!(
        "{} asks for {} with {} on Tuesday, 2 March, at 09:00.",
        owner.first_name, service.name, dog.name
    );
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_wrong_argument_is_named() {
    for (given, complaint) in [
        (vec![], "--platform: must be given"),
        (vec!["--platform", "a"], "--outbox: must be given"),
        (vec!["--outbox"], "--outbox: a file must follow"),
        (vec!["--outbox", "a", "--outbox", "b"], "--outbox: can be given once"),
        (vec!["--inbox"], "--inbox: is no option"),
    ] {
        let (mut out, mut complaints) = (Vec::new(), Vec::new());
        let given = given.into_iter().map(str::to_owned);
        assert_eq!(notifier::run(given, &mut out, &mut complaints).await, 2);
        let complaints = String::from_utf8(complaints).unwrap();
        assert!(complaints.starts_with(complaint), "{complaints}");
    }
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    assert_eq!(notifier::run(["--help".to_owned()], &mut out, &mut complaints).await, 0);
    assert!(String::from_utf8(out).unwrap().starts_with("usage: notifier "));
}
