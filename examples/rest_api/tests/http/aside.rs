//! What is done past a service, in the file in which it keeps everything.

use std::sync::Arc;

use rest_api::{Config, Database};
use sitstay::{
    command::{Actor, Call},
    ids::CommandId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{Command, Platform},
    policy::PlatformPolicy,
    sqlite::SqliteRepository,
    time::Clock,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::service::{Service, TestClock};

/// A platform on a service's file, at the same time.
pub(crate) struct Aside {
    platform: Platform,
    clock: Arc<TestClock>,
    _folder: TempDir,
}

impl Aside {
    /// Starts a service on a file.
    pub(crate) async fn with(config: Config) -> (Service, Self) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lessons.sqlite3");
        let service =
            Service::with(Config { database: Database::Sqlite(file.clone()), ..config }).await;
        let repository = Arc::new(SqliteRepository::open(file).unwrap());
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
        let platform = Platform::new(repository, PlatformPolicy::new(BasisPoints::NONE, money));
        let clock = service.clock.clone();
        (service, Self { platform, clock, _folder: folder })
    }

    pub(crate) async fn execute<C: Command>(&self, actor: Actor, command: C) -> C::Outcome {
        let id = CommandId::from_uuid(Uuid::now_v7());
        let call = Call::new(id, actor, self.clock.now());
        self.platform.execute(call, command).await.unwrap()
    }
}
