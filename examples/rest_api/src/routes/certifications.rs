//! A trainer's certifications.

use chrono::NaiveDate;
use serde::Deserialize;
use sitstay::{
    error::InvalidValue,
    ids::CertificationId,
    platform::{AddCertification, RemoveCertification, UpdateCertification},
    trainer::Certificate,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named},
    problem::Reply,
    wire::Made,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add_certification))
        .routes(routes!(update_certification, remove_certification))
}

/// What a certificate says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateWritten {
    name: String,
    issued_by: String,
    issued_at: NaiveDate,
}

impl CertificateWritten {
    fn certificate(&self) -> Result<Certificate, InvalidValue> {
        let (name, issued_by) = (self.name.parse()?, self.issued_by.parse()?);
        Ok(Certificate { name, issued_by, issued_at: self.issued_at })
    }
}

/// Adds a certification to one's own profile as a trainer.
#[utoipa::path(
    post, path = "/me/certifications", tag = "trainers",
    request_body = CertificateWritten, responses((status = 201, body = Made)),
)]
async fn add_certification(ask: Ask, Body(body): Body<CertificateWritten>) -> Reply<Created<Made>> {
    let certification = CertificationId::from_uuid(ask.key.0);
    let certificate = body.certificate()?;
    ask.as_trainer(AddCertification { certification, certificate }).await?;
    Ok(Created::under(ask.key))
}

/// Replaces what one's own certification says.
#[utoipa::path(
    put, path = "/me/certifications/{certification}", tag = "trainers",
    request_body = CertificateWritten, responses((status = 204)),
)]
async fn update_certification(
    ask: Ask,
    Named(certification): Named<CertificationId>,
    Body(body): Body<CertificateWritten>,
) -> Reply<Done> {
    let certificate = body.certificate()?;
    ask.as_trainer(UpdateCertification { certification, certificate }).await.map(|()| Done)
}

/// Removes one's own certification.
#[utoipa::path(
    delete, path = "/me/certifications/{certification}", tag = "trainers",
    responses((status = 204)),
)]
async fn remove_certification(
    ask: Ask,
    Named(certification): Named<CertificationId>,
) -> Reply<Done> {
    ask.as_trainer(RemoveCertification { certification }).await.map(|()| Done)
}
