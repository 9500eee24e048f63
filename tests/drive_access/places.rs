//! The places to choose from, and reviews of several of them.

use crosswalk::account::ConnectionMode;
use crosswalk::ports::DocumentSource as _;
use crosswalk::ports::{DriveAccess, ReviewScope, SourceError, SourceOpener};
use crosswalk::simulator::ConsentChoice;

use crate::tenant::{COLLEAGUE, OWNER, OWNERS_FOLDER, STRANGER, Service, connection, ids, paths, places};

const WHOLE: ConnectionMode = ConnectionMode::WholeDrive;

#[tokio::test]
async fn folders_at_the_top_and_shared_drives_can_be_chosen() {
    let service = Service::start().await;
    let whole = connection(WHOLE, &[]);
    let grant = service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap();
    let found = service.connector.places(&whole, Some(&grant)).await.unwrap();
    let names: Vec<(&str, bool)> = found.iter().map(|place| (place.name.as_str(), place.is_shared_drive)).collect();
    assert!(names.contains(&(OWNERS_FOLDER, false)) && names.contains(&("Regulatory", true)), "{names:?}");
    assert!(!names.iter().any(|(name, _)| *name == "Security"), "nothing below the top");
    assert!(!names.iter().any(|(name, _)| *name == "Quality"), "nothing of another company");
    let mut sorted = names.clone();
    sorted.sort_by_key(|(name, is_drive)| (*is_drive, *name));
    assert_eq!(names, sorted);
    let empty = service.consent(WHOLE, COLLEAGUE, ConsentChoice::Allow).await.unwrap();
    assert!(service.connector.places(&whole, Some(&empty)).await.unwrap().is_empty());
    let error = service.connector.places(&whole, None).await.err().unwrap();
    assert!(matches!(error, SourceError::NotAuthorised { .. }), "{error}");
    service.assert_read_only();
}

#[tokio::test]
async fn several_places_count_no_file_twice_and_come_out_the_same_in_every_order() {
    let service = Service::start().await;
    let whole = connection(WHOLE, &[]);
    let grant = service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap();
    let (outer, inner) = (service.id("02 Vulnora 3"), service.id("Security"));
    let drive = service.google.shared_drive_id("Regulatory").unwrap();

    let alone = service.list(&whole, Some(&grant), &places(&[(&outer, "02 Vulnora 3")])).await.unwrap();
    assert_eq!(alone.source.root, outer, "one place stays what it was");
    let chosen = [(outer.as_str(), "02 Vulnora 3"), (inner.as_str(), "Security"), (drive.as_str(), "Regulatory")];
    let mut roots = Vec::new();
    let mut listings = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let scope = places(&order.map(|at: usize| chosen[at]));
        let inventory = service.list(&whole, Some(&grant), &scope).await.unwrap();
        assert!(inventory.complete);
        let mut seen = ids(&inventory);
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count, "a file counts once");
        roots.push(inventory.source.root.clone());
        listings.push((paths(&inventory), ids(&inventory)));
        let source = crosswalk::ports::SourceOpener::open(&service.opener, &whole, Some(&grant), &scope).unwrap();
        assert_eq!(source.identity().root, inventory.source.root);
    }
    assert!(roots.iter().all(|root| root == &roots[0]) && listings.iter().all(|listing| listing == &listings[0]));
    let mut sorted = [outer.as_str(), inner.as_str(), drive.as_str()];
    sorted.sort_unstable();
    assert_eq!(roots[0], sorted.join("+"));
    let all = &listings[0].0;
    for prefix in ["02 Vulnora 3/", "Security/", "Regulatory/"] {
        assert!(all.iter().any(|path| path.starts_with(prefix)), "{prefix}: {all:?}");
    }
    // The nested place adds nothing: all of its files are those of the outer one.
    let both = service.list(&whole, Some(&grant), &places(&chosen[..2])).await.unwrap();
    assert_eq!(both.files.len(), alone.files.len());
}

#[tokio::test]
async fn a_place_that_is_gone_ends_the_review_before_it_looks_like_a_whole_one() {
    let service = Service::start().await;
    let whole = connection(WHOLE, &[]);
    let grant = service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap();
    let folder = service.id(OWNERS_FOLDER);
    let error = service.list(&whole, Some(&grant), &places(&[(&folder, OWNERS_FOLDER), ("1gone", "gone")])).await.err().unwrap();
    assert!(matches!(error, SourceError::NotFound { .. }), "{error}");
    // The id of a folder in another company's Drive opens nothing with this grant.
    let foreign = service.id("Quality");
    let error = service.list(&whole, Some(&grant), &places(&[(&foreign, "Quality")])).await.err().unwrap();
    assert!(matches!(error, SourceError::NotFound { .. }), "{error}");
    let stranger = service.consent(WHOLE, STRANGER, ConsentChoice::Allow).await.unwrap();
    assert_eq!(service.list(&whole, Some(&stranger), &ReviewScope::Everything).await.unwrap().files.len(), 2);
}

#[tokio::test]
async fn a_mode_that_the_operator_took_back_opens_nothing() {
    let service = Service::start().await;
    let grant = service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap();
    let strict = Service::start_with(&[("GOOGLE__ALLOW_WHOLE_DRIVE", "false")]).await;
    let error = strict.opener.open(&connection(WHOLE, &[]), Some(&grant), &ReviewScope::Everything).err().unwrap();
    assert!(matches!(error, SourceError::Misconfigured { .. }), "{error}");
}
