//! The web page: a few files, without a framework and without a build.

use std::future::ready;

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};

use crate::app::App;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const ICON: &str = "image/svg+xml";

/// Every file with its path and its kind.
const FILES: [(&str, &str, &str); 15] = [
    ("/", HTML, include_str!("index.html")),
    ("/api.js", SCRIPT, include_str!("api.js")),
    ("/app.js", SCRIPT, include_str!("app.js")),
    ("/desk.js", SCRIPT, include_str!("desk.js")),
    ("/dom.js", SCRIPT, include_str!("dom.js")),
    ("/format.js", SCRIPT, include_str!("format.js")),
    ("/lesson.js", SCRIPT, include_str!("lesson.js")),
    ("/lessons.js", SCRIPT, include_str!("lessons.js")),
    ("/place.js", SCRIPT, include_str!("place.js")),
    ("/sign-in.js", SCRIPT, include_str!("sign-in.js")),
    ("/trainer.js", SCRIPT, include_str!("trainer.js")),
    ("/trainers.js", SCRIPT, include_str!("trainers.js")),
    ("/words.js", SCRIPT, include_str!("words.js")),
    ("/style.css", STYLE, include_str!("style.css")),
    ("/icon.svg", ICON, include_str!("icon.svg")),
];

pub(crate) fn routes() -> Router<App> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        router.route(path, get(move || ready(([(CONTENT_TYPE, kind)], text).into_response())))
    })
}
