use std::sync::Arc;

use sitstay::{
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Fixtures, made_at},
    ids::UserId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{Command, EraseUser, Platform, SignUp, UpdateProfile},
    policy::PlatformPolicy,
    sqlite::{SqliteRepository, Synchronous},
};

use super::sqlite::Bytes;

/// So many that pages are split all the time.
const PEOPLE: usize = 1_200;

/// Where a page is split, SQLite leaves copies of rows behind, which a later erasure does not reach.
#[tokio::test]
async fn sqlite_compacted_keeps_no_copy_of_whom_it_erased_among_many() {
    let folder = tempfile::tempdir().unwrap();
    let builder = SqliteRepository::builder(folder.path().join("sitstay.sqlite3"));
    let repository = Arc::new(builder.synchronous(Synchronous::Normal).open().unwrap());
    let crowd = Crowd::gather(&repository).await;

    let is_erased = |number: usize| number.is_multiple_of(4);
    for (_, user) in crowd.people.iter().enumerate().filter(|(number, _)| is_erased(*number)) {
        crowd.gives(Actor::member(*user), EraseUser { user: *user }).await;
    }
    repository.compact().await.unwrap();
    let bytes = Bytes::of(folder.path());
    for number in 0..PEOPLE {
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
    people: Vec<UserId>,
}

impl Crowd {
    async fn gather(repository: &Arc<SqliteRepository>) -> Self {
        let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::NONE, money);
        let platform = Platform::new(Arc::clone(repository) as _, policy);
        let mut crowd = Self { platform, make: Fixtures::new(), people: Vec::new() };
        for number in 0..PEOPLE {
            let user = crowd.joins(number).await;
            crowd.people.push(user);
        }
        crowd
    }

    /// Somebody signs up, and changes their names, so that their row moves. Addresses are scattered
    /// over the index.
    async fn joins(&self, number: usize) -> UserId {
        let (mark, scattered) = (mark(number), number * 7_919 % 10_007);
        let sign_up = SignUp {
            user: self.make.id(),
            email: format!("{scattered:05}-{mark}@example.com").parse().unwrap(),
            password: None,
            first_name: mark.parse().unwrap(),
            last_name: mark.parse().unwrap(),
            phone: None,
        };
        let user = sign_up.user;
        self.gives(Actor::System(SystemReason::SignUp), sign_up).await;
        let update = UpdateProfile {
            first_name: format!("{mark} {}", "of many names ".repeat(number % 5)).parse().unwrap(),
            last_name: mark.parse().unwrap(),
            phone: None,
        };
        self.gives(Actor::member(user), update).await;
        user
    }

    async fn gives<C: Command>(&self, actor: Actor, command: C) -> C::Outcome {
        let call = Call::new(self.make.id(), actor, made_at());
        self.platform.execute(call, command).await.unwrap()
    }
}
