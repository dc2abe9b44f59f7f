use std::collections::BTreeSet;

use crate::service::Service;

#[tokio::test]
async fn pages_of_lessons_hold_each_once_and_in_order() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    for hour in [12, 8, 10, 14, 9] {
        ann.asks(&maya, &format!("2027-03-03T{hour:02}:00:00Z")).await;
    }
    let (mut starts, mut path) = (Vec::new(), "/api/bookings?limit=2".to_owned());
    let mut pages = 0;
    loop {
        let page = ann.client.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        starts.extend(items.iter().map(|item| item["session"]["start"].to_string()));
        pages += 1;
        match page.get("next") {
            Some(next) => path = format!("/api/bookings?limit=2&after={}", next.as_str().unwrap()),
            None => break,
        }
    }
    assert_eq!((starts.len(), pages), (5, 3));
    assert!(starts.is_sorted());
    assert_eq!(starts.iter().collect::<BTreeSet<_>>().len(), 5);
}

#[tokio::test]
async fn pages_of_trainers_hold_each_once() {
    let service = Service::start().await;
    let mut known = Vec::new();
    for name in ["Maya", "Tom", "Aiko"] {
        known.push(service.trainer(name).await.id);
    }
    let first = service.anybody().get("/api/trainers?limit=2").await.expect(200);
    let next = first["next"].as_str().unwrap();
    let path = format!("/api/trainers?limit=2&after={next}");
    let second = service.anybody().get(&path).await.expect(200);
    assert_eq!(second.get("next"), None);
    let pages = [first, second];
    let listed: Vec<_> = pages
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|trainer| trainer["id"].clone())
        .collect();
    assert_eq!(listed, known);
}

#[tokio::test]
async fn a_page_has_its_bounds() {
    let service = Service::start().await;
    let ann = service.owner("Ann").await;
    for limit in ["0", "201"] {
        let path = format!("/api/bookings?limit={limit}");
        ann.client.get(&path).await.refused(422, "value.out_of_range");
    }
    ann.client.get("/api/bookings?after=yesterday").await.refused(422, "value.malformed");
    ann.client.get("/api/bookings?limit=many").await.refused(400, "request.query");
}
