//! The source's tables: their columns, and the texts that read them.

use crate::code::codes;

/// Reads a `timestamp`: what is not finite, or too far away for every calendar, reads as nothing.
macro_rules! finite {
    ($column:expr) => {
        concat!(
            "CASE WHEN ",
            $column,
            " BETWEEN '0001-01-01' AND '9999-12-31' THEN ",
            $column,
            " END"
        )
    };
}

/// Joins the names of the roles that the user of a profile holds.
macro_rules! held {
    () => {
        "LEFT JOIN (SELECT held.user_id, array_agg(r.name::text) AS names
                      FROM @.user_roles held JOIN @.roles r ON r.id = held.role_id
                     GROUP BY held.user_id) roles ON roles.user_id = t.user_id"
    };
}

codes! {
    /// A table of the plain schema.
    pub enum SourceTable as "source_table" {
        /// Table `roles`.
        Roles = "roles",
        /// Table `users`.
        Users = "users",
        /// Table `user_roles`.
        UserRoles = "user_roles",
        /// Table `dog_owners`.
        Owners = "dog_owners",
        /// Table `locations`.
        Locations = "locations",
        /// Table `dog_trainers`.
        Trainers = "dog_trainers",
        /// Table `trainer_services`.
        Services = "trainer_services",
        /// Table `trainer_certifications`.
        Certifications = "trainer_certifications",
        /// Table `trainer_availability`.
        Hours = "trainer_availability",
        /// Table `dogs`.
        Dogs = "dogs",
        /// Table `dog_photos`.
        Photos = "dog_photos",
        /// Table `bookings`.
        Bookings = "bookings",
        /// Table `reviews`.
        Reviews = "reviews",
        /// Table `payments`.
        Payments = "payments",
        /// Table `payouts`.
        Payouts = "payouts",
        /// Table `notifications`.
        Notifications = "notifications",
        /// Table `audit_logs`.
        AuditLogs = "audit_logs",
    }
}

/// How a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A UUID, nothing else: ids stay what they are.
    Id,
    /// Anything that has a text: numbers too, so that none passes through a float.
    Text,
    /// A `timestamp` without zone.
    Time,
    /// A boolean.
    Flag,
    /// A number of degrees.
    Degrees,
}

use Kind::{Degrees, Flag, Id, Text, Time};

/// A column by name and kind.
pub(super) type Column = (&'static str, Kind);

impl SourceTable {
    /// The columns of the plain schema that are read.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Roles => &[("id", Id), ("name", Text)],
            Self::Users => &[
                ("id", Id),
                ("email", Text),
                ("password", Text),
                ("first_name", Text),
                ("last_name", Text),
                ("phone", Text),
                ("status", Text),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::UserRoles => &[("user_id", Id), ("role_id", Id)],
            Self::Owners => {
                &[("id", Id), ("user_id", Id), ("created_at", Time), ("updated_at", Time)]
            }
            Self::Locations => &[
                ("id", Id),
                ("user_id", Id),
                ("address", Text),
                ("city", Text),
                ("state", Text),
                ("zip_code", Text),
                ("latitude", Degrees),
                ("longitude", Degrees),
            ],
            Self::Trainers => &[
                ("id", Id),
                ("user_id", Id),
                ("years_of_experience", Text),
                ("bio", Text),
                ("is_verified", Flag),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::Services => &[
                ("id", Id),
                ("trainer_id", Id),
                ("name", Text),
                ("description", Text),
                ("duration_minutes", Text),
                ("price", Text),
                ("is_active", Flag),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::Certifications => &[
                ("id", Id),
                ("trainer_id", Id),
                ("name", Text),
                ("issued_by", Text),
                ("issued_at", Text),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::Hours => &[
                ("id", Id),
                ("trainer_id", Id),
                ("day_of_week", Text),
                ("start_time", Text),
                ("end_time", Text),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::Dogs => &[
                ("id", Id),
                ("owner_id", Id),
                ("name", Text),
                ("breed", Text),
                ("age", Text),
                ("size", Text),
                ("notes", Text),
                ("created_at", Time),
                ("updated_at", Time),
            ],
            Self::Photos => {
                &[("id", Id), ("dog_id", Id), ("photo_url", Text), ("created_at", Time)]
            }
            Self::Bookings => &[
                ("id", Id),
                ("trainer_id", Id),
                ("owner_id", Id),
                ("dog_id", Id),
                ("service_id", Id),
                ("start_time", Time),
                ("end_time", Time),
                ("price_snapshot", Text),
                ("status", Text),
                ("cancellation_reason", Text),
                ("created_at", Time),
            ],
            Self::Reviews => &[
                ("id", Id),
                ("booking_id", Id),
                ("trainer_id", Id),
                ("owner_id", Id),
                ("rating", Text),
                ("comment", Text),
                ("created_at", Time),
            ],
            Self::Payments => &[
                ("id", Id),
                ("booking_id", Id),
                ("amount", Text),
                ("currency", Text),
                ("provider", Text),
                ("status", Text),
                ("created_at", Time),
            ],
            Self::Payouts => &[
                ("id", Id),
                ("trainer_id", Id),
                ("amount", Text),
                ("status", Text),
                ("processed_at", Time),
            ],
            Self::Notifications => &[
                ("id", Id),
                ("user_id", Id),
                ("type", Text),
                ("is_read", Flag),
                ("created_at", Time),
            ],
            Self::AuditLogs => &[("id", Id)],
        }
    }

    /// What is read beside the columns: what the row's rules ask of other rows.
    ///
    /// The table is `t`, and each other table is joined by its key, so that no row is repeated.
    /// `person` is the user to whom the row is personal.
    const fn beside(self) -> (&'static str, &'static str) {
        match self {
            Self::Roles => (
                "first_value(t.id) OVER (PARTITION BY t.name::text ORDER BY t.id) AS first_alike",
                "",
            ),
            Self::Users => (
                "first_value(t.id) OVER (PARTITION BY lower(t.email::text COLLATE \"C\"),
                     t.status::text = 'deleted' ORDER BY t.created_at, t.id) AS first_alike",
                "",
            ),
            Self::UserRoles => (
                "u.id AS user_found, r.id AS role_found, u.status::text = 'deleted' AS is_erased,
                 u.id AS person, r.name::text AS role_name,
                 row_number() OVER (PARTITION BY t.user_id, t.role_id) AS nth_alike",
                "LEFT JOIN @.users u ON u.id = t.user_id LEFT JOIN @.roles r ON r.id = t.role_id",
            ),
            Self::Owners => (
                "u.id AS user_found, u.status::text = 'deleted' AS is_erased, u.id AS person,
                 roles.names AS role_names, first_value(t.id) OVER (PARTITION BY t.user_id
                     ORDER BY t.created_at, t.id) AS first_alike",
                concat!("LEFT JOIN @.users u ON u.id = t.user_id ", held!()),
            ),
            Self::Locations => (
                "u.id AS user_found, u.status::text = 'deleted' AS is_erased, u.id AS person",
                "LEFT JOIN @.users u ON u.id = t.user_id",
            ),
            Self::Trainers => (
                "u.id AS user_found, u.status::text = 'deleted' AS is_erased, u.id AS person,
                 roles.names AS role_names, place.id::uuid AS location_id,
                 first_value(t.id) OVER (PARTITION BY t.user_id
                     ORDER BY t.created_at, t.id) AS first_alike",
                concat!(
                    "LEFT JOIN @.users u ON u.id = t.user_id
                     LEFT JOIN (SELECT user_id, min(id::text) AS id FROM @.locations
                                 GROUP BY user_id) place ON place.user_id = t.user_id ",
                    held!()
                ),
            ),
            Self::Services | Self::Certifications | Self::Hours => (
                "p.id AS trainer_found, u.status::text = 'deleted' AS is_erased, u.id AS person",
                "LEFT JOIN @.dog_trainers p ON p.id = t.trainer_id
                 LEFT JOIN @.users u ON u.id = p.user_id",
            ),
            Self::Dogs => (
                "o.id AS owner_found, u.status::text = 'deleted' AS is_erased, u.id AS person",
                "LEFT JOIN @.dog_owners o ON o.id = t.owner_id
                 LEFT JOIN @.users u ON u.id = o.user_id",
            ),
            Self::Photos => (
                "d.id AS dog_found, u.status::text = 'deleted' AS is_erased, u.id AS person",
                "LEFT JOIN @.dogs d ON d.id = t.dog_id
                 LEFT JOIN @.dog_owners o ON o.id = d.owner_id
                 LEFT JOIN @.users u ON u.id = o.user_id",
            ),
            Self::Bookings => (
                "p.id AS trainer_found, o.id AS owner_found, d.id AS dog_found,
                 s.id AS service_found, d.owner_id AS dog_owner, s.trainer_id AS service_trainer,
                 p.user_id AS trainer_user, o.user_id AS owner_user, o.user_id AS person,
                 coalesce(tu.status::text = 'deleted', false)
                     OR coalesce(ou.status::text = 'deleted', false) AS is_erased",
                "LEFT JOIN @.dog_trainers p ON p.id = t.trainer_id
                 LEFT JOIN @.dog_owners o ON o.id = t.owner_id
                 LEFT JOIN @.dogs d ON d.id = t.dog_id
                 LEFT JOIN @.trainer_services s ON s.id = t.service_id
                 LEFT JOIN @.users tu ON tu.id = p.user_id
                 LEFT JOIN @.users ou ON ou.id = o.user_id",
            ),
            Self::Reviews => (
                concat!(
                    "b.id AS booking_found, b.trainer_id AS booking_trainer,
                     b.owner_id AS booking_owner, b.status::text AS booking_status, ",
                    finite!("b.end_time"),
                    " AS booking_end, u.status::text = 'deleted' AS is_erased, u.id AS person,
                     first_value(t.id) OVER (PARTITION BY t.booking_id
                         ORDER BY t.created_at, t.id) AS first_alike"
                ),
                "LEFT JOIN @.bookings b ON b.id = t.booking_id
                 LEFT JOIN @.dog_owners o ON o.id = t.owner_id
                 LEFT JOIN @.users u ON u.id = o.user_id",
            ),
            Self::Payments => (
                concat!(
                    "b.id AS booking_found, b.trainer_id AS booking_trainer,
                     b.price_snapshot::text AS booking_price, b.status::text AS booking_status, ",
                    finite!("b.start_time"),
                    " AS booking_start,
                     first_value(t.id) OVER (PARTITION BY t.booking_id, t.status::text = 'paid'
                         ORDER BY t.created_at, t.id) AS first_alike"
                ),
                "LEFT JOIN @.bookings b ON b.id = t.booking_id",
            ),
            Self::Payouts => {
                ("p.id AS trainer_found", "LEFT JOIN @.dog_trainers p ON p.id = t.trainer_id")
            }
            Self::Notifications => (
                "u.id AS user_found, u.status::text = 'deleted' AS is_erased, u.id AS person,
                 profile.id::uuid AS trainer_profile",
                "LEFT JOIN @.users u ON u.id = t.user_id
                 LEFT JOIN (SELECT user_id, min(id::text) AS id FROM @.dog_trainers
                             GROUP BY user_id) profile ON profile.user_id = t.user_id",
            ),
            Self::AuditLogs => ("true AS is_there", ""),
        }
    }

    /// Returns the text that reads the whole table; `@.` stands for the schema.
    ///
    /// `which` restricts and orders the rows.
    pub(super) fn select(self, which: &str) -> String {
        let (beside, joins) = self.beside();
        let mut columns = String::new();
        for (name, kind) in self.columns() {
            let column = format!("t.\"{name}\"");
            let read = match kind {
                Id | Flag => column,
                Text => format!("{column}::text"),
                Time => finite!("@column").replace("@column", &column),
                Degrees => format!("{column}::double precision"),
            };
            columns.push_str(&format!("{read} AS \"{name}\", "));
        }
        format!("SELECT {columns} {beside} FROM @.{} t {joins} {which}", self.code())
    }

    /// The order in which a table is copied: by its key, but for payouts, which pay what those before
    /// them left.
    pub(super) const fn by_key(self) -> &'static str {
        match self {
            Self::UserRoles => "ORDER BY t.user_id, t.role_id",
            Self::Hours => "ORDER BY t.trainer_id, t.id",
            Self::Payouts => "ORDER BY t.processed_at, t.id",
            _ => "ORDER BY t.id",
        }
    }
}
