use std::collections::BTreeSet;

use serde_json::Value;

use crate::service::Service;

/// Changes that are none of the library's, or whose key is the event's own.
const NO_COMMANDS: [&str; 5] = [
    "post /api/sessions",
    "delete /api/sessions",
    "post /api/me/calendar-feeds/{side}",
    "delete /api/me/calendar-feeds/{side}",
    "post /api/stripe/events",
];

#[tokio::test]
async fn the_document_is_read_by_another_reader_of_openapi() {
    let service = Service::start().await;
    let spec = oas3::from_json(service.document().to_string()).unwrap();
    assert!(spec.openapi.starts_with("3.1"), "{}", spec.openapi);
    let operations: Vec<_> = spec.operations().collect();
    assert_eq!(operations.len(), operations_of(service.document()).len());
    assert!(operations.len() > 80, "{}", operations.len());
}

#[tokio::test]
async fn every_schema_that_is_referred_to_is_there() {
    let service = Service::start().await;
    let document = service.document();
    let mut references = BTreeSet::new();
    collect_references(document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_summary_and_what_all_share() {
    let service = Service::start().await;
    let operations = operations_of(service.document());
    let names: BTreeSet<_> =
        operations.iter().map(|(_, operation)| operation["operationId"].to_string()).collect();
    assert_eq!(names.len(), operations.len());
    for (route, operation) in operations {
        assert!(operation["summary"].is_string(), "{route}");
        let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
        assert!(problem.is_object(), "{route}");
        let keys = operation["parameters"].as_array().map_or(0, |parameters| {
            parameters.iter().filter(|known| known["name"] == "idempotency-key").count()
        });
        let is_command = !route.starts_with("get") && !NO_COMMANDS.contains(&route.as_str());
        assert_eq!(keys, usize::from(is_command), "{route}");
    }
}

fn operations_of(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &'_ Value)| {
        let path = path.clone();
        let item = item.as_object().unwrap().clone();
        item.into_iter().map(move |(method, _)| (method, path.clone())).collect::<Vec<_>>()
    };
    let named: Vec<_> = paths.iter().flat_map(methods).collect();
    named
        .into_iter()
        .filter(|(method, _)| method != "parameters")
        .map(|(method, path)| (format!("{method} {path}"), &document["paths"][&path][&method]))
        .collect()
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.insert(reference.clone());
            }
            fields.values().for_each(|field| collect_references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
