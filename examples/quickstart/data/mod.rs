//! The data file: its form, and how it is read and checked as a whole before anything is written.

mod check;
mod form;
mod mistake;

use sitstay::time::Instant;

pub(crate) use form::{Dog, Owner, Person, PlatformFile, Service, Trainer};
pub(crate) use mistake::{Mistake, Path};

/// The file that ships with this example.
pub(crate) const SHIPPED: &str = include_str!("../../data/platform.json");

/// Reads a platform from JSON text, and checks all of it.
pub(crate) fn read(text: &str, now: Instant) -> Result<PlatformFile, Mistake> {
    let mut json = serde_json::Deserializer::from_str(text);
    let file: PlatformFile = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Mistake::of_reading(text, &error))?;
    json.end().map_err(|error| Mistake::of_syntax(&error))?;
    check::check(&file, now).map_err(|wrong| wrong.find_in(text))?;
    Ok(file)
}
