use std::{fs, path::Path, sync::Arc};

use rusqlite::{Connection, types::Value};
use sitstay::sqlite::{SqliteRepository, Synchronous};

use super::{
    columns::{Column, find, require, require_complete},
    marks::{Mark, characters},
    story::{Story, VICTIMS},
    telling,
};

#[tokio::test]
async fn sqlite_keeps_nothing_of_whom_it_erased() {
    for victim in VICTIMS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sitstay.sqlite3");
        let builder = SqliteRepository::builder(&path).synchronous(Synchronous::Normal);
        let mut story = Story::tell(Arc::new(builder.open().unwrap())).await;

        let before = columns(&path);
        require_complete(&before, &story.people, &[]);
        require(&story, None, |mark| find(&before, mark));
        let bytes = Bytes::of(folder.path());
        require(&story, None, |mark| bytes.find(mark));

        telling::check(&mut story, victim).await;
        let after = columns(&path);
        require(&story, Some(victim), |mark| find(&after, mark));
        let bytes = Bytes::of(folder.path());
        require(&story, Some(victim), |mark| bytes.find(mark));
    }
}

/// Reads every column of every table and view, past the library.
fn columns(path: &Path) -> Vec<Column> {
    let connection = Connection::open(path).unwrap();
    let named: Vec<(String, String, bool)> = connection
        .prepare(
            // The columns of SQLite's own tables have no type.
            "SELECT t.name, c.name, t.type = 'table' AND c.type NOT IN ('INTEGER', 'REAL', 'BLOB', '')
               FROM sqlite_schema t, pragma_table_xinfo(t.name) c
              WHERE t.type IN ('table', 'view')",
        )
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(named.len() > 200, "the catalogue was not found");
    let column = |(table, name, holds_text): (String, String, bool)| {
        let content = content(&connection, &format!("SELECT \"{name}\" FROM \"{table}\""));
        Column { table, name, holds_text, content }
    };
    named.into_iter().map(column).collect()
}

fn content(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(sql).unwrap();
    let values = statement.query_map([], |row| row.get::<_, Value>(0)).unwrap();
    let texts = values.map(|value| match value.unwrap() {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.to_lowercase(),
        Value::Blob(bytes) => String::from_utf8_lossy(&bytes).to_lowercase(),
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The bytes of the database, its log and the log's index.
pub(crate) struct Bytes {
    /// As text, in lower case.
    folded: String,
    /// Each as a character.
    bytes: String,
}

impl Bytes {
    pub(crate) fn of(folder: &Path) -> Self {
        let files = fs::read_dir(folder).unwrap();
        let bytes: Vec<u8> =
            files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
        let folded = String::from_utf8_lossy(&bytes).to_lowercase();
        Self { folded, bytes: characters(&bytes) }
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        self.folded.contains(text)
    }

    pub(crate) fn find(&self, mark: &Mark) -> Option<String> {
        mark.is_in(&self.folded, &self.bytes).then(|| "the files".to_owned())
    }
}
