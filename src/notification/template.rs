use super::{Facts, Placeholder, TemplateError};
use crate::{
    error::{InvalidValue, Problem},
    time::{Instant, Zone, ZoneId},
};

/// More than any mail needs.
const MAX_CHARS: usize = 10_000;
/// How an instant is written that has no format: the same in every language.
const PLAIN: &str = "%Y-%m-%d %H:%M";

/// A text with [placeholders](Placeholder) for what a notification can name, as in
/// `Your lesson with {other} begins at {start:%H:%M}.`
///
/// A brace itself is written twice: `{{` or `}}`. An instant may be followed by a colon and
/// directives of `strftime`, as [`jiff`](https://docs.rs/jiff/latest/jiff/fmt/strtime/index.html)
/// has them; names of days and months are English, so another language goes by numbers. Without a
/// format it is written like `2027-03-01 09:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Named(Placeholder),
    Instant(Placeholder, String),
}

/// In which words and by which clock facts are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) custom_lesson: &'a str,
    /// `None` for that of the lesson.
    pub(super) zone: Option<&'a Zone>,
}

impl Template {
    /// Reads a text of at most 10,000 characters.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] says what is wrong with the text; that a kind does not name something is
    /// found out by [`Templates::with`](super::Templates::with).
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.chars().count() > MAX_CHARS {
            let problem = Problem::TooLong { max: MAX_CHARS as u64 };
            return Err(InvalidValue::new("template", problem).into());
        }
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from_brace) = rest.split_at(at);
            plain.push_str(before);
            rest = if let Some(after) = from_brace.strip_prefix("{{") {
                plain.push('{');
                after
            } else if let Some(after) = from_brace.strip_prefix("}}") {
                plain.push('}');
                after
            } else {
                let inner = from_brace.strip_prefix('{').ok_or(TemplateError::Unopened)?;
                let (named, after) = inner.split_once('}').ok_or(TemplateError::Unclosed)?;
                if named.contains('{') {
                    return Err(TemplateError::Unclosed);
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::named(named)?);
                after
            };
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    /// Returns what the text names, in its order.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Named(placeholder) | Piece::Instant(placeholder, _) => Some(*placeholder),
        })
    }

    /// Says whether it is written without line ends and other control characters.
    pub(super) fn is_one_line(&self) -> bool {
        let utc = ZoneId::UTC.zone();
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(text) => !text.contains(char::is_control),
            // Names have none. Formats have directives for them.
            Piece::Named(_) => true,
            Piece::Instant(_, format) => utc
                .strftime(format, Instant::MIN)
                .is_ok_and(|written| !written.contains(char::is_control)),
        })
    }

    /// Writes the text, unless it names what is not there.
    pub(super) fn render(&self, facts: &Facts, manner: Manner<'_>) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Named(placeholder) => text.push_str(&named(*placeholder, facts, manner)?),
                Piece::Instant(placeholder, format) => {
                    text.push_str(&instant(*placeholder, format, facts, manner)?);
                }
            }
        }
        Some(text)
    }
}

impl Piece {
    /// Reads what stands between braces.
    fn named(text: &str) -> Result<Self, TemplateError> {
        let (name, format) = match text.split_once(':') {
            Some((name, format)) => (name, Some(format)),
            None => (text, None),
        };
        let unknown = |_| TemplateError::UnknownPlaceholder(name.to_owned());
        let placeholder: Placeholder = name.parse().map_err(unknown)?;
        match format {
            _ if placeholder.is_instant() => {
                let format = format.unwrap_or(PLAIN);
                check(format)?;
                Ok(Self::Instant(placeholder, format.to_owned()))
            }
            None => Ok(Self::Named(placeholder)),
            Some(_) => Err(TemplateError::UnexpectedFormat(placeholder)),
        }
    }
}

/// Checks that a format can be written for every instant.
fn check(format: &str) -> Result<(), TemplateError> {
    let utc = ZoneId::UTC.zone();
    // A directive may be for some years only: what both ends can be written by, all between can.
    for end in [Instant::MIN, Instant::MAX] {
        utc.strftime(format, end).map_err(|error| TemplateError::TimeFormat(error.to_string()))?;
    }
    Ok(())
}

fn named(placeholder: Placeholder, facts: &Facts, manner: Manner<'_>) -> Option<String> {
    let lesson = facts.lesson.as_ref();
    match placeholder {
        Placeholder::Reader => Some(facts.recipient.first_name.to_string()),
        Placeholder::Trainer => lesson.map(super::LessonFacts::trainer),
        Placeholder::Owner => lesson.map(|lesson| lesson.owner_first_name.to_string()),
        Placeholder::Other => lesson?.other_than(facts.recipient.user),
        Placeholder::Dog => lesson.map(|lesson| lesson.dog_name.to_string()),
        Placeholder::Service => {
            let name = |lesson: &super::LessonFacts| {
                let known = lesson.service_name.as_ref();
                known.map_or_else(|| manner.custom_lesson.to_owned(), ToString::to_string)
            };
            lesson.map(name)
        }
        Placeholder::Amount => facts.amount.map(|amount| amount.to_string()),
        Placeholder::Points => facts.points.map(|points| points.get().to_string()),
        Placeholder::Start | Placeholder::End | Placeholder::ProposedStart => {
            instant(placeholder, PLAIN, facts, manner)
        }
    }
}

fn instant(
    placeholder: Placeholder,
    format: &str,
    facts: &Facts,
    manner: Manner<'_>,
) -> Option<String> {
    let lesson = facts.lesson.as_ref()?;
    let at = match placeholder {
        Placeholder::End => lesson.session.end(),
        Placeholder::ProposedStart => facts.proposed_start?,
        _ => lesson.session.start(),
    };
    let own = manner.zone.is_none().then(|| lesson.zone.zone());
    manner.zone.or(own.as_ref())?.strftime(format, at).ok()
}
