use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    ids::{CertificationId, TrainerId},
    text::Name,
    time::Instant,
};

/// A certificate that a trainer holds (table `trainer_certifications`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certification {
    /// The key.
    pub id: CertificationId,
    /// Who holds it.
    pub trainer: TrainerId,
    /// What it is called.
    pub name: Name,
    /// Who issued it.
    pub issued_by: Name,
    /// The day on which it was issued.
    pub issued_at: NaiveDate,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
