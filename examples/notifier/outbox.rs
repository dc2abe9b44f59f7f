//! A file of mails, and of how far the feed was read.

use std::{error::Error, path::Path, time::Duration};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use sitstay::{
    audit::FeedPosition,
    ids::NotificationId,
    notification::{Message, Templates},
    repository::Told,
};

/// A notification is mailed once, which the file sees to as well; and there is one position.
const SCHEMA: &str = "
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS mails (
        number       INTEGER PRIMARY KEY AUTOINCREMENT,
        notification TEXT NOT NULL UNIQUE,
        recipient    TEXT NOT NULL,
        title        TEXT NOT NULL,
        body         TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS progress (
        id       INTEGER PRIMARY KEY CHECK (id = 1),
        position TEXT NOT NULL
    ) STRICT;
    COMMIT;";

/// Something that is mailed.
#[derive(Debug)]
pub(crate) struct Mail {
    /// The key under which nothing is mailed twice.
    notification: NotificationId,
    recipient: String,
    message: Message,
}

impl Mail {
    /// Puts a notification into words, by the clock of the lesson's trainer.
    pub(crate) fn of(told: &Told, templates: &Templates) -> Self {
        Self {
            notification: told.notification.id,
            recipient: told.facts.recipient.email.to_string(),
            message: templates.render(&told.notification, &told.facts, None),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Outbox(Connection);

impl Outbox {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        // What was mailed survives a loss of power too.
        connection.execute_batch("PRAGMA synchronous = FULL;")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }

    /// Returns how far the feed was read.
    pub(crate) fn position(&self) -> Result<FeedPosition, Box<dyn Error + Send + Sync>> {
        read_position(&self.0)
    }

    /// Mails, and moves on from one position to another, both or neither.
    ///
    /// Returns whether it did: nothing happens where somebody else has moved on meanwhile.
    pub(crate) fn deliver(
        &mut self,
        from: FeedPosition,
        to: FeedPosition,
        mails: &[Mail],
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        // From the beginning nobody else writes, so that the position stays what it is.
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if read_position(&transaction)? != from {
            return Ok(false);
        }
        for Mail { notification, recipient, message: Message { title, body } } in mails {
            transaction.execute(
                "INSERT INTO mails (notification, recipient, title, body) VALUES (?1, ?2, ?3, ?4)",
                params![notification.to_string(), recipient, title, body],
            )?;
        }
        transaction.execute(
            "INSERT INTO progress (id, position) VALUES (1, ?1)
             ON CONFLICT (id) DO UPDATE SET position = excluded.position",
            [to.to_string()],
        )?;
        transaction.commit()?;
        Ok(true)
    }
}

fn read_position(connection: &Connection) -> Result<FeedPosition, Box<dyn Error + Send + Sync>> {
    let stored: Option<String> =
        connection.query_row("SELECT position FROM progress", [], |row| row.get(0)).optional()?;
    Ok(stored.map_or(Ok(FeedPosition::START), |text| text.parse())?)
}
