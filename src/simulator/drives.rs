//! Everybody's Drive, and who sees what of it: a person all of their own, an application with the scope of picked files
//! those, the robot what was shared with it. Changes come from the people themselves, never through the Drive interface.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::drive_tree::{Content, DriveItem, DriveTree, SHORTCUT, folder, item_id};

/// Whose access it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// A person, by number.
    Person(usize),
    /// The service account.
    Robot,
}

/// How far an access token sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Everything that the account sees.
    Everything,
    /// Only what was picked for the application.
    Picked,
}

impl Sight {
    /// What granted scopes let see; none when they open no Drive.
    pub fn of(scopes: &BTreeSet<String>) -> Option<Self> {
        let has = |name: &str| scopes.iter().any(|scope| scope.rsplit('/').next() == Some(name) && scope.contains("/auth/"));
        if has("drive.readonly") || has("drive") { Some(Self::Everything) } else { has("drive.file").then_some(Self::Picked) }
    }
}

/// All Drives.
pub(super) struct Drives {
    robot_address: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By number of the person.
    trees: Vec<DriveTree>,
    /// By number of the person: what was picked for the application.
    picked: BTreeMap<usize, BTreeSet<String>>,
    /// Folders and shared drives that were shared with the robot.
    shared: BTreeSet<String>,
    made: usize,
}

impl Drives {
    pub fn new(trees: Vec<DriveTree>, robot_address: &str) -> Self {
        Self { robot_address: robot_address.to_owned(), state: Mutex::new(State { trees, ..State::default() }) }
    }

    pub fn robot_address(&self) -> &str {
        &self.robot_address
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The Drive as somebody sees it.
    pub fn view(&self, who: Who, sight: Sight) -> DriveTree {
        self.with(|state| match (who, sight) {
            (Who::Person(number), Sight::Everything) => state.trees.get(number).cloned().unwrap_or_default(),
            (Who::Person(number), Sight::Picked) => state.picked_of(number),
            (Who::Robot, _) => state.of_robot(),
        })
    }

    /// The first item of that name, in the order of the people.
    pub fn id_of(&self, name: &str) -> Option<String> {
        self.with(|state| state.trees.iter().flat_map(|tree| &tree.items).find(|item| item.name == name).map(|item| item.id.clone()))
    }

    /// The shared drive of that name.
    pub fn shared_drive_id(&self, name: &str) -> Option<String> {
        self.with(|state| {
            state.trees.iter().flat_map(|tree| &tree.shared_drives).find(|drive| drive.name == name).map(|drive| drive.id.clone())
        })
    }

    /// What a person picked for the application: those files, and of folders all that is in them now.
    pub fn pick(&self, number: usize, ids: &[String]) {
        self.with(|state| {
            let Some(tree) = state.trees.get(number) else { return };
            let found: Vec<String> =
                tree.items.iter().filter(|item| ids.iter().any(|id| tree.is_in(item, id))).map(|item| item.id.clone()).collect();
            state.picked.entry(number).or_default().extend(found);
        });
    }

    /// Shares a folder or shared drive with the robot as Viewer.
    pub fn share(&self, id: &str) {
        self.with(|state| state.shared.insert(id.to_owned()));
    }

    /// Takes that back.
    pub fn unshare(&self, id: &str) {
        self.with(|state| state.shared.remove(id));
    }

    pub fn is_shared(&self, id: &str) -> bool {
        self.with(|state| state.shared.contains(id))
    }

    /// A person makes an empty folder in a folder of theirs; its id, or none when there is no such folder.
    pub fn make_folder(&self, parent: &str, name: &str) -> Option<String> {
        self.make(parent, name, |id| folder(id, name, None, None))
    }

    /// A person makes a shortcut in a folder of theirs.
    pub fn make_shortcut(&self, parent: &str, name: &str, target_id: &str) -> Option<String> {
        let content = Content::Shortcut { target_id: target_id.to_owned(), target_mime: String::new() };
        self.make(parent, name, |id| DriveItem { mime: SHORTCUT.to_owned(), content, ..folder(id, name, None, None) })
    }

    /// A person moves a file to the trash, or takes it back from there. False when there is no such file.
    pub fn trash(&self, id: &str, is_trashed: bool) -> bool {
        self.change(id, |item| item.trashed = is_trashed)
    }

    /// A person saves a file with another content. False when there is no such file with bytes of its own.
    pub fn edit(&self, id: &str, bytes: Vec<u8>) -> bool {
        let mut is_edited = false;
        self.change(id, |item| {
            if let Content::Stored(content) = &mut item.content {
                *content = Arc::new(bytes);
                item.edits += 1;
                is_edited = true;
            }
        });
        is_edited
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut DriveItem)) -> bool {
        self.with(|state| {
            let item = state.trees.iter_mut().flat_map(|tree| &mut tree.items).find(|item| item.id == id);
            item.map(change).is_some()
        })
    }

    fn make(&self, parent: &str, name: &str, item: impl FnOnce(&str) -> DriveItem) -> Option<String> {
        self.with(|state| {
            state.made += 1;
            let id = item_id("made", &format!("{} {parent} {name}", state.made));
            let tree = state.trees.iter_mut().find(|tree| tree.item(parent).is_some())?;
            let drive_id = tree.item(parent)?.drive_id.clone();
            let item = DriveItem { parent: Some(parent.to_owned()), owner: Some(tree.owner.clone()), drive_id, ..item(&id) };
            tree.items.push(item);
            Some(id)
        })
    }
}

impl State {
    fn picked_of(&self, number: usize) -> DriveTree {
        let (Some(tree), Some(picked)) = (self.trees.get(number), self.picked.get(&number)) else { return DriveTree::default() };
        let items = tree.items.iter().filter(|item| picked.contains(&item.id)).cloned().collect();
        DriveTree { root_id: tree.root_id.clone(), items, ..DriveTree::default() }
    }

    /// What was shared with the robot, with all that is in it, from whomever; and its own empty Drive.
    fn of_robot(&self) -> DriveTree {
        let root_id = item_id("root", "of the robot");
        let mut view = DriveTree { items: vec![folder(&root_id, "My Drive", None, None)], root_id, ..DriveTree::default() };
        for tree in &self.trees {
            for id in &self.shared {
                let found = tree.items.iter().filter(|item| tree.is_in(item, id));
                for item in found {
                    if view.items.iter().any(|known| known.id == item.id) {
                        continue;
                    }
                    let mut item = DriveItem { shared_with_me: item.drive_id.is_none(), ..item.clone() };
                    // The way up from what was shared is not shown.
                    if item
                        .parent
                        .as_ref()
                        .is_some_and(|parent| !self.shared.iter().any(|shared| tree.item(parent).is_some_and(|up| tree.is_in(up, shared))))
                    {
                        item.parent = None;
                    }
                    view.items.push(item);
                }
                view.shared_drives.extend(tree.shared_drives.iter().filter(|drive| drive.id == *id).cloned());
            }
        }
        view
    }
}
