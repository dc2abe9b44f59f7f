//! Databases and roles that go with the test.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use sitstay::postgres::PostgresRepository;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use super::{
    Server, run,
    sql::{execute, until},
};

/// A database of its own, dropped with this value.
#[derive(Debug)]
pub struct Database {
    server: PgConnectOptions,
    name: String,
    roles: Mutex<Vec<String>>,
}

impl Database {
    /// Makes a database on the shared server, with the library's schema in it.
    pub async fn migrated() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let server = Server::shared();
        let template = TEMPLATE
            .get_or_init(|| async {
                let template = server.empty().await;
                drop(PostgresRepository::builder(template.options()).connect().await.unwrap());
                let name = template.name.clone();
                // It lasts as long as the server, and on a foreign one until the next process comes.
                std::mem::forget(template);
                wait_until_unused(&server.options(), &name).await;
                name
            })
            .await;
        Self::create(server, &format!("TEMPLATE {template}")).await
    }

    pub(super) async fn create(server: &Server, template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", run::name());
        let server = server.options();
        let mut connection = PgConnection::connect_with(&server).await.unwrap();
        execute(&mut connection, format!("CREATE DATABASE {name} {template}")).await.unwrap();
        connection.close().await.unwrap();
        Self { server, name, roles: Mutex::default() }
    }

    /// Returns how to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// Opens a connection past the library.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.unwrap()
    }

    /// Makes a role that may log in and nothing else, dropped with this value, and returns its name
    /// and how it connects.
    pub async fn role(&self) -> (String, PgConnectOptions) {
        let name = format!("{}_r{}", self.name, self.roles.lock().unwrap().len());
        self.roles.lock().unwrap().push(name.clone());
        execute(&mut self.connection().await, format!("CREATE ROLE {name} LOGIN")).await.unwrap();
        let options = self.options().username(&name);
        (name, options)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        let roles = std::mem::take(self.roles.get_mut().unwrap());
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                // The server itself may be gone.
                let Ok(mut connection) = PgConnection::connect_with(&server).await else { return };
                let database = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = execute(&mut connection, database).await;
                // What a role may do stands in the database.
                for role in roles {
                    let _ = execute(&mut connection, format!("DROP ROLE IF EXISTS {role}")).await;
                }
            });
        });
        let _ = dropped.join();
    }
}

/// A database that somebody is connected to is no template.
async fn wait_until_unused(server: &PgConnectOptions, name: &str) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    let is_unused =
        format!("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{name}')");
    until(&mut connection, &is_unused).await;
}
