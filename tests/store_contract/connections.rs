//! Connections and their grants.

use crosswalk::account::{ConnectionId, ConnectionMode, ConnectionState, CustomerId, SharedFolder};
use crosswalk::ports::{Connections as _, DriveGrant, StoreFailure};
use secrecy::{ExposeSecret as _, SecretString};

use crate::place::{Place, on_both};
use crate::sample::{at, connect, connected, customer, folder, grant};

on_both!(
    a_grant_is_kept_replaced_rotated_and_lost,
    who_was_late_with_an_old_grant_leaves_the_new_one_alone,
    folders_gather_in_one_connection,
    two_browsers_at_one_time_give_one_connection,
    folders_shared_at_one_time_are_all_kept,
    what_belongs_to_somebody_else_does_not_exist,
    a_grant_is_not_kept_where_none_belongs,
);

async fn a_grant_is_kept_replaced_rotated_and_lost(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let made = connect(&store, &owner, 1).await;
    assert!(made.is_active() && made.mode == ConnectionMode::WholeDrive && made.folders.is_empty());
    assert_eq!(made.account, grant(1).account);
    let kept = store.grant(&owner, &made.id).await.unwrap().unwrap();
    assert_eq!(kept.refresh_token.expose_secret(), grant(1).refresh_token.expose_secret());
    assert!(kept.scopes == grant(1).scopes && kept.account == grant(1).account);
    store.rotate_grant(&made.id, kept.number, &SecretString::from("1//canary-rotated")).await.unwrap();
    assert_eq!(store.grant(&owner, &made.id).await.unwrap().unwrap().refresh_token.expose_secret(), "1//canary-rotated");
    assert!(store.needs_reconnect(&made.id, kept.number, at(10)).await.unwrap());
    assert!(!store.needs_reconnect(&made.id, kept.number, at(20)).await.unwrap());
    let lost = store.connection(&owner, &made.id).await.unwrap().unwrap();
    assert_eq!(lost.state, ConnectionState::NeedsReconnect { since: at(10) }, "noticed once");
    assert!(store.grant(&owner, &made.id).await.unwrap().is_none());
    assert_eq!(lost.account, grant(1).account, "the page still says which account to connect again");
    store.rotate_grant(&made.id, kept.number, &SecretString::from("1//canary-late")).await.unwrap();
    assert!(store.grant(&owner, &made.id).await.unwrap().is_none(), "a deleted grant does not come back");
    let without_account = DriveGrant { account: None, ..grant(2) };
    let again = store.connect(&owner, ConnectionMode::WholeDrive, &without_account, &ConnectionId::of(77), at(30)).await.unwrap();
    assert!(again.id == made.id && again.account.is_none(), "in the place of the old one");
    assert_eq!(again.state, ConnectionState::Active { since: at(30) });
    assert!(store.connection(&owner, &made.id).await.unwrap().unwrap() == again);
    assert_eq!(store.grant(&owner, &made.id).await.unwrap().unwrap().refresh_token.expose_secret(), grant(2).refresh_token.expose_secret());
    assert!(!store.needs_reconnect(&ConnectionId::of(1), 1, at(1)).await.unwrap());
    store.rotate_grant(&ConnectionId::of(1), 1, &SecretString::from("x")).await.unwrap();
}

async fn who_was_late_with_an_old_grant_leaves_the_new_one_alone(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let made = connect(&store, &owner, 1).await;
    let old = store.grant(&owner, &made.id).await.unwrap().unwrap();
    // A review still works with the first grant when the customer connects again.
    let again = store.connect(&owner, ConnectionMode::WholeDrive, &grant(2), &ConnectionId::of(77), at(30)).await.unwrap();
    assert!(again.id == made.id);
    store.rotate_grant(&made.id, old.number, &SecretString::from("1//canary-late")).await.unwrap();
    assert!(!store.needs_reconnect(&made.id, old.number, at(40)).await.unwrap());
    let new = store.grant(&owner, &made.id).await.unwrap().unwrap();
    assert_eq!(new.refresh_token.expose_secret(), grant(2).refresh_token.expose_secret());
    assert_eq!(store.connection(&owner, &made.id).await.unwrap().unwrap().state, ConnectionState::Active { since: at(30) });
    // The new one is changed by those who use it. A token that Google replaced is of the same grant still.
    store.rotate_grant(&made.id, new.number, &SecretString::from("1//canary-rotated")).await.unwrap();
    let rotated = store.grant(&owner, &made.id).await.unwrap().unwrap();
    assert_eq!(rotated.refresh_token.expose_secret(), "1//canary-rotated");
    assert_eq!(rotated.number, new.number);
    assert!(store.needs_reconnect(&made.id, new.number, at(50)).await.unwrap());
    // What was refused before does not count against the third, either.
    connect(&store, &owner, 3).await;
    assert!(!store.needs_reconnect(&made.id, new.number, at(60)).await.unwrap());
    assert!(store.grant(&owner, &made.id).await.unwrap().is_some());
}

async fn folders_gather_in_one_connection(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let first = store.connect_folder(&owner, &folder(1), &ConnectionId::of(10), at(1)).await.unwrap();
    assert!(first.mode == ConnectionMode::SharedFolder && first.folders == [folder(1)] && first.account.is_none());
    store.connect_folder(&owner, &folder(2), &ConnectionId::of(11), at(2)).await.unwrap();
    let renamed = SharedFolder { name: "canary renamed".into(), ..folder(1) };
    let last = store.connect_folder(&owner, &renamed, &ConnectionId::of(12), at(3)).await.unwrap();
    assert!(last.id == first.id && last.folders == [renamed, folder(2)]);
    assert_eq!(last.state, ConnectionState::Active { since: at(1) });
    assert!(store.connection(&owner, &first.id).await.unwrap().unwrap() == last);
    assert!(store.grant(&owner, &first.id).await.unwrap().is_none());
    connect(&store, &owner, 1).await;
    let modes: Vec<_> = store.connections(&owner).await.unwrap().iter().map(|connection| connection.mode).collect();
    assert_eq!(modes, [ConnectionMode::SharedFolder, ConnectionMode::WholeDrive]);
}

async fn two_browsers_at_one_time_give_one_connection(place: &Place) {
    let handles = [place.open().await, place.open().await];
    let owner = customer(&handles[0], 1).await.id;
    let browsers: Vec<_> = (0..8_u32)
        .map(|number| {
            let (store, owner) = (handles[usize::from(number % 2 == 0)].clone(), owner.clone());
            tokio::spawn(async move {
                let new_id = ConnectionId::of(u128::from(number));
                store.connect(&owner, ConnectionMode::WholeDrive, &grant(number), &new_id, at(1)).await.unwrap().id
            })
        })
        .collect();
    let mut ids = Vec::new();
    for browser in browsers {
        ids.push(browser.await.unwrap());
    }
    let kept = handles[0].connections(&owner).await.unwrap();
    assert!(kept.len() == 1 && ids.iter().all(|id| *id == kept[0].id));
    let token = handles[0].grant(&owner, &kept[0].id).await.unwrap().unwrap().refresh_token;
    assert!((0..8).any(|number| grant(number).refresh_token.expose_secret() == token.expose_secret()), "one of theirs, whole");
}

async fn folders_shared_at_one_time_are_all_kept(place: &Place) {
    let handles = [place.open().await, place.open().await];
    let owner = customer(&handles[0], 1).await.id;
    let browsers: Vec<_> = (0..8_u32)
        .map(|number| {
            let (store, owner) = (handles[usize::from(number % 2 == 0)].clone(), owner.clone());
            tokio::spawn(async move {
                store.connect_folder(&owner, &folder(number), &ConnectionId::of(u128::from(number)), at(1)).await.unwrap();
            })
        })
        .collect();
    for browser in browsers {
        browser.await.unwrap();
    }
    let kept = handles[0].connections(&owner).await.unwrap();
    assert!(kept.len() == 1);
    assert_eq!(kept[0].folders.len(), 8, "none lost");
}

async fn what_belongs_to_somebody_else_does_not_exist(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let (other, _) = connected(&store, 2).await;
    for stranger in [other, CustomerId::of(99)] {
        assert!(store.connection(&stranger, &connection).await.unwrap().is_none());
        assert!(store.grant(&stranger, &connection).await.unwrap().is_none());
        assert!(store.connections(&stranger).await.unwrap().iter().all(|known| known.id != connection));
        assert!(store.disconnect(&stranger, &connection, &crate::sample::receipt_id(1), None, at(5)).await.unwrap().is_none());
    }
    assert!(store.grant(&owner, &connection).await.unwrap().is_some());
}

async fn a_grant_is_not_kept_where_none_belongs(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let refused = store.connect(&owner, ConnectionMode::SharedFolder, &grant(1), &ConnectionId::of(1), at(1)).await;
    assert!(matches!(refused, Err(StoreFailure::Refused { .. })));
    let refused = store.connect(&CustomerId::of(9), ConnectionMode::WholeDrive, &grant(1), &ConnectionId::of(1), at(1)).await;
    assert!(matches!(refused, Err(StoreFailure::Refused { .. })), "a customer who has left meanwhile");
    assert!(store.connections(&owner).await.unwrap().is_empty());
}
