//! What is given on the command line.

use std::{fs, io, path::PathBuf};

use super::data::SHIPPED;

pub(crate) const USAGE: &str = "\
usage: quickstart [--database FILE] [--data FILE]

  --database FILE   the SQLite file, made if it is not there (quickstart.sqlite3)
  --data FILE       the platform to load, described in examples/data/README.md
                    (the one that ships with the example)";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) database: PathBuf,
    /// `None`: the file that ships with the example.
    pub(crate) data: Option<PathBuf>,
    pub(crate) wants_help: bool,
}

impl Arguments {
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let (mut database, mut data, mut wants_help) = (None, None, false);
        let mut given = given.into_iter();
        while let Some(option) = given.next() {
            let place = match option.as_str() {
                "--database" => &mut database,
                "--data" => &mut data,
                "--help" | "-h" => {
                    wants_help = true;
                    continue;
                }
                _ => return Err(format!("{option}: is no option")),
            };
            let file = given.next().ok_or_else(|| format!("{option}: a file must follow"))?;
            if place.replace(file.into()).is_some() {
                return Err(format!("{option}: can be given once"));
            }
        }
        let database = database.unwrap_or_else(|| "quickstart.sqlite3".into());
        Ok(Self { database, data, wants_help })
    }

    /// The name of the data file, for complaints, and its text.
    pub(crate) fn read_data(&self) -> io::Result<(String, String)> {
        match &self.data {
            Some(path) => Ok((path.display().to_string(), fs::read_to_string(path)?)),
            None => Ok(("platform.json".to_owned(), SHIPPED.to_owned())),
        }
    }
}
