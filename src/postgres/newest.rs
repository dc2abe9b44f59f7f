//! Pages of the newest rows of a list.

use uuid::Uuid;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Part, Statement},
};
use crate::repository::{Cursor, Page, PageRequest, Result};

/// A list of the newest rows, by `created_at` and id.
///
/// What every list is narrowed down by stands in its condition, and parameters say how far: a list is
/// `cardinality($n) = 0` or `= ANY($n)`, and a value is null or equal. So a list has two texts, and not
/// one for each combination; the rows are found, in their order, by the columns that come first.
pub(super) struct Newest<T> {
    first: Statement<Vec<T>>,
    later: Statement<Vec<T>>,
}

impl<T: Send + 'static> Newest<T> {
    /// Makes the statements of a list that `condition` describes by `count` parameters; `part` asks
    /// for rows by everything after `FROM`.
    pub(super) fn of(condition: &str, count: usize, part: fn(&str) -> Part<Vec<T>>) -> Self {
        Self::by("t.id", condition, count, part)
    }

    /// As [`of`](Self::of), where the id is another column.
    pub(super) fn by(
        key: &str,
        condition: &str,
        count: usize,
        part: fn(&str) -> Part<Vec<T>>,
    ) -> Self {
        let (limit, at, id) = (count + 1, count + 2, count + 3);
        let end = format!("ORDER BY t.created_at DESC, {key} DESC LIMIT ${limit}");
        let before = format!("AND (t.created_at, {key}) < (${at}, ${id})");
        Self {
            first: part(&format!("WHERE {condition} {end}")).into(),
            later: part(&format!("WHERE {condition} {before} {end}")).into(),
        }
    }

    fn page(
        &self,
        parameters: Parameters,
        page: PageRequest,
    ) -> Result<(&Statement<Vec<T>>, Parameters)> {
        let parameters = parameters.and(one_more(page))?;
        match page.cursor() {
            None => Ok((&self.first, parameters)),
            Some(last) => Ok((&self.later, parameters.and(last.at())?.and::<Uuid>(last.id())?)),
        }
    }
}

impl PostgresRepository {
    /// Loads a page, from the replica if there is one.
    pub(super) async fn newest<T: Send + 'static>(
        &self,
        list: &'static Newest<T>,
        parameters: Parameters,
        page: PageRequest,
        key: fn(&T) -> Cursor,
    ) -> Result<Page<T>> {
        let (statement, parameters) = list.page(parameters, page)?;
        Ok(Page::cut(self.ask_replica(statement, parameters).await?, page, key))
    }

    /// Loads a page, from the writer.
    pub(super) async fn newest_of_writer<T: Send + 'static>(
        &self,
        list: &'static Newest<T>,
        parameters: Parameters,
        page: PageRequest,
        key: fn(&T) -> Cursor,
    ) -> Result<Page<T>> {
        let (statement, parameters) = list.page(parameters, page)?;
        Ok(Page::cut(self.ask(statement, parameters).await?, page, key))
    }
}

/// Returns how many rows to read, so that it shows whether there is another page.
pub(super) fn one_more(page: PageRequest) -> i64 {
    i64::from(page.limit()) + 1
}
