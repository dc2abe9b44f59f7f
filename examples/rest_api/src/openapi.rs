//! The OpenAPI document: made from the routes and the types, and completed by what all routes share.

use axum::{Json, Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Object, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{KnownFormat, SchemaFormat, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    app::App,
    extract::{ACTING_AS, IDEMPOTENCY_KEY},
    problem::ProblemDetails,
    wire::codes,
};

/// What stands above the routes.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "sitstay over HTTP",
        description = "Dog owners find, book, pay and review trainers. Every change is a command: \
            its id is the header `idempotency-key`, and a repeat under the same key gives the same \
            answer. Instants are UTC with microseconds, amounts whole minor units."
    ),
    components(schemas(ProblemDetails)),
    modifiers(&Session),
    security(("session" = []))
)]
pub(crate) struct Document;

/// How a request shows who sent it.
#[derive(Debug)]
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of a session; POST /api/sessions begins one."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
    }
}

/// Serves the document, and the page that its problems point to.
pub(crate) fn routes(document: openapi::OpenApi) -> Router<App> {
    let document = completed(document);
    Router::new()
        .route("/openapi.json", get(move || std::future::ready(Json(document.clone()))))
        .route("/problems", get(|| std::future::ready(PROBLEMS)))
}

/// What a problem's `type` leads to.
const PROBLEMS: &str = "\
Every problem has a code, which is stable, and which stands after the # of its type.

request.*    the request is not put together as the OpenAPI document says (400, 404, 405, 413, 415, 422)
session.*    nobody is signed in, or the sign-in was refused (401, 429)
password.*   the password cannot be taken (422)
value.*      a value breaks its bounds; `value` names which (422)
money.*      an amount that cannot be charged (422)
not_found    it does not exist, or you may not know that it does (404)
denied.*     you may not do this (403)
booking.refused   the time cannot be booked: every reason, and the nearest starts that can (409)
id_reused    the idempotency key was used for another request (409)
id_taken     something has that id already (409)
ical.*       the file is none that a calendar wrote, or too large (422)
calendar_feed.*   nobody's feed has this address, or not any more (404)
stripe.*     the report is not known to be Stripe's, or cannot be read (403, 404, 422)
storage.*    storage is busy or away; send the same request again under the same key (503)

All other codes say which rule the stored state breaks (409); the detail says it in words.
";

/// What changes nothing of the library's, or has a name of its own for being repeated, and so takes no
/// key.
const NO_COMMANDS: [&str; 5] =
    ["sign_in", "sign_out", "make_calendar_address", "revoke_calendar_address", "hear_stripe"];

fn completed(mut document: openapi::OpenApi) -> openapi::OpenApi {
    for (path, item) in &mut document.paths.paths {
        let named = placeholders(path).map(named).collect::<Vec<_>>();
        if !named.is_empty() {
            item.parameters.get_or_insert_default().extend(named);
        }
        if let Some(post) = item.post.as_mut().filter(|post| is_command(post)) {
            add(post, idempotency_key(Required::True));
        }
        let others = [&mut item.put, &mut item.delete].into_iter().flatten();
        for change in others.filter(|change| is_command(change)) {
            add(change, idempotency_key(Required::False));
        }
        for operation in operations(item) {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem()));
        }
    }
    document
}

fn is_command(operation: &Operation) -> bool {
    operation.operation_id.as_deref().is_none_or(|name| !NO_COMMANDS.contains(&name))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, .. } = item;
    [get, put, post, delete].into_iter().flatten()
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(parameter);
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// What a path names: dates by dates, secrets by themselves, and everything else by its id.
fn named(name: &str) -> Parameter {
    let schema = match name {
        "date" => text(KnownFormat::Date),
        "kind" => codes::subject_kind(),
        "side" => codes::calendar_side(),
        "token" => text(KnownFormat::Password),
        _ => text(KnownFormat::Uuid),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(schema))
        .build()
}

fn text(format: KnownFormat) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
        .build()
}

fn idempotency_key(required: Required) -> Parameter {
    let description = "The id of the command, made by the client. Whoever cannot tell whether a \
        request got through sends it again under the same key, and gets the same answer. What a \
        request makes gets this id.";
    ParameterBuilder::new()
        .name(IDEMPOTENCY_KEY)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(text(KnownFormat::Uuid)))
        .build()
}

/// The header by which a caller says in which role they act, for routes on which more than one may.
#[derive(Debug)]
pub(crate) struct ActingAs;

impl utoipa::IntoParams for ActingAs {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let roles = ["owner", "trainer", "admin"];
        let schema: Object =
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(roles)).build();
        let description = "In which role the caller acts; without it, as any user for themselves.";
        let header = ParameterBuilder::new()
            .name(ACTING_AS)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(schema))
            .build();
        vec![header]
    }
}

fn problem() -> Response {
    let details = Content::new(Some(Ref::from_schema_name("ProblemDetails")));
    ResponseBuilder::new()
        .description("Turned down; the code says why.")
        .content("application/problem+json", details)
        .build()
}
