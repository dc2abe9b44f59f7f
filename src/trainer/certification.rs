use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    error::{InvalidValue, Problem},
    ids::{CertificationId, TrainerId},
    text::Name,
    time::Instant,
};

const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What it is called.
    pub name: Name,
    /// Who issued it.
    pub issued_by: Name,
    /// The day on which it was issued, from 1900 to today.
    pub issued_at: NaiveDate,
}

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

impl Certification {
    /// Writes a certificate down.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if it was issued before 1900 or after `today`, the trainer's local date.
    pub fn new(
        id: CertificationId,
        trainer: TrainerId,
        certificate: Certificate,
        today: NaiveDate,
        now: Instant,
    ) -> Result<Self, InvalidValue> {
        let Certificate { name, issued_by, issued_at } = certificate;
        if issued_at < FIRST_DAY || today < issued_at {
            let problem = Problem::Malformed("a date from 1900 to today");
            return Err(InvalidValue::new("issued_at", problem));
        }
        Ok(Self { id, trainer, name, issued_by, issued_at, created_at: now, updated_at: now })
    }

    /// Replaces what the certificate says.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn revise(
        self,
        certificate: Certificate,
        today: NaiveDate,
        now: Instant,
    ) -> Result<Self, InvalidValue> {
        let revised = Self::new(self.id, self.trainer, certificate, today, now)?;
        Ok(Self { created_at: self.created_at, ..revised })
    }
}
