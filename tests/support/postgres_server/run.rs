//! The names of what this process makes on a server, and the end of what others left there.

use std::{
    collections::BTreeSet,
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::sql::execute;

/// How the names of all databases and roles begin that tests make.
const PREFIX: &str = "sitstay_test_";
/// How many digits of a random number follow.
const DIGITS: usize = 12;

/// Returns what the names of this process's databases and roles begin with: no other process's do,
/// also none that has the same number later.
pub(super) fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let random = Uuid::now_v7().simple().to_string();
        format!("{PREFIX}{}", &random[random.len() - DIGITS..])
    })
}

/// Tells a server that runs on without us that this process is here, for as long as it is, and drops
/// what processes that are gone have left there.
pub(super) fn announce(server: &PgConnectOptions) {
    let options = server.clone().application_name(name());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut connection = runtime.block_on(PgConnection::connect_with(&options)).unwrap();
        runtime.block_on(drop_leftovers(&mut connection));
        tell.send(()).unwrap();
        // The connection is the sign of life, and ends with the process.
        loop {
            thread::park();
        }
    });
    told.recv_timeout(Duration::from_secs(60)).expect("the server at TEST_DATABASE_URL");
}

async fn names(connection: &mut PgConnection, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(connection).await.unwrap()
}

async fn drop_leftovers(connection: &mut PgConnection) {
    // In this order: whoever made what is found here was connected before.
    let databases = "SELECT datname::text FROM pg_database WHERE datname LIKE 'sitstay\\_test\\_%'";
    let databases = names(connection, databases).await;
    let roles = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'sitstay\\_test\\_%'";
    let roles = names(connection, roles).await;
    let running = "SELECT application_name FROM pg_stat_activity
                    WHERE application_name LIKE 'sitstay\\_test\\_%'";
    let running: BTreeSet<String> = names(connection, running).await.into_iter().collect();
    let is_left = |name: &&String| {
        name.get(..PREFIX.len() + DIGITS).is_some_and(|run| !running.contains(run))
    };
    // Another process may be about to drop the same.
    for database in databases.iter().filter(is_left) {
        let _ =
            execute(connection, format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await;
    }
    for role in roles.iter().filter(is_left) {
        let _ = execute(connection, format!("DROP ROLE IF EXISTS {role}")).await;
    }
}
