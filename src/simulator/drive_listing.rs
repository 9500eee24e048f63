//! `files.list` of the simulated Drive: which items a query finds, page by page.

use serde_json::{Value, json};

use super::answer::Answer;
use super::drive_api::{DEFAULT_FILE_FIELDS, DriveRequest, unknown_file_field};
use super::drive_tree::{DriveItem, DriveTree};
use super::field_mask::FieldMask;
use super::search_query::Condition;

/// Which of the Drive's collections is searched.
enum Corpus {
    /// The user's own and shared files.
    User,
    /// One shared drive.
    Drive(String),
    /// Everything.
    All,
}

/// Answers one page of a listing. `longest_page` caps the page size below what the client asked for, since Google may
/// send short pages.
pub(super) fn list_files(request: &DriveRequest<'_>, tree: &DriveTree, longest_page: usize) -> Answer {
    match try_list(request, tree, longest_page) {
        Ok(answer) | Err(answer) => answer,
    }
}

fn try_list(request: &DriveRequest<'_>, tree: &DriveTree, longest_page: usize) -> Result<Answer, Answer> {
    let query = request.parameter("q");
    let condition =
        Condition::parse(query).map_err(|error| Answer::bad_parameter("q", &format!("Invalid Value: {error}")))?.with_root(&tree.root_id);
    let corpus = corpus(request)?;
    let mask = mask(request)?;
    let (start, size) = page(request, longest_page)?;
    let found: Vec<&DriveItem> = tree
        .items
        .iter()
        .filter(|item| !is_top_folder(item) && in_corpus(item, &corpus, &condition, request.wants_all_drives()) && condition.holds(item))
        .collect();
    let files: Vec<Value> = found.iter().skip(start).take(size).map(|item| item.describe()).collect();
    let mut value = json!({ "kind": "drive#fileList", "incompleteSearch": false, "files": files });
    if start + size < found.len() {
        value["nextPageToken"] = json!(page_token(query, start + size));
    }
    Ok(Answer::json(200, &mask.cut(&value)))
}

fn corpus(request: &DriveRequest<'_>) -> Result<Corpus, Answer> {
    let drive_id = request.parameter("driveId");
    match (request.parameter("corpora"), drive_id.is_empty()) {
        ("" | "user", true) => Ok(Corpus::User),
        ("allDrives", true) if request.wants_all_drives() => Ok(Corpus::All),
        ("drive", false) if request.wants_all_drives() => Ok(Corpus::Drive(drive_id.to_owned())),
        ("drive" | "allDrives", _) if !request.wants_all_drives() => Err(Answer::drive_error(
            403,
            "teamDrivesNotSupported",
            "The includeItemsFromAllDrives and supportsAllDrives parameters must be true for this corpora.",
        )),
        _ => Err(Answer::bad_parameter("driveId", "The driveId parameter must be specified if and only if corpora is set to drive.")),
    }
}

/// The folder above everything (My Drive, or a shared drive itself) is never listed.
fn is_top_folder(item: &DriveItem) -> bool {
    item.parent.is_none() && !item.shared_with_me
}

fn in_corpus(item: &DriveItem, corpus: &Corpus, condition: &Condition, all_drives: bool) -> bool {
    match corpus {
        Corpus::All => true,
        Corpus::Drive(id) => item.drive_id.as_deref() == Some(id),
        // A client that walks from folder to folder also finds the children of a shared drive's folder.
        Corpus::User => item.drive_id.is_none() || (all_drives && condition.names_a_parent()),
    }
}

fn mask(request: &DriveRequest<'_>) -> Result<FieldMask, Answer> {
    let asked = request.parameter("fields");
    let default = format!("kind,incompleteSearch,nextPageToken,files({})", DEFAULT_FILE_FIELDS.join(","));
    let text = if asked.is_empty() { &default } else { asked };
    let invalid = |part: &str| Answer::bad_parameter("fields", &format!("Invalid field selection {part}"));
    let mask = FieldMask::parse(text).map_err(|part| invalid(&part))?;
    let unknown = mask.names().find(|name| !["kind", "incompleteSearch", "nextPageToken", "files", "*"].contains(name));
    if let Some(unknown) = unknown.map(str::to_owned).or_else(|| mask.below("files").and_then(unknown_file_field)) {
        return Err(invalid(&unknown));
    }
    Ok(mask)
}

/// Where the page starts and how long it is.
fn page(request: &DriveRequest<'_>, longest_page: usize) -> Result<(usize, usize), Answer> {
    let size = match request.parameter("pageSize") {
        "" => 100,
        text => match text.parse::<usize>() {
            Ok(size) if size > 0 => size.min(1000),
            _ => return Err(Answer::bad_parameter("pageSize", "Invalid value. Values must be within the range: [1, 1000]")),
        },
    };
    let start = match request.parameter("pageToken") {
        "" => 0,
        token => token
            .rsplit_once('.')
            .and_then(|(_, number)| number.parse::<usize>().ok())
            .filter(|start| page_token(request.parameter("q"), *start) == token)
            .ok_or_else(|| Answer::bad_parameter("pageToken", "Invalid Value"))?,
    };
    Ok((start, size.min(longest_page.max(1))))
}

/// A token is only good for the query that it was given for.
fn page_token(query: &str, start: usize) -> String {
    let sum = query.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("~!!~page{sum:08x}.{start}")
}
