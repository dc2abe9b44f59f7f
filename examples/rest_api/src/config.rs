//! What the environment says.

use std::{
    error::Error,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use sitstay::{
    contact::Email,
    stripe::{EventScope, Mode, WebhookSecret},
};

use crate::auth::PasswordCost;

const CALENDAR_DOMAIN: &str = "lessons.example";

/// Where and how the service runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens (`LISTEN`, `127.0.0.1:8080`).
    pub listen: SocketAddr,
    /// Where everything is kept (`DATABASE_URL`, `sqlite:lessons.sqlite3`).
    pub database: Database,
    /// Where sessions and the addresses of calendar feeds are kept (`SESSIONS`, `sessions.sqlite3`);
    /// `None`: in memory.
    pub sessions: Option<PathBuf>,
    /// Whose account becomes an admin's as soon as it is there (`ADMIN_EMAIL`).
    pub admin: Option<Email>,
    /// Whether a few people to try things with are made at the start (`DEMO`).
    pub demo: bool,
    /// Whether trainers are paid out every day (`PAY_OUT`); else only when an admin says so.
    pub pays_out: bool,
    /// Whether Stripe reports here, and how it is known (`STRIPE_WEBHOOK_SECRETS`, `STRIPE_MODE`).
    pub stripe: Option<StripeEndpoint>,
    /// The domain in which calendar events have their identities (`CALENDAR_DOMAIN`,
    /// `lessons.example`). Under another one calendars take every lesson for a new one.
    pub calendar_domain: String,
    /// How long to wait before due work is looked for again (`WORK_EVERY_SECONDS`, 30).
    pub work_every: Duration,
    /// What a password's hash costs; not from the environment.
    pub password_cost: PasswordCost,
}

/// How Stripe's reports are told from others'.
#[derive(Debug, Clone)]
pub struct StripeEndpoint {
    /// Both of them while one replaces the other.
    pub secrets: Vec<WebhookSecret>,
    /// Which events count.
    pub scope: EventScope,
}

/// Where everything is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// Nowhere: it is gone when the service ends (`memory:`).
    Memory,
    /// In a file (`sqlite:PATH`).
    Sqlite(PathBuf),
    /// On a server (`postgres://USER@HOST/DATABASE`).
    Postgres(String),
}

/// `Debug` does not show the URL, which may hold a password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// A variable does not say what it should; the value is not repeated.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {wanted}")]
pub struct ConfigError {
    variable: &'static str,
    wanted: &'static str,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ConfigError {
    const fn new(variable: &'static str, wanted: &'static str) -> Self {
        Self { variable, wanted, source: None }
    }
}

impl Default for Config {
    /// Nothing is kept, and any port is listened on.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            database: Database::Memory,
            sessions: None,
            admin: None,
            demo: false,
            pays_out: false,
            stripe: None,
            calendar_domain: CALENDAR_DOMAIN.to_owned(),
            work_every: Duration::from_secs(30),
            password_cost: PasswordCost::Recommended,
        }
    }
}

impl Config {
    /// Reads the variables that `variable` returns.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the first variable that is wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let listen = variable("LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = parse("LISTEN", "must be an address with a port", &listen)?;
        let database = match variable("DATABASE_URL") {
            Some(url) => Database::of(&url)?,
            None => Database::Sqlite("lessons.sqlite3".into()),
        };
        let sessions = match (variable("SESSIONS"), &database) {
            (Some(path), _) => Some(path.into()),
            (None, Database::Memory) => None,
            (None, _) => Some("sessions.sqlite3".into()),
        };
        let admin = variable("ADMIN_EMAIL");
        let admin = admin.map(|text| parse("ADMIN_EMAIL", "must be an e-mail address", &text));
        let is_set = |name| variable(name).is_some_and(|text| !text.is_empty());
        let seconds = variable("WORK_EVERY_SECONDS").unwrap_or_else(|| "30".to_owned());
        let seconds: u64 = parse("WORK_EVERY_SECONDS", "must be whole seconds", &seconds)?;
        Ok(Self {
            listen,
            database,
            sessions,
            admin: admin.transpose()?,
            demo: is_set("DEMO"),
            pays_out: is_set("PAY_OUT"),
            stripe: StripeEndpoint::read(&variable)?,
            calendar_domain: variable("CALENDAR_DOMAIN")
                .unwrap_or_else(|| CALENDAR_DOMAIN.to_owned()),
            work_every: Duration::from_secs(seconds.max(1)),
            password_cost: PasswordCost::Recommended,
        })
    }
}

impl StripeEndpoint {
    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        let mode = variable("STRIPE_MODE").unwrap_or_else(|| Mode::Live.to_string());
        let mode = parse("STRIPE_MODE", "must be live or test", &mode)?;
        let secrets = variable("STRIPE_WEBHOOK_SECRETS").filter(|text| !text.is_empty());
        let Some(secrets) = secrets else { return Ok(None) };
        let wanted = "must be secrets of the form whsec_…, with commas between them";
        let secrets =
            secrets.split(',').map(|text| parse("STRIPE_WEBHOOK_SECRETS", wanted, text.trim()));
        Ok(Some(Self { secrets: secrets.collect::<Result<_, _>>()?, scope: EventScope::new(mode) }))
    }
}

impl Database {
    fn of(url: &str) -> Result<Self, ConfigError> {
        match url.split_once(':') {
            Some(("memory", _)) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => {
                Ok(Self::Sqlite(path.trim_start_matches("//").into()))
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            _ => Err(ConfigError::new(
                "DATABASE_URL",
                "must be memory:, sqlite:PATH or postgres://…",
            )),
        }
    }
}

fn parse<T>(variable: &'static str, wanted: &'static str, text: &str) -> Result<T, ConfigError>
where
    T: std::str::FromStr<Err: Error + Send + Sync + 'static>,
{
    let wrong = ConfigError::new(variable, wanted);
    text.parse().map_err(|error: T::Err| ConfigError { source: Some(Box::new(error)), ..wrong })
}
