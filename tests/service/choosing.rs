//! What a form may choose: each standard once however often it is named, and what was chosen is said on the pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use crosswalk::account::ReviewId;
use crosswalk::assessment::{Chosen, Engine, plan};
use crosswalk::catalog::SafetyClass;
use crosswalk::evidence::{FileContent, Inventory, SourceFile, SourceIdentity, SourceKind};
use reqwest::Method;

use crate::house::{House, catalog};
use crate::journey::work;
use crate::person::{OWNER, Person, parameter};

const FIRST: &str = "iec-81001-5-1-2021";
const SECOND: &str = "iso-14971-2019";

fn chosen(standards: &[&str]) -> Chosen {
    Chosen { standards: standards.iter().map(|id| (*id).to_owned()).collect(), profile: "all".into(), safety_class: SafetyClass::C }
}

#[test]
fn a_standard_that_is_named_again_is_judged_once() {
    let catalog = catalog();
    let numbers = |chosen: &Chosen| -> Vec<(String, String)> {
        plan(&catalog, chosen).unwrap().iter().map(|clause| (clause.standard.to_owned(), clause.reported.number.clone())).collect()
    };
    let once = numbers(&chosen(&[SECOND, FIRST]));
    assert_eq!(once.iter().collect::<BTreeSet<_>>().len(), once.len());
    assert_eq!(numbers(&chosen(&[SECOND, FIRST, SECOND, FIRST, FIRST])), once);

    let file = |path: &str| SourceFile {
        path: path.into(),
        file_id: None,
        resource_key: None,
        mime: "text/markdown".into(),
        revision: None,
        content: FileContent::Stored { size_bytes: None, checksum: None },
        web_link: None,
    };
    let source = SourceIdentity { kind: SourceKind::Folder, root: ".".into() };
    let files = (0..40).map(|number| file(&format!("{number:02}/Security risk management plan.md"))).collect();
    let inventory = Inventory::new(source, files, Vec::new(), true);
    let engine = Engine::new(Arc::clone(&catalog), chosen(&[SECOND, FIRST, SECOND])).unwrap();
    let selection = engine.select(&inventory);
    assert_eq!(selection.candidates.len(), once.len());
    assert!(selection.candidates.iter().any(|candidates| candidates.len() >= 40), "no clause looks for such a name");
    for candidates in &selection.candidates {
        let distinct: BTreeSet<(&str, &str)> = candidates.iter().map(|c| (c.path.as_str(), c.signal.as_str())).collect();
        assert_eq!(distinct.len(), candidates.len(), "a file is listed twice for one role");
    }
    let assessment = engine.conclude(inventory.source.clone(), true, Vec::new(), selection, &[]);
    assert_eq!(assessment.chosen.standards, [SECOND, FIRST]);
    assert_eq!(assessment.findings.len(), once.len());
}

#[tokio::test]
async fn a_small_form_makes_no_large_review() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let form = format!("/reviews/new?connection={connection}");
    let repeated = |times: usize| {
        let mut fields = vec![("connection", connection.as_str()), ("safety_class", "C")];
        fields.extend([("standard", FIRST), ("standard", SECOND)].repeat(times));
        fields
    };
    person.submit(&form, "/reviews", &repeated(1_200)).await.says(400, "More standards were chosen than there are");
    person.get("/reviews").await.says(200, "None yet");

    let review = person.submit(&form, "/reviews", &repeated(3)).await.leads_to("/reviews/");
    let kept = kept(&house, &review).await;
    assert_eq!(kept.standards, [FIRST, SECOND]);
}

/// What is kept of the order of a review with this address.
async fn kept(house: &House, review: &str) -> Chosen {
    let id = ReviewId::parse(review.trim_start_matches("/reviews/")).unwrap();
    let leased = {
        use crosswalk::ports::Queue as _;
        house.store.claim(&crosswalk::account::WorkerId::of(1), crate::journey::TERMS, house.service.clock.now()).await.unwrap().unwrap()
    };
    assert_eq!(leased.lease.review, id);
    leased.review.order.chosen
}

#[tokio::test]
async fn looking_at_the_headers_alone_opens_no_summary() {
    use crosswalk::ports::{AuditLog as _, AuditVerdict};
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(&house).await;
    let lines = async || match house.store.verify().await.unwrap() {
        AuditVerdict::Whole { lines, .. } => lines,
        AuditVerdict::Broken { line, detail } => panic!("{line}: {detail}"),
    };
    let before = lines().await;
    assert_eq!(person.send(Method::HEAD, &review, None, &[]).await.status, 200);
    assert_eq!(lines().await, before);
    person.get(&review).await.ok();
    assert_eq!(lines().await, before + 1);
}

#[tokio::test]
async fn pages_say_where_they_are_and_what_was_chosen() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    person.get("/reviews").await.says(200, "<a href=\"/reviews\" aria-current=\"page\">Reviews</a>");
    let account = person.get("/account").await.says(200, "<a href=\"/account\" aria-current=\"page\">Account</a>");
    assert_eq!(account.body.matches("aria-current").count(), 1);
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    let plain = person.get(&review).await.says(200, "<a href=\"/reviews\" aria-current=\"true\">Reviews</a>");
    assert!(!plain.body.contains("Annex F"));
    person.submit(&review, &format!("{review}/cancel"), &[]).await.leads_to(&review);
    let fields = [("connection", connection.as_str()), ("standard", FIRST), ("safety_class", "C"), ("annex_f", "1")];
    let review = person.submit(&format!("/reviews/new?connection={connection}"), "/reviews", &fields).await.leads_to("/reviews/");
    person.get(&review).await.says(200, ", with Annex F of IEC 81001-5-1, safety class C");
}
