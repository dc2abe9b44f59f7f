//! What the OpenAPI document promises of every request and answer.

use jsonschema::Validator;
use serde_json::{Value, json};

/// The service's own OpenAPI document.
pub(crate) struct Contract(Value);

impl Contract {
    pub(crate) fn new(document: Value) -> Self {
        Self(document)
    }

    pub(crate) fn document(&self) -> &Value {
        &self.0
    }

    /// Checks an answer, and the body that was accepted, against what is written of the route.
    pub(crate) fn check(&self, asked: &Asked<'_>, status: u16, kind: &str, answer: &Value) {
        let Asked { method, path, body } = asked;
        let operation = self.operation(method, path);
        let responses = &operation["responses"];
        let known = responses.get(status.to_string());
        assert!(
            known.is_some() || status >= 400,
            "{method} {path}: {status} is not in the document",
        );
        let known = known.unwrap_or(&responses["default"]);
        if let Some(content) = known.get("content") {
            let schema = &content[kind]["schema"];
            assert!(schema.is_object(), "{method} {path}: {kind} is not in the document");
            self.hold(schema, answer, &format!("{method} {path} {status}"));
        } else {
            assert!(answer.is_null(), "{method} {path} {status}: no answer is in the document");
        }
        if let (Some((kind, body)), 200..300) = (body, status) {
            let schema = &operation["requestBody"]["content"][kind]["schema"];
            assert!(schema.is_object(), "{method} {path}: no such body is in the document");
            self.hold(schema, body, &format!("{method} {path}, the body"));
        }
    }

    fn hold(&self, schema: &Value, value: &Value, what: &str) {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": self.0["components"],
        });
        let validator: Validator = jsonschema::validator_for(&root).unwrap();
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?} in {value}");
    }

    /// Finds the route of a path: the one that names the most of it.
    fn operation(&self, method: &str, path: &str) -> &Value {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |route: &&String| {
            let known: Vec<&str> = route.split('/').collect();
            known.len() == parts.len()
                && known
                    .iter()
                    .zip(&parts)
                    .all(|(known, part)| known == part || known.starts_with('{'))
        };
        let routes = self.0["paths"].as_object().unwrap();
        let route = routes.keys().filter(fits).min_by_key(|route| route.matches('{').count());
        let route = route.unwrap_or_else(|| panic!("{path} is not in the document"));
        let operation = &routes[route][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {route} is not in the document");
        operation
    }
}

/// What was asked.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Without the query.
    pub(crate) path: &'a str,
    /// Of which kind, and what it says.
    pub(crate) body: Option<(&'a str, &'a Value)>,
}
