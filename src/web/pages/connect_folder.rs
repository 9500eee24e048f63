//! Connecting a folder that is shared with the robot. It is connected only when it is shown to be the customer's: they own it, or they can
//! put an item of a name into it that we tell them. It does not tell whether somebody else shares a folder.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::account::{ConnectionId, ConnectionMode};
use crate::web::error::Told;
use crate::web::pages::connect::{WishShown, after_connecting, customer, told};
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Fields, SignedIn};
use crate::web::wish::{Wish, with_wish};
use crate::web::{Frame, Service};
use crate::workflow::connect_drive::{FolderOutcome, NamedFolder, connect_folder};

/// Longer than any link to a folder.
const MOST_BYTES: usize = 1_000;

#[derive(Template)]
#[template(path = "app/folder.html", config = "src/web/askama.toml")]
struct FolderPage {
    frame: Frame,
    form_token: String,
    robot_address: String,
    folder: String,
    obstacle: Obstacle,
    wish: WishShown,
}

/// What stands in the way.
enum Obstacle {
    /// What was pasted is something else.
    NotALink,
    /// The robot cannot see it, or whose it is has to be shown yet, by an item of this name.
    NotShown(String),
}

/// Connects the folder that was named, or says what is missing.
pub(in crate::web) async fn connect(State(service): State<Arc<Service>>, signed_in: SignedIn, fields: Fields) -> Result<Response, Told> {
    let robot_address = service.drive.robot_address().filter(|_| service.drive.modes().contains(&ConnectionMode::SharedFolder));
    let robot_address = robot_address.ok_or_else(Told::not_found)?;
    let folder = fields.get("folder").unwrap_or_default().trim();
    if folder.is_empty() || folder.len() > MOST_BYTES {
        return Err(Told::bad_form("No folder was named. Paste the link that Google Drive shows for the folder.", "/connect"));
    }
    let customer = customer(&service, &signed_in).await?;
    let wish = Wish::read(&fields, &service.catalog);
    let named = NamedFolder { link_or_id: folder, proof_key: &service.proof_key, new_id: ConnectionId::of(id_bits()?) };
    let outcome = connect_folder(&*service.store, &*service.drive, &customer, named, service.clock.now()).await;
    let obstacle = match outcome.map_err(told)? {
        FolderOutcome::Connected(connection) => return Ok(see_other(&after_connecting(&connection, &with_wish("/reviews/new", wish)))),
        FolderOutcome::NotALink => Obstacle::NotALink,
        FolderOutcome::NotShown { proof_name } => Obstacle::NotShown(proof_name),
    };
    page(&FolderPage {
        frame: signed_in.frame(&service, "Connect a shared folder"),
        form_token: signed_in.form_token(),
        robot_address,
        folder: folder.to_owned(),
        obstacle,
        wish: WishShown::of(wish),
    })
}
