//! The simulated Drive as its people see it in a browser: the folders at the top, with what a person can do there that an
//! application cannot: share a folder with the robot, put something into it, and throw something away. Plain HTML, no script.

use super::answer::{Answer, escape_html};
use super::consent::frame;
use super::drive_tree::{DriveTree, FOLDER};
use super::drives::{Drives, Sight, Who};
use super::people::Person;

/// `GET /`: everybody's Drive.
pub(super) fn front(people: &[Person], drives: &Drives) -> Answer {
    let mut body = format!(
        "<h1>Simulated Google</h1><p>This server answers the sign-in and the reading part of the Drive interface, on this machine only. \
Below are the Drives of the invented people who have an account here. What you do on this page you do as they would in Drive.</p>\
<p>The robot's address: <code>{}</code></p>",
        escape_html(drives.robot_address())
    );
    for (number, person) in people.iter().enumerate() {
        let tree = drives.view(Who::Person(number), Sight::Everything);
        let [name, email, company] = [&person.name, &person.email, &person.company].map(|text| escape_html(text));
        for part in ["<h2>", &name, ", ", &company, "</h2><p><small>", &email, "</small></p>", &folders(&tree, drives)] {
            body.push_str(part);
        }
    }
    Answer::html(200, frame("Simulated Google", &body))
}

/// The folders at the top of a Drive and the shared drives, each with its forms.
fn folders(tree: &DriveTree, drives: &Drives) -> String {
    let top = tree.items.iter().filter(|item| item.mime == FOLDER && !item.trashed && item.parent.as_deref() == Some(&tree.root_id));
    let places: Vec<(&str, &str)> = top
        .map(|item| (item.id.as_str(), item.name.as_str()))
        .chain(tree.shared_drives.iter().map(|drive| (drive.id.as_str(), drive.name.as_str())))
        .collect();
    if places.is_empty() {
        return "<p>This Drive is empty.</p>".to_owned();
    }
    places.iter().map(|(id, name)| place(id, name, drives.is_shared(id), &files(tree, id))).collect()
}

/// The files below a place, each with a button for the trash: what a review found yesterday may be gone today.
fn files(tree: &DriveTree, place: &str) -> String {
    let within =
        tree.items.iter().filter(|item| item.mime != FOLDER && (tree.is_in(item, place) || item.drive_id.as_deref() == Some(place)));
    let mut rows = String::new();
    for item in within {
        let (id, name) = (escape_html(&item.id), escape_html(&item.name));
        let (word, value) = if item.trashed { ("Take back from the trash", "no") } else { ("Move to the trash", "yes") };
        for part in [
            "<li><form method=\"post\" action=\"/drive-ui/trash\"><input type=\"hidden\" name=\"id\" value=\"",
            &id,
            "\"><bdi>",
            &name,
            "</bdi> <button type=\"submit\" name=\"on\" value=\"",
            value,
            "\" aria-label=\"",
            word,
            ": ",
            &name,
            "\">",
            word,
            "</button></form></li>",
        ] {
            rows.push_str(part);
        }
    }
    if rows.is_empty() { String::new() } else { format!("<details><summary>Files</summary><ul>{rows}</ul></details>") }
}

/// `POST /drive-ui/trash`.
pub(super) fn trash(form: &[(String, String)], drives: &Drives) -> Answer {
    if drives.trash(value(form, "id"), value(form, "on") == "yes") {
        Answer::redirect("/")
    } else {
        Answer::html(404, frame("No such file", "<h1>There is no such file</h1><p><a href=\"/\">Back to the Drives</a></p>"))
    }
}

fn place(id: &str, name: &str, is_shared: bool, files: &str) -> String {
    let (id, name) = (escape_html(id), escape_html(name));
    let (state, word) =
        if is_shared { ("shared with the robot as Viewer", "Stop sharing") } else { ("not shared with the robot", "Share with the robot") };
    format!(
        "<fieldset><legend><bdi>{name}</bdi></legend><p>Link: <code>/drive/folders/{id}</code> – {state}</p>\
<form method=\"post\" action=\"/drive-ui/share\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
<button type=\"submit\" name=\"on\" value=\"{}\">{word}</button></form>\
<form method=\"post\" action=\"/drive-ui/make\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
<p><label>New empty folder in it, called <input name=\"name\" required maxlength=\"200\"></label> <button type=\"submit\">Make</button></p></form>{files}</fieldset>",
        if is_shared { "no" } else { "yes" }
    )
}

/// `POST /drive-ui/share`.
pub(super) fn share(form: &[(String, String)], drives: &Drives) -> Answer {
    match value(form, "on") {
        "yes" => drives.share(value(form, "id")),
        _ => drives.unshare(value(form, "id")),
    }
    Answer::redirect("/")
}

/// `POST /drive-ui/make`.
pub(super) fn make(form: &[(String, String)], drives: &Drives) -> Answer {
    match drives.make_folder(value(form, "id"), value(form, "name")) {
        Some(_) => Answer::redirect("/"),
        None => Answer::html(404, frame("No such folder", "<h1>There is no such folder</h1><p><a href=\"/\">Back to the Drives</a></p>")),
    }
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}
