use std::collections::BTreeSet;

use rest_api::Config;
use serde_json::json;

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
async fn lessons_are_listed_by_trainer_by_owner_and_by_dog_to_whose_they_are() {
    let service = Service::start().await;
    let (maya, ann, ben) =
        (service.trainer("Maya").await, service.owner("Ann").await, service.owner("Ben").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let me = ann.client.get("/api/me").await.expect(200);
    let of_trainer = format!("/api/trainers/{}/bookings", maya.id());
    let of_owner = format!("/api/owners/{}/bookings", me["account"]["owner"].as_str().unwrap());
    let of_dog = format!("/api/dogs/{}/bookings", ann.dog.as_str().unwrap());
    for (path, client) in
        [(&of_trainer, &maya.client), (&of_owner, &ann.client), (&of_dog, &ann.client)]
    {
        let listed = client.get(path).await.expect(200);
        assert_eq!(lesson, format!("/api/bookings/{}", listed["items"][0]["id"].as_str().unwrap()));
        let none = client.get(&format!("{path}?status=completed")).await.expect(200);
        assert_eq!(none["items"], json!([]));
        ben.client.get(path).await.refused(404, "not_found");
    }
    let did = format!("/api/users/{}/history", me["id"].as_str().unwrap());
    let did = ann.client.get(&did).await.expect(200);
    let kinds =
        did["items"].as_array().unwrap().iter().map(|entry| entry["event"]["type"].as_str());
    assert!(kinds.flatten().any(|kind| kind == "booking.requested"));
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

#[tokio::test]
async fn a_search_finds_who_is_near_and_offers_what_is_sought() {
    let service = Service::with(Config { demo: true, ..Config::default() }).await;
    // From the middle of Berlin: Maya is in town, Aiko in Leipzig, Tomás in Lisbon.
    let found = async |query: &str| {
        let path = format!("/api/trainers/search?latitude=52.52&longitude=13.405&{query}");
        let found = service.anybody().get(&path).await.expect(200);
        let names = found["items"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|one| one["first_name"].clone()).collect();
        (names, found)
    };
    let (names, page) = found("radius_metres=5000").await;
    assert_eq!(names, ["Maya"]);
    assert!(page["items"][0]["distance_metres"].as_u64().unwrap() < 2_000);
    assert_eq!(page["items"][0]["cheapest"]["name"], "Puppy start");
    assert!(page["items"][0]["next_lesson"]["start"].is_string());
    assert_eq!(found("radius_metres=200000").await.0, ["Maya", "Aiko"]);
    assert_eq!(found("radius_metres=3000000").await.0, ["Maya", "Aiko", "Tomás"]);
    let dear = found("radius_metres=3000000&order=price&currency=EUR").await.0;
    assert_eq!(dear, ["Aiko", "Maya", "Tomás"]);
    assert_eq!(found("radius_metres=3000000&text=recall").await.0, ["Tomás"]);
    assert_eq!(found("radius_metres=3000000&currency=EUR&max_price=3000").await.0, ["Aiko"]);
    assert!(found("radius_metres=3000000&verified=true").await.0.is_empty());
    // Maya has gone home by then, and Tomás's lesson is too long.
    let evening = "minutes=60&from=2027-03-02T18:00:00Z&until=2027-03-02T19:00:00Z";
    assert_eq!(found(&format!("radius_metres=3000000&{evening}")).await.0, ["Aiko"]);

    let (first, page) = found("radius_metres=3000000&limit=2").await;
    let next = page["next"].as_str().unwrap();
    let (second, _) = found(&format!("radius_metres=3000000&limit=2&after={next}")).await;
    assert_eq!([first, second].concat(), ["Maya", "Aiko", "Tomás"]);

    let path = "/api/free-lessons?latitude=52.52&longitude=13.405&radius_metres=200000\
        &minutes=60&from=2027-03-02T00:00:00Z&until=2027-03-03T00:00:00Z&limit=3";
    let lessons = service.anybody().get(path).await.expect(200);
    let starts = lessons.as_array().unwrap();
    assert_eq!((starts.len(), &starts[0]["start"]), (3, &json!("2027-03-02T08:00:00Z")));
    let nowhere = service.anybody().get("/api/trainers/search?latitude=91&longitude=0").await;
    assert_eq!(nowhere.refused(422, "value.out_of_range")["value"], "latitude");
    let unclear = "/api/trainers/search?latitude=52&longitude=13&order=price";
    service.anybody().get(unclear).await.refused(422, "search.no_currency");
}
