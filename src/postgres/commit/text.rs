//! The statement as it grows: its text, its parameters, and what its numbers mean.

use std::fmt::Write as _;

use super::refusal::Refusal;
use crate::{
    postgres::parameters::Parameters,
    repository::BoxError,
    sql::{Kind, Value},
};

/// So many refusals have numbers of their own in one place of the text.
pub(super) const GROUP: usize = 1 << 16;

/// The statement as it grows.
///
/// Methods that add a value or a refusal return what stands for it in the text.
#[derive(Debug)]
pub(super) struct Text {
    /// What stands before the names of tables.
    pub(super) prefix: String,
    sql: String,
    parameters: Parameters,
    parts: usize,
    /// What holds if all steps so far did all of their work.
    gate: Option<String>,
    /// Whether a step so far may have written something.
    wrote: bool,
    verdict: String,
    /// Each group is of one place in the text.
    refusals: Vec<Vec<Refusal>>,
}

/// A step that was begun and not ended.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub(super) struct Step(usize);

impl Step {
    /// Returns the name by which others read what the step returns.
    pub(super) fn name(self) -> String {
        format!("c{}", self.0)
    }
}

impl Text {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            sql: String::with_capacity(4_096),
            parameters: Parameters::new(),
            parts: 0,
            gate: None,
            wrote: false,
            verdict: String::with_capacity(512),
            refusals: Vec::new(),
        }
    }

    /// Adds to the text.
    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds the name of a table.
    pub(super) fn push_table(&mut self, table: &str) {
        self.sql.push_str(&self.prefix);
        self.sql.push_str(table);
    }

    /// Adds a value; the driver sends its type along.
    pub(super) fn push_value(&mut self, kind: Kind, value: Value<'_>) -> Result<(), BoxError> {
        let number = self.parameters.push(kind, value)?;
        self.sql.push('$');
        push_number(&mut self.sql, number);
        if kind == Kind::Json {
            self.sql.push_str("::jsonb");
        }
        Ok(())
    }

    /// Adds values as an array.
    pub(super) fn push_values(
        &mut self,
        kind: Kind,
        values: Vec<Value<'_>>,
    ) -> Result<usize, BoxError> {
        let number = self.parameters.push_all(kind, values)?;
        self.sql.push('$');
        push_number(&mut self.sql, number);
        Ok(number)
    }

    /// Adds a parameter that is used later on, and returns what stands for it.
    pub(super) fn parameter(&mut self, kind: Kind, value: Value<'_>) -> Result<String, BoxError> {
        let number = self.parameters.push(kind, value)?;
        Ok(format!("${number}"))
    }

    /// Adds an array that is used later on, and returns what stands for it.
    pub(super) fn parameter_list(
        &mut self,
        kind: Kind,
        values: Vec<Value<'_>>,
    ) -> Result<String, BoxError> {
        let number = self.parameters.push_all(kind, values)?;
        Ok(format!("${number}"))
    }

    /// Begins a part that others may refer to by its name; what is read of it is computed once.
    pub(super) fn begin_named(&mut self, name: &str) {
        self.sql.push_str(if self.parts == 0 { "WITH " } else { ",\n" });
        self.parts += 1;
        self.sql.push_str(name);
        self.sql.push_str(" AS ");
    }

    /// Begins a step.
    pub(super) fn begin(&mut self) -> Step {
        self.sql.push_str(if self.parts == 0 { "WITH " } else { ",\n" });
        let step = Step(self.parts);
        self.parts += 1;
        self.sql.push('c');
        push_number(&mut self.sql, step.0);
        self.sql.push_str(" AS ");
        step
    }

    /// Adds the condition that all steps so far did their work, after `keyword`.
    pub(super) fn push_gate(&mut self, keyword: &str) {
        if let Some(gate) = &self.gate {
            self.sql.push_str(keyword);
            self.sql.push_str(gate);
        }
    }

    /// Ends a step that has to return as many rows; others go on only if it did.
    ///
    /// `writes` says whether it can have written something when it falls short; `number` is an
    /// expression for the number of the refusal then.
    pub(super) fn end(&mut self, step: Step, rows: &str, writes: Writes, number: &str) {
        self.sql.push(')');
        // Reading one row of many would leave the others unwritten until the end.
        let gate = if rows == "1" {
            format!("EXISTS (SELECT FROM c{})", step.0)
        } else {
            format!("(SELECT count(*) FROM c{}) = {rows}", step.0)
        };
        if self.wrote || matches!(writes, Writes::EvenInPart | Writes::PerhapsNothing) {
            let prefix = &self.prefix;
            let _ =
                write!(self.verdict, "\n WHEN NOT {gate} THEN {prefix}commit_refused({number})");
        } else {
            let _ = write!(self.verdict, "\n WHEN NOT {gate} THEN {number}");
        }
        self.wrote |= writes != Writes::Nothing;
        self.gate = Some(match self.gate.take() {
            // A step that had nothing to do does not show that the steps before it went on.
            Some(before) if writes == Writes::PerhapsNothing => format!("{before} AND {gate}"),
            _ => gate,
        });
    }

    /// Ends a part that cannot fall short.
    pub(super) fn end_infallible(&mut self) {
        self.sql.push(')');
        self.wrote = true;
    }

    /// Adds a condition to what holds if all steps so far did their work.
    pub(super) fn also(&mut self, condition: &str) {
        self.gate = Some(match self.gate.take() {
            Some(gate) => format!("{gate} AND {condition}"),
            None => condition.to_owned(),
        });
    }

    /// Adds a refusal, and returns its number.
    pub(super) fn refusal(&mut self, refusal: Refusal) -> usize {
        self.refusals(vec![refusal])
    }

    /// Adds refusals of which one is chosen by its place, and returns the number of the first.
    ///
    /// How many there are moves no other number, so that it makes no other text.
    pub(super) fn refusals(&mut self, refusals: Vec<Refusal>) -> usize {
        self.refusals.push(refusals);
        (self.refusals.len() - 1) * GROUP + 1
    }

    /// Adds the part of one row that all parts without consequence read from.
    pub(super) fn close_gate(&mut self) {
        self.begin_named("gate");
        self.sql.push_str("MATERIALIZED (SELECT");
        self.push_gate(" WHERE ");
        self.sql.push(')');
        self.gate = self.gate.is_some().then(|| "EXISTS (SELECT FROM gate)".to_owned());
    }

    /// Ends a text that is no commit.
    pub(super) fn into_plain(self) -> (String, Parameters) {
        (self.sql, self.parameters)
    }

    /// Ends the statement with its verdict.
    pub(super) fn finish(mut self) -> (String, Parameters, Vec<Vec<Refusal>>) {
        match &self.gate {
            Some(gate) => {
                // No step falls short without an arm of its own; if one did, nothing may stay.
                let (verdict, prefix) = (&self.verdict, &self.prefix);
                let _ = write!(
                    self.sql,
                    "\nSELECT CASE WHEN {gate} THEN 0{verdict} ELSE {prefix}commit_refused(0) END"
                );
            }
            None => self.sql.push_str("\nSELECT 0"),
        }
        (self.sql, self.parameters, self.refusals)
    }
}

/// Adds a number; statements are full of them, and the formatting machinery would be what a text
/// mostly costs.
fn push_number(sql: &mut String, number: usize) {
    if number >= 10 {
        push_number(sql, number / 10);
    }
    sql.push(char::from(b"0123456789"[number % 10]));
}

/// What a step writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    Nothing,
    /// One row, or nothing when it falls short.
    Whole,
    /// Several rows, perhaps some of them when it falls short.
    EvenInPart,
    /// As before, or there is nothing to do.
    PerhapsNothing,
}
