use serde::Serialize;

use crate::{
    contact::Address,
    geo::GeoPoint,
    ids::{LocationId, UserId},
    time::Instant,
};

/// A place of a user (table `locations`).
///
/// Only [`public_point`](Self::public_point) may be shown to strangers; the rest is seen by
/// the user, admins and the other party of an accepted lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The key.
    pub id: LocationId,
    /// Whose place it is.
    pub user: UserId,
    /// Street, city, region, postal code and country.
    pub address: Address,
    /// The exact place.
    pub point: GeoPoint,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Location {
    /// Returns the place rounded to 0.01°, which is what strangers, search and distance use.
    #[must_use]
    pub fn public_point(&self) -> GeoPoint {
        self.point.rounded_public()
    }
}
