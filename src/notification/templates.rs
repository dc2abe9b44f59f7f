use std::collections::BTreeMap;

use serde::Serialize;

use super::{Facts, Notification, NotificationKind, Template, TemplateError, template::Manner};
use crate::{text::Name, time::ZoneId};

/// A notification in words.
///
/// Plain text: whoever puts it into HTML escapes it, because people choose the names in it. The
/// title is one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The subject line.
    pub title: String,
    /// What there is to say.
    pub body: String,
}

/// The words for every kind of notification.
///
/// # Example: other words for one kind
///
/// ```
/// use sitstay::notification::{NotificationKind, TemplateError, Templates};
///
/// let templates = Templates::english().with(
///     NotificationKind::LessonReminder,
///     "{dog} und {other}",
///     "{start:%-d.%-m.}, {start:%H:%M} Uhr: {service} mit {other}.",
/// )?;
///
/// // A slip is found here, and not when the first notification is rendered.
/// let slip = templates.with(NotificationKind::PayoutFailed, "Payout", "About {dog}.");
/// assert_eq!(slip.unwrap_err().code(), "template.not_offered");
/// # Ok::<(), TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    texts: BTreeMap<NotificationKind, Text>,
    custom_lesson: Option<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    title: Template,
    body: Template,
}

impl Templates {
    /// Returns English words for every kind.
    #[must_use]
    pub fn english() -> Self {
        let text = |kind: &NotificationKind| {
            let (title, body) = kind.english();
            Some((*kind, Text::parse(*kind, title, body).ok()?))
        };
        let texts = NotificationKind::ALL.iter().filter_map(text).collect();
        Self { texts, custom_lesson: None }
    }

    /// Puts other words in the place of a kind's.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] if one of the texts is no [`Template`], or names what notifications of the
    /// kind never [offer](NotificationKind::offers), or if the title is not one line.
    pub fn with(
        mut self,
        kind: NotificationKind,
        title: &str,
        body: &str,
    ) -> Result<Self, TemplateError> {
        self.texts.insert(kind, Text::parse(kind, title, body)?);
        Ok(self)
    }

    /// Says what lessons are called that owners worded themselves, and that so have no service; else
    /// it is `a lesson`.
    #[must_use]
    pub fn calling_custom_lessons(self, name: Name) -> Self {
        Self { custom_lesson: Some(name), ..self }
    }

    /// Writes a notification in words, by the clock of `zone`, or without one by that of the
    /// lesson's trainer.
    ///
    /// Where the text names what is not there, for instance because the notification was copied
    /// from another database, the kind's [`message`](NotificationKind::message) is title and body.
    #[must_use]
    pub fn render(
        &self,
        notification: &Notification,
        facts: &Facts,
        zone: Option<ZoneId>,
    ) -> Message {
        let zone = zone.map(ZoneId::zone);
        let custom_lesson = self.custom_lesson.as_ref().map_or("a lesson", Name::as_str);
        let manner = Manner { custom_lesson, zone: zone.as_ref() };
        let message = self.texts.get(&notification.kind).and_then(|text| {
            let (title, body) =
                (text.title.render(facts, manner)?, text.body.render(facts, manner)?);
            Some(Message { title, body })
        });
        message.unwrap_or_else(|| {
            let sentence = notification.kind.message().to_owned();
            Message { title: sentence.clone(), body: sentence }
        })
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::english()
    }
}

impl Text {
    fn parse(kind: NotificationKind, title: &str, body: &str) -> Result<Self, TemplateError> {
        let text = Self { title: Template::parse(title)?, body: Template::parse(body)? };
        let misplaced = {
            let mut named = text.title.placeholders().chain(text.body.placeholders());
            named.find(|placeholder| !kind.offers(*placeholder))
        };
        if let Some(placeholder) = misplaced {
            return Err(TemplateError::NotOffered { kind, placeholder });
        }
        if text.title.is_one_line() { Ok(text) } else { Err(TemplateError::TitleNotOneLine) }
    }
}
