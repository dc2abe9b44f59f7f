//! The schema in which the tables are, and the texts of statements with its name in them.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::error::failure;
use crate::repository::Result;

/// In texts, the place before each name that belongs to the schema.
pub(super) const PLACE: &str = "@.";
/// Encloses the bodies of functions in migrations; names stand in these too.
const QUOTE: &str = "$sitstay$";
/// Postgres cuts longer names off.
const LONGEST_NAME: usize = 63;

/// A schema of the service's choice.
///
/// Names are qualified in every text, and never looked up by a search path: that would be state of
/// a session, which a pooler shares out.
#[derive(Debug)]
pub(super) struct Schema {
    name: String,
    prefix: String,
    /// The texts by address and length of the text that they were made from.
    texts: RwLock<HashMap<(usize, usize), Arc<str>>>,
}

impl Schema {
    pub(super) fn new(name: &str) -> Result<Self> {
        if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
            return Err(failure("the schema's name must have 1 to 63 bytes, none of them zero"));
        }
        if name.contains(QUOTE) {
            return Err(failure("the schema's name must not hold the quote of its functions"));
        }
        let prefix = format!("\"{}\".", name.replace('"', "\"\""));
        Ok(Self { name: name.to_owned(), prefix, texts: RwLock::default() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns what stands before names.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Puts the schema's name into a text.
    pub(super) fn qualify(&self, text: &str) -> String {
        text.replace(PLACE, &self.prefix)
    }

    /// Puts the schema's name into a text that is used again and again.
    pub(super) fn qualified(&self, text: &'static str) -> Arc<str> {
        let place = (text.as_ptr().addr(), text.len());
        let known = self.texts.read().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        known.unwrap_or_else(|| {
            let qualified: Arc<str> = self.qualify(text).into();
            let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(texts.entry(place).or_insert(qualified))
        })
    }
}
