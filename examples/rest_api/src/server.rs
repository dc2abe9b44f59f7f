//! Puts the service together, and runs it until it is told to stop.

use std::{any::Any, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sitstay::{
    command::{Actor, Call, SystemReason},
    contact::Email,
    error::InvalidValue,
    ical::Publisher,
    ids::CommandId,
    money::MoneyError,
    notification::Templates,
    platform::{Error, GrantAdmin, Platform},
    provider::fake::FakeProvider,
    repository::RepositoryError,
    time::Clock,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tower_http::{
    catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer, trace::TraceLayer,
};
use tracing::{Span, field};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Addresses, Digests, Passwords, Sessions, Throttle},
    config::Config,
    demo,
    directory::Directory,
    openapi, page,
    problem::Problem,
    routes, store, work,
};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1_024;

/// What browsers are told with every answer: only what this service serves is loaded and asked for.
fn headers() -> [(HeaderName, &'static str); 3] {
    [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ]
}

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The database cannot be used.
    #[error("the database cannot be used")]
    Storage(#[from] RepositoryError),
    /// The file of the sessions cannot be used.
    #[error("the sessions' file cannot be used")]
    Sessions(#[from] rusqlite::Error),
    /// Passwords cannot be hashed.
    #[error("passwords cannot be hashed")]
    Passwords(#[from] argon2::password_hash::Error),
    /// The platform's terms do not fit together.
    #[error("the terms do not fit together")]
    Terms(#[from] MoneyError),
    /// Calendars cannot name their events by what `CALENDAR_DOMAIN` says.
    #[error("CALENDAR_DOMAIN must be the name of a host")]
    CalendarDomain(#[source] InvalidValue),
    /// What is made at the start could not be made.
    #[error("what is there from the start could not be made")]
    Making(#[from] Error),
    /// The people of the demo could not be made.
    #[error("the demo could not be made")]
    Demo(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address cannot be listened on.
    #[error("the address cannot be listened on")]
    Listening(#[from] io::Error),
}

/// The service, listening.
#[derive(Debug)]
pub struct Server {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Server {
    /// Opens the database, listens, and begins to carry out what is due.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is not to be had.
    pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let repository = store::open(&config.database).await?;
        let digests = Digests::open(config.sessions.as_deref())?;
        let publisher =
            Publisher::new(&config.calendar_domain).map_err(StartError::CalendarDomain)?;
        let app = App {
            platform: Platform::new(repository, store::terms()?),
            passwords: Passwords::new(config.password_cost)?,
            sessions: Sessions::new(digests.clone(), clock.clone())?,
            addresses: Addresses::new(digests)?,
            clock,
            throttle: Throttle::new(),
            directory: Arc::new(Directory::new()),
            templates: Arc::new(Templates::english()),
            provider: Arc::new(FakeProvider::new(0)),
            stripe: config.stripe.clone().map(Arc::new),
            publisher: Arc::new(publisher.named("Lessons")),
        };
        if config.demo {
            demo::settle(&app).await.map_err(StartError::Demo)?;
        }
        if let Some(admin) = &config.admin {
            appoint(&app, admin).await?;
        }
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(work::run(app.clone(), config, stopped));
        Ok(Self { app, listener, address, stop, worker })
    }

    /// Returns where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is over; what was begun by then is answered, and the worker finishes what
    /// it is at.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if connections cannot be accepted any more.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Self { app, listener, stop: tell, worker, .. } = self;
        axum::serve(listener, router(app)).with_graceful_shutdown(stop).await?;
        tracing::info!("no more requests");
        tell.send_replace(true);
        worker.await.map_err(io::Error::other)
    }
}

fn router(app: App) -> Router {
    let (api, document) = routes::all().split_for_parts();
    let router = api
        .merge(page::routes())
        .merge(openapi::routes(document))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(broken))
        .layer(TraceLayer::new_for_http().make_span_with(span));
    let headers = headers().into_iter().map(|(name, value)| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    });
    headers.fold(router, Router::layer).with_state(app)
}

/// A request's span names the route and not the path, and who is signed in once that is known.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route, user = field::Empty)
}

async fn no_such_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "request.path", "there is nothing under this path")
}

async fn no_such_method() -> Problem {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "request.method", "this path does not know the method")
}

/// A handler panicked, which the panic's own message told.
fn broken(_: Box<dyn Any + Send>) -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Problem::new(status, "internal", "the service failed").into_response()
}

/// Makes the user with this address an admin, if there is one who is none yet.
async fn appoint(app: &App, email: &Email) -> Result<(), Error> {
    let Some(user) = app.platform.repository().user_by_email(&email.key()).await? else {
        tracing::warn!("nobody has signed up with ADMIN_EMAIL; start again once they have");
        return Ok(());
    };
    let system = Actor::System(SystemReason::Bootstrap);
    let call = Call::new(CommandId::from_uuid(Uuid::now_v7()), system, app.now());
    match app.platform.execute(call, GrantAdmin { user: user.id }).await {
        Err(Error::Account(sitstay::account::AccountError::AlreadyAdmin)) => Ok(()),
        granted => granted,
    }
}
