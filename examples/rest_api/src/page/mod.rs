//! The web page: a few files, without a framework and without a build.

use std::future::ready;

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};

use crate::app::App;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const ICON: &str = "image/svg+xml";

/// Every file with its path and its kind.
const FILES: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("index.html")),
    ("/api.js", SCRIPT, include_str!("api.js")),
    ("/app.js", SCRIPT, include_str!("app.js")),
    ("/dom.js", SCRIPT, include_str!("dom.js")),
    ("/format.js", SCRIPT, include_str!("format.js")),
    ("/views.js", SCRIPT, include_str!("views.js")),
    ("/style.css", STYLE, include_str!("style.css")),
    ("/icon.svg", ICON, include_str!("icon.svg")),
];

pub(crate) fn routes() -> Router<App> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        router.route(path, get(move || ready(([(CONTENT_TYPE, kind)], text).into_response())))
    })
}
