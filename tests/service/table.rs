//! Through the table of routes, row by row: who gets in, whose things are whose, which forms are ours, which headers there are.

use std::collections::BTreeSet;

use crosswalk::ports::Clock as _;
use crosswalk::web::{Access, ROUTES, Route};
use reqwest::Method;

use crate::house::{House, Plan};
use crate::journey::work;
use crate::person::{Answer, OTHER, OWNER, Person, parameter};

/// Ids of one customer, by the name of the part of an address.
struct Ids {
    review: String,
    connection: String,
    receipt: String,
}

async fn customer_with_everything(house: &House, person: &Person<'_>) -> Ids {
    let gone = parameter(&person.connect("picked-files").await, "connection");
    let leave = format!("/connections/{gone}/disconnect");
    let receipt = person.submit(&leave, &leave, &[]).await.leads_to("/receipts/");
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(house).await;
    Ids {
        review: review.trim_start_matches("/reviews/").to_owned(),
        connection,
        receipt: receipt.trim_start_matches("/receipts/").to_owned(),
    }
}

fn filled(route: &Route, ids: &Ids) -> String {
    route
        .path
        .replace("{review}", &ids.review)
        .replace("{connection}", &ids.connection)
        .replace("{receipt}", &ids.receipt)
        .replace("{mode}", "whole-drive")
        .replace("{format}", "json")
        .replace("{decision}", &"0".repeat(32))
}

async fn ask(person: &Person<'_>, route: &Route, path: &str, fields: &[(&str, &str)]) -> Answer {
    match route.method {
        "GET" => person.get(path).await,
        _ => person.post(path, fields).await,
    }
}

#[tokio::test]
async fn what_belongs_to_somebody_else_does_not_exist() {
    let house = House::open().await;
    let (owner, other) = (Person::signed_in(&house, OWNER).await, Person::signed_in(&house, OTHER).await);
    let theirs = customer_with_everything(&house, &other).await;
    let unknown = Ids { review: "0".repeat(32), connection: "0".repeat(32), receipt: "0".repeat(32) };
    let token = owner.get("/account").await.form_token();
    let mut asked = 0;
    for route in &ROUTES {
        // A receipt may be seen by whoever holds its id; it says nothing of whose it is.
        if !route.path.contains("{review}") && !route.path.contains("{connection}") {
            continue;
        }
        asked += 1;
        let fields = [("csrf", token.as_str())];
        let foreign = ask(&owner, route, &filled(route, &theirs), &fields).await;
        let missing = ask(&owner, route, &filled(route, &unknown), &fields).await;
        assert_eq!((foreign.status, missing.status), (404, 404), "{} {}", route.method, route.path);
        let without_number = |answer: &Answer| answer.body.split("Request <code>").next().unwrap().replace(&token, "");
        assert_eq!(without_number(&foreign), without_number(&missing), "{} {} tells them apart", route.method, route.path);
    }
    assert!(asked >= 6, "the table lost its rows");
    // Ids in queries and forms as well.
    for path in ["/reviews/new?connection=", "/connect/pick?connection="] {
        owner.get(&format!("{path}{}", theirs.connection)).await.says(404, "Not found");
    }
    let fields = [("csrf", token.as_str()), ("connection", &theirs.connection), ("standard", "iec-81001-5-1-2021"), ("safety_class", "C")];
    owner.post("/reviews", &fields).await.says(404, "Not found");
    // And it is all still there.
    other.get(&format!("/reviews/{}", theirs.review)).await.says(200, "What your documents show");
    assert_eq!(house.google.living_grants(), 1);
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_and_no_form_without_its_token() {
    let house = House::open().await;
    let owner = Person::signed_in(&house, OWNER).await;
    let other = Person::signed_in(&house, OTHER).await;
    let ids = customer_with_everything(&house, &owner).await;
    let foreign_token = other.get("/account").await.form_token();
    let right_token = owner.get("/account").await.form_token();
    for route in &ROUTES {
        let path = filled(route, &ids);
        let nobody = Person::new(&house, OWNER);
        let answer = ask(&nobody, route, &path, &[]).await;
        match (route.access, route.method) {
            (Access::Private, "GET") if route.path.ends_with("/events") => assert_eq!(answer.status, 401),
            (Access::Private, "GET") => drop(answer.leads_to("/sign-in?return_to=")),
            (Access::Private, _) => assert_eq!(answer.status, 401, "{}", route.path),
            (Access::Open, "POST") => assert_eq!(answer.status, 403, "{}", route.path),
            // Without a signature no event is taken.
            (Access::Machine, "POST") => assert_eq!(answer.status, 400, "{}", route.path),
            (Access::Open | Access::Machine, _) => assert!(answer.status < 500, "{}", route.path),
        }
        if route.needs_form_token() {
            let origin = house.root.origin().ascii_serialization();
            for (fields, headers) in [
                (vec![], vec![]),
                (vec![("csrf", "")], vec![]),
                (vec![("csrf", "wrong")], vec![]),
                (vec![("csrf", foreign_token.as_str())], vec![]),
                (vec![("csrf", right_token.as_str())], vec![("origin", "https://evil.example")]),
                (vec![("csrf", right_token.as_str())], vec![("origin", "null")]),
                (vec![("csrf", right_token.as_str())], vec![("sec-fetch-site", "cross-site")]),
                (vec![], vec![("origin", origin.as_str()), ("sec-fetch-site", "same-origin")]),
            ] {
                let answer = owner.send(Method::POST, &path, Some(&fields), &headers).await;
                answer.says(403, "This form is no longer valid");
            }
        }
    }
    owner.get(&format!("/reviews/{}", ids.review)).await.says(200, "What your documents show");
    // With the right token and the headers of a browser it goes through.
    let headers = [("origin", house.root.as_str().trim_end_matches('/')), ("sec-fetch-site", "same-origin")];
    let fields = [("csrf", right_token.as_str()), ("retention", "90")];
    owner.send(Method::POST, "/account/retention", Some(&fields), &headers).await.leads_to("/account");
}

#[tokio::test]
async fn every_route_carries_the_headers() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let ids = customer_with_everything(&house, &person).await;
    let consent = format!("{} {}", house.google.root_url, house.stripe.api_url);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'none'; \
         form-action 'self' {consent}; frame-ancestors 'none'; base-uri 'none'"
    );
    for route in &ROUTES {
        let answer = ask(&person, route, &filled(route, &ids), &[]).await;
        let at = format!("{} {}", route.method, route.path);
        assert_eq!(answer.header("content-security-policy"), policy, "{at}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{at}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{at}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{at}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{at}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{at}");
        // A stream says it in its own way.
        assert!(answer.header("cache-control").contains("no-store") || answer.header("cache-control") == "no-cache", "{at}");
        assert!(answer.header("strict-transport-security").is_empty(), "{at}: over http");
        assert!(answer.headers.get("server").is_none());
    }
    // The public site keeps its own caching, and is as strict.
    let public = person.get("/clauses/iec-81001-5-1-2021/4.2").await.ok();
    assert_eq!(public.header("content-security-policy"), policy);
    assert!(public.header("cache-control").starts_with("public"));
    let missing = person.get("/no/such/page").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header("content-security-policy"), policy);
}

#[tokio::test]
async fn strange_requests_get_a_page_that_helps() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let token = person.get("/account").await.form_token();
    person.get("/account/retention").await.says(405, "That is not possible here");
    let answer = person.send(Method::DELETE, "/reviews", None, &[]).await.says(405, "That is not possible here");
    assert!(answer.header("allow").contains("GET"), "{}", answer.header("allow"));
    let large = "x".repeat(70_000);
    person.post("/connect/folder", &[("csrf", &token), ("folder", &large)]).await.says(413, "That is too much at once");
    person.get("/reviews/%00%ff").await.says(400, "What is safe");
    person.get("/reviews/..%2f..%2fetc%2fpasswd").await.says(404, "Not found");
    person.get("/receipts/not-an-id").await.says(404, "Not found");
    let fields = |place, standard, class| [("csrf", token.clone()), ("connection", place), ("standard", standard), ("safety_class", class)];
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    for (standard, class, words) in [("no-such-standard", "C", "not in the catalog"), ("iec-81001-5-1-2021", "D", "Choose A, B or C")] {
        let fields = fields(connection.clone(), standard.to_owned(), class.to_owned());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
        person.post("/reviews", &fields).await.says(400, words);
    }
    let stolen = [
        ("csrf", token.as_str()),
        ("connection", connection.as_str()),
        ("place", "somebody-elses-folder"),
        ("standard", "iec-81001-5-1-2021"),
        ("safety_class", "C"),
    ];
    person.post("/reviews", &stolen).await.says(400, "not part of this connection");
    assert_eq!(person.get("/healthz").await.ok().body, "ok\n");
    assert_eq!(person.get("/readyz").await.ok().body, "ready\n");
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_nothing_is_lost() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    house.store.close().await.unwrap();
    let answer = person.get("/reviews").await.says(503, "Nothing was lost");
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(person.get("/readyz").await.status, 503);
    assert_eq!(person.get("/healthz").await.status, 200);
    // The public site does not need it.
    person.get("/clauses/iec-81001-5-1-2021/4.2").await.ok();
}

#[tokio::test]
async fn too_many_requests_are_turned_away_for_a_while() {
    let house = House::planned(Plan { sign_in_per_minute: 5, requests_per_minute: 50, trusted_proxies: 1, ..Plan::default() }).await;
    let person = Person::new(&house, OWNER);
    let callback = async |address: &str| person.send(Method::GET, "/sign-in/callback?state=x", None, &[("x-forwarded-for", address)]).await;
    for _ in 0..5 {
        assert_eq!(callback("198.51.100.1").await.status, 400);
    }
    let turned_away = callback("198.51.100.1").await.says(429, "Too many requests");
    assert!(turned_away.header("retry-after").parse::<u64>().unwrap() >= 1);
    // What a client writes itself does not help; another address is free; an IPv6 network counts as one.
    assert_eq!(callback("203.0.113.9, 198.51.100.1").await.status, 429);
    assert_eq!(callback("198.51.100.2").await.status, 400);
    for last in 1..=5 {
        assert_eq!(callback(&format!("2001:db8:1:2::{last}")).await.status, 400);
    }
    assert_eq!(callback("2001:db8:1:2:ffff::1").await.status, 429);
    // The wider limit is another one, and probes have none.
    assert_eq!(person.send(Method::GET, "/reviews", None, &[("x-forwarded-for", "198.51.100.1")]).await.status, 303);
    let mut statuses = BTreeSet::new();
    for _ in 0..60 {
        statuses.insert(person.send(Method::GET, "/reviews", None, &[("x-forwarded-for", "198.51.100.1")]).await.status);
        assert_eq!(person.get("/healthz").await.status, 200);
    }
    assert_eq!(statuses, BTreeSet::from([303, 429]));
    assert!(house.clock.now().as_second() > 0);
}

/// The router of private pages is built from the table alone; the rooms of the public site and of assets have their own routes.
#[test]
fn no_route_is_made_outside_the_table() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let mut folders = vec![root.clone()];
    let mut makers = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                if [".route(", ".nest(", ".route_service(", ".nest_service(", ".fallback("].iter().any(|call| text.contains(call)) {
                    makers.insert(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
    }
    // The page of the measurements stands on a listener of its own, on which there is nothing else.
    let expected = ["assets.rs", "metrics_server.rs", "routes.rs", "site/mod.rs"];
    assert_eq!(makers, BTreeSet::from(expected.map(str::to_owned)));
    let routes = std::fs::read_to_string(root.join("routes.rs")).unwrap();
    assert_eq!(routes.matches(".route(").count(), 1, "a route beside the table");
    let distinct: BTreeSet<(&str, &str)> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    assert_eq!(distinct.len(), ROUTES.len());
}
