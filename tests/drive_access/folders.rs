//! Folders shared with the robot: whose they are, and that the robot never leaves those of the connection.

use crosswalk::account::ConnectionMode;
use crosswalk::ports::{DriveAccess, FolderProof, ReviewScope, SourceError, SourceOpener};
use crosswalk::simulator::{Fault, FaultAnswer};

use crate::tenant::{OWNER, OWNERS_FOLDER, STRANGER, STRANGERS_FOLDER, Service, connection, ids, paths, places};

const SHARED: ConnectionMode = ConnectionMode::SharedFolder;
const PROOF: &str = "crosswalk-0123456789abcdef";

async fn proof(service: &Service, named: &str, email: Option<&str>) -> &'static str {
    let outcome = service.connector.prove_folder(named, email, PROOF).await.unwrap();
    service.assert_read_only();
    match outcome {
        FolderProof::Theirs(_) => "theirs",
        FolderProof::Unproven => "unproven",
        FolderProof::NotShared => "not shared",
    }
}

#[tokio::test]
async fn a_folder_is_theirs_by_its_owner_or_by_an_item_that_they_put_into_it() {
    let service = Service::start().await;
    let folder = service.id(OWNERS_FOLDER);
    assert_eq!(proof(&service, &folder, Some(OWNER)).await, "not shared");
    service.google.share_with_robot(&folder);
    let FolderProof::Theirs(found) =
        service.connector.prove_folder(&folder, Some("Ines.Brandl@Tannhauer-Medical.example"), PROOF).await.unwrap()
    else {
        panic!("its owner asks")
    };
    assert!(found.folder_id == folder && found.name == OWNERS_FOLDER);

    // Another customer who learned the id.
    for email in [Some(STRANGER), Some(""), None, Some("brandl@tannhauer-medical.example")] {
        assert_eq!(proof(&service, &folder, email).await, "unproven", "{email:?}");
    }
    // Neither a similar name nor one that lies deeper is the item.
    assert!(service.google.make_folder(&folder, &format!("{PROOF} copy")).is_some());
    let deeper = service.google.make_folder(&folder, "deeper").unwrap();
    assert!(service.google.make_folder(&deeper, PROOF).is_some());
    assert_eq!(proof(&service, &folder, None).await, "unproven");
    assert!(service.google.make_folder(&folder, PROOF).is_some());
    assert_eq!(proof(&service, &folder, None).await, "theirs");
    service.google.unshare_with_robot(&folder);
    assert_eq!(proof(&service, &folder, Some(OWNER)).await, "not shared");
}

#[tokio::test]
async fn what_is_no_shared_folder_is_none() {
    let service = Service::start().await;
    let folder = service.id(OWNERS_FOLDER);
    service.google.share_with_robot(&folder);
    let shortcut = service.google.make_shortcut(&folder, "way", &folder).unwrap();
    let file = service.id("QM-001 Quality Manual.pdf");
    // `root` is the robot's own Drive, and not the asker's.
    for named in
        ["root", "all", "", "no such id", "a'b", "../about", "https://example.com/", &file, &shortcut, &service.id(STRANGERS_FOLDER)]
    {
        assert_eq!(proof(&service, named, Some(OWNER)).await, "not shared", "{named}");
    }
    let requests = service.google.recorder.requests();
    assert!(
        !requests.iter().any(|request| request.path.contains("root") || request.path.contains("about")),
        "odd ids are not even asked for"
    );
}

#[tokio::test]
async fn a_shared_drive_or_a_folder_in_it_is_proven_by_an_item() {
    let service = Service::start().await;
    let drive = service.google.shared_drive_id("Regulatory").unwrap();
    service.google.share_with_robot(&drive);
    assert_eq!(proof(&service, &drive, Some(OWNER)).await, "unproven", "nobody owns what lies in a shared drive");
    assert!(service.google.make_folder(&drive, PROOF).is_some());
    assert_eq!(proof(&service, &drive, None).await, "theirs");
    let connection = connection(SHARED, &[(&drive, "Regulatory")]);
    let inventory = service.list(&connection, None, &ReviewScope::Everything).await.unwrap();
    assert!(inventory.complete && inventory.files.len() >= 2, "{:?}", paths(&inventory));
}

#[tokio::test]
async fn trouble_with_google_is_no_verdict_about_a_folder() {
    let service = Service::start().await;
    let folder = service.id(OWNERS_FOLDER);
    service.google.share_with_robot(&folder);
    service.google.add_fault(Fault::first(
        9,
        "/drive/v3/files",
        FaultAnswer::Error { status: 503, reason: "backendError".to_owned(), retry_after: None },
    ));
    assert!(service.connector.prove_folder(&folder, Some(OWNER), PROOF).await.is_err());

    let service = Service::start().await;
    let refusal = r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#;
    service.google.add_fault(Fault::first(
        1,
        "/token",
        FaultAnswer::Body { status: 400, content_type: "application/json".to_owned(), body: refusal.to_owned() },
    ));
    let error = service.connector.prove_folder(&folder, Some(OWNER), PROOF).await.err().unwrap();
    assert!(matches!(error, SourceError::Misconfigured { .. }), "the key is the operator's, and no customer's grant: {error}");
    let unauthorised = FaultAnswer::Error { status: 401, reason: "authError".to_owned(), retry_after: None };
    service.google.add_fault(Fault::first(2, "/drive/v3/files", unauthorised));
    let error = service.connector.prove_folder(&folder, Some(OWNER), PROOF).await.err().unwrap();
    assert!(matches!(error, SourceError::Misconfigured { .. }), "{error}");
}

#[tokio::test]
async fn the_robot_reads_the_folders_of_the_connection_and_nothing_else() {
    let service = Service::start().await;
    let (ours, theirs) = (service.id(OWNERS_FOLDER), service.id(STRANGERS_FOLDER));
    for folder in [&ours, &theirs] {
        service.google.share_with_robot(folder);
    }
    let of_owner = connection(SHARED, &[(&ours, OWNERS_FOLDER)]);
    let of_stranger = connection(SHARED, &[(&theirs, STRANGERS_FOLDER)]);
    let everything = ReviewScope::Everything;
    let (mine, foreign) =
        (service.list(&of_owner, None, &everything).await.unwrap(), service.list(&of_stranger, None, &everything).await.unwrap());
    assert!(mine.complete && foreign.complete && mine.files.len() > 2);
    assert_eq!(paths(&foreign), ["HS-QP-01 Quality Policy.docx", "Risk/HS-RM-02 Risk File Breva.docx"]);
    assert!(ids(&mine).iter().all(|id| !ids(&foreign).contains(id)));

    // A folder of somebody else cannot be named, neither alone nor among one's own, nor the robot's whole view.
    for scope in [
        places(&[(&theirs, STRANGERS_FOLDER)]),
        places(&[(&ours, OWNERS_FOLDER), (&theirs, STRANGERS_FOLDER)]),
        places(&[("root", "x")]),
        places(&[("all", "x")]),
        places(&[("../about", "x")]),
        places(&[]),
    ] {
        let before = service.google.recorder.requests().len();
        let error = service.list(&of_owner, None, &scope).await.err().unwrap();
        assert!(matches!(error, SourceError::NotFound { .. }), "{error}");
        assert_eq!(service.google.recorder.requests().len(), before, "Google is not even asked");
    }
    let nothing = connection(SHARED, &[]);
    assert!(matches!(service.opener.open(&nothing, None, &everything).err(), Some(SourceError::NotFound { .. })));
    let places_shown = service.connector.places(&of_owner, None).await.unwrap();
    assert!(places_shown.len() == 1 && places_shown[0].id == ours);
}

#[tokio::test]
async fn a_shortcut_does_not_lead_the_robot_from_one_customer_to_another() {
    let service = Service::start().await;
    let (ours, theirs) = (service.id(OWNERS_FOLDER), service.id(STRANGERS_FOLDER));
    for folder in [&ours, &theirs] {
        service.google.share_with_robot(folder);
    }
    // The owner of one folder plants shortcuts to a folder and a file of the other customer, which the robot could read.
    assert!(service.google.make_shortcut(&ours, "their folder", &theirs).is_some());
    let file = service.id("HS-RM-02 Risk File Breva.docx");
    assert!(service.google.make_shortcut(&ours, "their file", &file).is_some());
    let within = service.id("QM-001 Quality Manual.pdf");
    assert!(service.google.make_shortcut(&ours, "own file", &within).is_some());

    let inventory = service.list(&connection(SHARED, &[(&ours, OWNERS_FOLDER)]), None, &ReviewScope::Everything).await.unwrap();
    assert!(!paths(&inventory).iter().any(|path| path.contains("HS-")), "{:?}", paths(&inventory));
    assert!(!ids(&inventory).contains(&file) && !ids(&inventory).contains(&theirs));
    for name in ["their folder", "their file"] {
        let entry = inventory.passed_over.iter().find(|entry| entry.path == name).unwrap();
        assert!(entry.reason.contains("leads out of the shared folders"), "{}", entry.reason);
    }
    let requests = service.google.recorder.requests();
    assert!(
        !requests.iter().any(|request| request.path.contains(&file) || request.path.contains(&theirs) || request.query.contains(&theirs)),
        "their metadata is not asked for either"
    );
}
