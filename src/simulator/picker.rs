//! A stand-in for Google's Picker: the script that a page loads, the frame that it opens, and what the frame asks for.
//! As with the real one, picking without the project's number works and grants nothing.

use serde_json::{Value, json};

use super::answer::Answer;
use super::drive_tree::{DriveItem, FOLDER};
use super::drives::{Drives, Sight, Who};
use super::grants::{Grants, TokenState};
use super::world::{API_KEY, PROJECT_NUMBER};

const API: &str = include_str!("picker/api.js");
const FRAME: &str = include_str!("picker/frame.html");
const FRAME_SCRIPT: &str = include_str!("picker/frame.js");
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'";

/// One request below `/picker/`.
pub(super) struct PickerRequest<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub body: &'a [u8],
}

/// Answers one request.
pub(super) fn answer(request: &PickerRequest<'_>, drives: &Drives, grants: &Grants) -> Answer {
    match (request.method, request.path) {
        ("GET", "api.js") => Answer::bytes(200, "text/javascript; charset=utf-8", API.as_bytes().to_vec()),
        ("GET", "frame.js") => Answer::bytes(200, "text/javascript; charset=utf-8", FRAME_SCRIPT.as_bytes().to_vec()),
        ("GET", "frame") => {
            let mut page = Answer::html(200, FRAME.to_owned());
            page.headers.retain(|(name, _)| *name != "content-security-policy");
            page.headers.push(("content-security-policy", FRAME_POLICY.to_owned()));
            page
        }
        ("POST", "files" | "pick") => {
            let Ok(asked) = serde_json::from_slice::<Value>(request.body) else {
                return Answer::bad_parameter("body", "The request is not JSON.");
            };
            of_person(request.path, &asked, drives, grants)
        }
        _ => Answer::drive_error(404, "notFound", "The simulated Picker has no such page."),
    }
}

fn of_person(path: &str, asked: &Value, drives: &Drives, grants: &Grants) -> Answer {
    if asked["key"] != API_KEY {
        return Answer::drive_error(403, "forbidden", "The API developer key is invalid.");
    }
    let token = asked["token"].as_str().unwrap_or_default();
    let TokenState::Valid { who: Who::Person(person), scopes } = grants.state_of(token) else {
        return Answer::drive_error(401, "authError", "Invalid Credentials");
    };
    if Sight::of(&scopes).is_none() {
        return Answer::drive_error(403, "insufficientPermissions", "Request had insufficient authentication scopes.");
    }
    let tree = drives.view(Who::Person(person), Sight::Everything);
    if path == "files" {
        let mut files: Vec<&DriveItem> =
            tree.items.iter().filter(|item| !item.trashed && item.id != tree.root_id && item.parent.is_some()).collect();
        files.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let described: Vec<Value> = files
            .iter()
            .map(|item| json!({ "id": item.id, "name": item.name, "mimeType": item.mime, "isFolder": item.mime == FOLDER }))
            .collect();
        return Answer::json(200, &json!({ "files": described }));
    }
    let ids: Vec<String> = asked["ids"].as_array().into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let is_granting = asked["appId"] == PROJECT_NUMBER;
    if is_granting {
        drives.pick(person, &ids);
    }
    Answer::json(200, &json!({ "granted": if is_granting { ids.len() } else { 0 } }))
}
