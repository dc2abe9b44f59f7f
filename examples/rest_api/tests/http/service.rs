//! A service that runs for one test, and time that is moved by hand.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use rest_api::{Config, PasswordCost, Server};
use serde_json::{Value, json};
use sitstay::time::{Clock, Instant};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{client::Client, contract::Contract};

/// A Monday, when tests begin.
pub(crate) const MONDAY: &str = "2027-03-01T08:00:00Z";

/// Time that only the test moves.
#[derive(Debug)]
pub(crate) struct TestClock(Mutex<Instant>);

impl TestClock {
    fn new() -> Self {
        Self(Mutex::new(MONDAY.parse().unwrap()))
    }

    pub(crate) fn advance(&self, span: TimeDelta) {
        let mut now = self.0.lock().unwrap();
        *now = now.saturating_add(span);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// What a service with an admin is started with, who is the demo's owner.
pub(crate) fn administered() -> Config {
    let admin = Some("olu@example.com".parse().unwrap());
    Config { demo: true, admin, ..Config::default() }
}

/// A service that runs.
pub(crate) struct Service {
    pub(crate) clock: Arc<TestClock>,
    contract: Arc<Contract>,
    base: String,
    stop: oneshot::Sender<()>,
    run: JoinHandle<std::io::Result<()>>,
}

impl Service {
    /// Starts one that keeps everything in memory.
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::at(config, Arc::new(TestClock::new())).await
    }

    pub(crate) async fn at(config: Config, clock: Arc<TestClock>) -> Self {
        let config = Config {
            password_cost: PasswordCost::Least,
            work_every: Duration::from_millis(20),
            ..config
        };
        let server = Server::start(config, clock.clone()).await.unwrap();
        let base = format!("http://{}", server.address());
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        let document = reqwest::get(format!("{base}/openapi.json")).await.unwrap();
        let contract = Arc::new(Contract::new(document.json().await.unwrap()));
        Self { clock, contract, base, stop, run }
    }

    /// Stops it, and returns once it has.
    pub(crate) async fn stop(self) -> Arc<TestClock> {
        self.stop.send(()).unwrap();
        self.run.await.unwrap().unwrap();
        self.clock
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn document(&self) -> &Value {
        self.contract.document()
    }

    /// Starts one with an admin.
    pub(crate) async fn with_admin() -> (Self, Client) {
        let service = Self::with(administered()).await;
        let admin = service.admin().await;
        (service, admin)
    }

    /// The admin of a service that is [`administered`].
    pub(crate) async fn admin(&self) -> Client {
        let admin = self.anybody().sign_in("olu@example.com", "sit and stay").await;
        admin.acting_as("admin")
    }

    /// Somebody who is not signed in.
    pub(crate) fn anybody(&self) -> Client {
        Client::new(self.base.clone(), self.contract.clone())
    }

    /// Somebody who signed up and is signed in, without a role.
    pub(crate) async fn member(&self, name: &str) -> Client {
        let email = format!("{}@example.com", name.to_lowercase());
        let anybody = self.anybody();
        let new = json!({
            "email": email, "password": "correct horse", "first_name": name, "last_name": "Lee",
        });
        anybody.post("/api/users", new).await.expect(201);
        anybody.sign_in(&email, "correct horse").await
    }

    /// An owner with a dog.
    pub(crate) async fn owner(&self, name: &str) -> Owner {
        let client = self.member(name).await;
        client.post_nothing("/api/me/owner").await.expect(201);
        let client = client.acting_as("owner");
        let dog = json!({ "name": "Rex", "size": "medium", "notes": "pulls" });
        let dog = client.post("/api/dogs", dog).await.expect(201)["id"].clone();
        Owner { client, dog }
    }

    /// A trainer who works from nine to five in Berlin on weekdays, and offers an hour for 50 euros.
    pub(crate) async fn trainer(&self, name: &str) -> Trainer {
        let client = self.member(name).await;
        let profile = json!({
            "years_of_experience": 7, "bio": "Patient.", "time_zone": "Europe/Berlin",
        });
        let id = client.post("/api/me/trainer", profile).await.expect(201)["id"].clone();
        let client = client.acting_as("trainer");
        let hours = json!({ "start": "09:00", "end": "17:00" });
        let week: Vec<_> =
            (1..=5).map(|weekday| json!({ "weekday": weekday, "hours": hours })).collect();
        client.put("/api/me/hours", week.into()).await.expect(200);
        let service = json!({
            "name": "Loose lead", "duration_minutes": 60,
            "price": { "amount": 5000, "currency": "EUR" },
        });
        let path = format!("/api/trainers/{}/services", id.as_str().unwrap());
        let service = client.post(&path, service).await.expect(201)["id"].clone();
        Trainer { client, id, service }
    }
}

/// An owner who is signed in.
pub(crate) struct Owner {
    pub(crate) client: Client,
    pub(crate) dog: Value,
}

/// A trainer who is signed in.
pub(crate) struct Trainer {
    pub(crate) client: Client,
    pub(crate) id: Value,
    pub(crate) service: Value,
}

impl Trainer {
    pub(crate) fn id(&self) -> &str {
        self.id.as_str().unwrap()
    }

    /// Where the free starts between two instants are told.
    pub(crate) fn slots(&self, from: &str, until: &str) -> String {
        let service = self.service.as_str().unwrap();
        format!("/api/trainers/{}/slots?service={service}&from={from}&until={until}", self.id())
    }

    /// A wish for the lesson that is offered.
    pub(crate) fn lesson(&self, dog: &Value, start: &str) -> Value {
        let wish = json!({ "service": self.service });
        json!({ "trainer": self.id, "dog": dog, "wish": wish, "start": start })
    }
}

impl Owner {
    /// Asks for a lesson, and returns where it is.
    pub(crate) async fn asks(&self, trainer: &Trainer, start: &str) -> String {
        let lesson = trainer.lesson(&self.dog, start);
        let booked = self.client.post("/api/bookings", lesson).await.expect(201);
        format!("/api/bookings/{}", booked["id"].as_str().unwrap())
    }
}
