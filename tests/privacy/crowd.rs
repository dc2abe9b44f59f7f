use std::sync::Arc;

use sitstay::{
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Fixtures, made_at},
    ids::UserId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{BecomeTrainer, Command, EraseUser, Platform, SignUp, UpdateTrainer},
    policy::PlatformPolicy,
    sqlite::{SqliteRepository, Synchronous},
    text::Text,
    time::ZoneId,
    years::Experience,
};

use super::sqlite::Bytes;

const TRAINERS: usize = 300;

/// Where a page is split, SQLite leaves copies of rows behind, which a later erasure does not reach:
/// of these trainers a few leave something, unless the file is compacted.
#[tokio::test]
async fn sqlite_compacted_keeps_no_copy_of_whom_it_erased_among_many() {
    let folder = tempfile::tempdir().unwrap();
    let builder = SqliteRepository::builder(folder.path().join("sitstay.sqlite3"));
    let repository = Arc::new(builder.synchronous(Synchronous::Normal).open().unwrap());
    let crowd = Crowd::gather(&repository).await;

    let is_erased = |number: usize| number.is_multiple_of(2);
    for (_, user) in crowd.users.iter().enumerate().filter(|(number, _)| is_erased(*number)) {
        crowd.gives(Actor::member(*user), EraseUser { user: *user }).await;
    }
    repository.compact().await.unwrap();
    let bytes = Bytes::of(folder.path());
    for number in 0..TRAINERS {
        assert_eq!(bytes.holds(&mark(number)), !is_erased(number), "number {number}");
    }
}

/// What one of them wrote into everything.
fn mark(number: usize) -> String {
    format!("zq{number:05}zq")
}

struct Crowd {
    platform: Platform,
    make: Fixtures,
    users: Vec<UserId>,
}

impl Crowd {
    /// Their bios grow and shrink, so that rows move from page to page.
    async fn gather(repository: &Arc<SqliteRepository>) -> Self {
        let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::NONE, money);
        let platform = Platform::new(Arc::clone(repository) as _, policy);
        let mut crowd = Self { platform, make: Fixtures::new(), users: Vec::new() };
        for number in 0..TRAINERS {
            let user = crowd.joins(number).await;
            crowd.users.push(user);
        }
        for round in 1..=3 {
            for (number, user) in crowd.users.iter().enumerate() {
                let length =
                    (31 * number * number + 977 * round * round + 131 * number * round) % 800;
                let update = UpdateTrainer {
                    years_of_experience: Experience::default(),
                    bio: Text::parse(&format!("{}{}", mark(number), "y".repeat(length))).unwrap(),
                    search_location: None,
                };
                crowd.gives(Actor::trainer(*user), update).await;
            }
        }
        crowd
    }

    async fn joins(&self, number: usize) -> UserId {
        let mark = mark(number);
        let sign_up = SignUp {
            user: self.make.id(),
            email: format!("{mark}@example.com").parse().unwrap(),
            password: None,
            first_name: mark.parse().unwrap(),
            last_name: mark.parse().unwrap(),
            phone: None,
        };
        let user = sign_up.user;
        self.gives(Actor::System(SystemReason::SignUp), sign_up).await;
        let become_trainer = BecomeTrainer {
            user,
            trainer: self.make.id(),
            years_of_experience: Experience::default(),
            bio: Text::parse(&mark).unwrap(),
            time_zone: ZoneId::UTC,
        };
        self.gives(Actor::member(user), become_trainer).await;
        user
    }

    async fn gives<C: Command>(&self, actor: Actor, command: C) -> C::Outcome {
        let call = Call::new(self.make.id(), actor, made_at());
        self.platform.execute(call, command).await.unwrap()
    }
}
