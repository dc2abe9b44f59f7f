//! What stands in every column of a database, and which columns cannot hold anything personal.

use super::{
    marks::{Fate, Mark},
    story::{Person, Story},
};

/// One column of a table, with all that stands in it.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    /// Whether it could hold words: its type is neither a number, nor a time, nor an id.
    pub(crate) holds_text: bool,
    /// Every value, in lower case.
    pub(crate) content: String,
}

impl Column {
    fn is(&self, table: &str, name: &str) -> bool {
        self.table == table && self.name == name
    }
}

/// Columns of text that hold nothing personal: a table, its columns, and why.
pub(crate) const IMPERSONAL: &[(&str, &str, &str)] = &[
    ("roles", "name", "names of roles, which a service gives"),
    ("users", "status", "a code"),
    ("locations", "country_code", "two letters; it goes with its row"),
    ("dog_trainers", "time_zone custom_currency", "codes of zones and currencies"),
    ("dog_trainers", "cancellation_policy", "times and shares"),
    ("trainer_services", "currency accepted_dog_sizes", "codes"),
    ("trainer_certifications", "issued_at", "a date; it goes with its row"),
    ("trainer_availability", "start_time end_time", "times of a day"),
    ("trainer_availability_exceptions", "local_date windows", "a date and times of that day"),
    ("trainer_time_blocks", "source", "a code"),
    ("dogs", "size", "a code"),
    ("bookings", "currency status cancel_kind attendance time_zone", "codes"),
    ("bookings", "cancellation_policy", "times and shares"),
    ("bookings", "local_start", "a time"),
    ("occupied", "kind", "a code"),
    ("reschedule_requests", "proposer status", "codes"),
    ("quotes", "currency time_zone", "codes"),
    ("quotes", "cancellation_policy", "times and shares"),
    ("payments", "currency provider status", "codes"),
    ("payments", "provider_reference", "the provider's name for the payment"),
    ("refunds", "currency status cause", "codes"),
    ("refunds", "provider_reference", "the provider's name for the refund"),
    ("disputes", "kind currency status", "codes"),
    ("disputes", "provider_reference", "the provider's name for the dispute"),
    ("provider_events", "provider kind", "codes"),
    ("provider_events", "event_id reference", "the provider's names for the event and its thing"),
    ("provider_events", "payload", "ids, amounts and codes; nothing that a person wrote is read"),
    ("payouts", "currency status state provider", "codes"),
    ("payouts", "provider_reference", "the provider's name for the payout"),
    ("ledger_entries", "debit_account credit_account currency", "accounts, by ids, and codes"),
    ("open_earnings", "currency", "a code"),
    ("notifications", "type subject_kind", "codes"),
    ("notifications", "message", "the text of the kind, without names"),
    ("notification_preferences", "muted", "codes; it goes with its row"),
    ("commands", "kind", "a code"),
    ("commands", "result", "ids, amounts, codes and instants"),
    ("audit_logs", "action entity", "codes"),
    ("audit_logs", "payload notified", "ids, amounts, codes and instants"),
    ("_sitstay_migrations", "name", "names of migrations"),
];

/// Finds where a mark stands.
pub(crate) fn find(columns: &[Column], mark: &Mark) -> Option<String> {
    let text = mark.in_column();
    let found = columns.iter().find(|column| column.content.contains(&text))?;
    Some(format!("{}.{}", found.table, found.name))
}

/// Checks that every column of text held somebody's marks, or is said to be impersonal and held none.
pub(crate) fn require_complete(columns: &[Column], people: &[Person], own: &[(&str, &str, &str)]) {
    let marks: Vec<_> =
        people.iter().flat_map(|person| person.marks.current()).map(Mark::in_column).collect();
    let is_marked = |column: &Column| marks.iter().any(|mark| column.content.contains(mark));
    let mut impersonal = Vec::new();
    for (table, names, _) in IMPERSONAL.iter().chain(own) {
        for name in names.split_whitespace() {
            let known = columns.iter().find(|column| column.is(table, name));
            let known = known.unwrap_or_else(|| panic!("there is no {table}.{name}"));
            assert!(!is_marked(known), "{table}.{name} is personal");
            impersonal.push((*table, name));
        }
    }
    for column in columns.iter().filter(|column| column.holds_text) {
        let is_explained = impersonal.iter().any(|(table, name)| column.is(table, name));
        assert!(
            is_explained || is_marked(column),
            "{}.{} may hold something personal: let somebody write into it, or say why not",
            column.table,
            column.name
        );
    }
}

/// Checks that nothing of whom was erased is found, and everything of all others.
pub(crate) fn require(
    story: &Story,
    erased: Option<usize>,
    find: impl Fn(&Mark) -> Option<String>,
) {
    for (index, person) in story.people.iter().enumerate() {
        for (fate, mark) in person.marks.all() {
            let found = find(mark);
            if erased == Some(index) {
                assert_eq!(found, None, "{mark:?} of an erased {:?}", person.role);
            } else if *fate != Fate::Replaced {
                assert!(found.is_some(), "{mark:?} of a {:?} is lost", person.role);
            }
        }
    }
}
