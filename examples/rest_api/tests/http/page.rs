use crate::service::Service;

#[tokio::test]
async fn every_file_of_the_page_is_served_and_nothing_from_elsewhere_is_allowed() {
    let service = Service::start().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/api.js", "text/javascript; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/desk.js", "text/javascript; charset=utf-8"),
        ("/dom.js", "text/javascript; charset=utf-8"),
        ("/format.js", "text/javascript; charset=utf-8"),
        ("/lesson.js", "text/javascript; charset=utf-8"),
        ("/lessons.js", "text/javascript; charset=utf-8"),
        ("/place.js", "text/javascript; charset=utf-8"),
        ("/sign-in.js", "text/javascript; charset=utf-8"),
        ("/trainer.js", "text/javascript; charset=utf-8"),
        ("/trainers.js", "text/javascript; charset=utf-8"),
        ("/words.js", "text/javascript; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let answer = reqwest::get(service.url(path)).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers();
        assert_eq!(headers["content-type"], kind, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("https://"), "{path}");
    }
}

#[tokio::test]
async fn healthz_says_that_the_service_serves() {
    let service = Service::start().await;
    let health = service.anybody().get("/healthz").await.expect(200);
    assert_eq!(health["status"], "ok");
}
