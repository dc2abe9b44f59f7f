//! A client that holds every answer against the OpenAPI document.

use std::{sync::Arc, time::Duration};

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    contract::{Asked, Contract},
    service::Service,
};

/// Somebody who talks to the service.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    contract: Arc<Contract>,
    token: Option<String>,
    role: Option<&'static str>,
}

/// What the service answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(base: String, contract: Arc<Contract>) -> Self {
        Self { http: reqwest::Client::new(), base, contract, token: None, role: None }
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Self {
        let credentials = json!({ "email": email, "password": password });
        let begun = self.post("/api/sessions", credentials).await.expect(201);
        self.with_token(begun["token"].as_str().unwrap())
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub(crate) fn acting_as(&self, role: &'static str) -> Self {
        Self { role: Some(role), ..self.clone() }
    }

    /// The same user, at a service that was started again.
    pub(crate) fn moved_to(&self, service: &Service) -> Self {
        Self { token: self.token.clone(), role: self.role, ..service.anybody() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_under(Uuid::now_v7(), path, body).await
    }

    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        self.ask(Method::POST, path, None, Some(Uuid::now_v7())).await
    }

    pub(crate) async fn post_under(&self, key: Uuid, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body), Some(key)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, Some(body), None).await
    }

    pub(crate) async fn put_nothing(&self, path: &str) -> Answer {
        self.ask(Method::PUT, path, None, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None, None).await
    }

    /// Asks again until the answer is as it should be: the service works beside its requests.
    pub(crate) async fn eventually(&self, path: &str, is_so: impl Fn(&Value) -> bool + Send) {
        for _ in 0..3_000 {
            let answer = self.get(path).await.expect(200);
            if is_so(&answer) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{path} never became as it should be");
    }

    /// Asks, and checks the answer against the document.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        key: Option<Uuid>,
    ) -> Answer {
        let body = body.map(|body| ("application/json", body));
        let key = key.map(|key| ("idempotency-key", key.to_string()));
        self.send(method, path, body, key.as_slice()).await
    }

    /// Asks with headers of one's own, and a body of any kind; a text goes as it is.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Value)>,
        headers: &[(&str, String)],
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(role) = self.role {
            request = request.header("acting-as", role);
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some((kind, body)) = &body {
            let text = body.as_str().map_or_else(|| body.to_string(), ToOwned::to_owned);
            request = request.header("content-type", *kind).body(text);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let kind = headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
        let kind = kind.split(';').next().unwrap();
        let answer = match text.as_str() {
            "" => Value::Null,
            text if kind.ends_with("json") => serde_json::from_str(text).unwrap(),
            text => Value::String(text.to_owned()),
        };
        let path = path.split('?').next().unwrap();
        let body = body.as_ref().map(|(kind, body)| (*kind, body));
        let asked = Asked { method: method.as_str(), path, body };
        self.contract.check(&asked, status, kind, &answer);
        Answer { status, headers, body: answer }
    }
}

impl Answer {
    /// Returns the body of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Returns the problem, which has this status and this code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("/problems#{code}"));
        self.body
    }
}
