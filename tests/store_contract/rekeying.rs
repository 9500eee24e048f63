//! Changing keys while the service runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crosswalk::account::{ConnectionId, ConnectionMode, CustomerId};
use crosswalk::ports::{
    Accounts as _, AuditLog as _, AuditVerdict, Connections as _, Decisions as _, Examinations as _, Reviews as _, Schedules as _,
};
use crosswalk::store::{Database, RekeyCounts};
use secrecy::{ExposeSecret as _, SecretString};

use crate::place::{Place, on_both, run};
use crate::sample::{assessment, at, connected, folder, grant, identity, order, review_id, reviewed_and_decided};

on_both!(everything_opens_with_the_new_key_alone, what_changes_meanwhile_is_not_lost, what_no_key_opens_is_told);

const CUSTOMERS: u32 = 25;

async fn fill(store: &Database) {
    for number in 1..=CUSTOMERS {
        let (owner, whole) = connected(store, number).await;
        store.connect_folder(&owner, &folder(number), &ConnectionId::of(0xf00 + u128::from(number)), at(1)).await.unwrap();
        reviewed_and_decided(store, &owner, &whole, u128::from(number), 2).await;
    }
}

/// Identity, account, grant, folders, order, result, what files gave, a letter, a schedule's order, a decision and its place, of each.
const RECORDS: u64 = 11 * CUSTOMERS as u64;

async fn everything_opens_with_the_new_key_alone(place: &Place) {
    let old = place.open().await;
    fill(&old).await;
    let both = place.open_with(&[2, 1]).await;
    let uses = both.key_ids_in_use().await.unwrap();
    assert!(uses.len() == 1 && uses[0].records == RECORDS && uses[0].is_known && !uses[0].is_first);
    let old_key = uses[0].key_id.clone();
    assert_eq!(both.rekey(at(10)).await.unwrap(), RekeyCounts { resealed: RECORDS, already: 0, unreadable: 0 });
    let uses = both.key_ids_in_use().await.unwrap();
    assert!(uses.len() == 1 && uses[0].records == RECORDS && uses[0].is_first && uses[0].key_id != old_key);
    assert_eq!(both.rekey(at(11)).await.unwrap(), RekeyCounts { resealed: 0, already: RECORDS, unreadable: 0 }, "again");
    assert!(matches!(both.verify().await.unwrap(), AuditVerdict::Whole { lines: 2, .. }));
    let new = place.open_with(&[2]).await;
    for number in 1..=CUSTOMERS {
        let owner = CustomerId::of(u128::from(number));
        assert!(new.customer(&owner).await.unwrap().unwrap().identity == identity(number));
        let connections = new.connections(&owner).await.unwrap();
        assert!(connections[0].folders == [folder(number)] && connections[1].account == grant(number).account);
        let kept = new.grant(&owner, &connections[1].id).await.unwrap().unwrap();
        assert_eq!(kept.refresh_token.expose_secret(), grant(number).refresh_token.expose_secret());
        assert!(new.review(&owner, &review_id(u128::from(number))).await.unwrap().unwrap().order == order());
        assert!(new.assessment(&owner, &review_id(u128::from(number))).await.unwrap().unwrap() == assessment(2));
        let whole = &connections[1].id;
        assert_eq!(new.examinations(&owner, &review_id(u128::from(number))).await.unwrap().len(), 1);
        assert!(new.schedule(&owner, whole).await.unwrap().unwrap().order == order());
        assert_eq!(new.decisions(&owner, whole).await.unwrap().len(), 1);
    }
    let id = ConnectionId::of(0xf01);
    assert!(old.connection(&CustomerId::of(1), &id).await.is_err(), "the old key opens nothing any more");
}

fn token(number: u32, round: u32) -> SecretString {
    SecretString::from(format!("1//canary-{number}-{round}"))
}

async fn what_changes_meanwhile_is_not_lost(place: &Place) {
    let old = place.open().await;
    fill(&old).await;
    let is_over = Arc::new(AtomicBool::new(false));
    // A service that was started before the new key was there goes on writing with the old one.
    let writing = tokio::spawn({
        let (store, is_over) = (place.open_with(&[1, 2]).await, is_over.clone());
        async move {
            let mut rounds = 0_u32;
            while rounds < 2 || !is_over.load(Ordering::Acquire) {
                rounds += 1;
                for number in 1..=CUSTOMERS {
                    let (owner, id) = (CustomerId::of(u128::from(number)), ConnectionId::of(0x00c0_0000 + u128::from(number)));
                    let before = store.grant(&owner, &id).await.unwrap().unwrap().refresh_token;
                    let written = if rounds == 1 { grant(number).refresh_token } else { token(number, rounds - 1) };
                    assert_eq!(before.expose_secret(), written.expose_secret(), "what was written last stands there still");
                    store.rotate_grant(&id, 1, &token(number, rounds)).await.unwrap();
                }
            }
            rounds
        }
    });
    let both = place.open_with(&[2, 1]).await;
    for second in 0..3 {
        both.rekey(at(second)).await.unwrap();
    }
    is_over.store(true, Ordering::Release);
    let rounds = writing.await.unwrap();
    assert_eq!(both.rekey(at(9)).await.unwrap().unreadable, 0);
    assert!(both.key_ids_in_use().await.unwrap().iter().all(|used| used.is_first));
    let new = place.open_with(&[2]).await;
    for number in 1..=CUSTOMERS {
        let owner = CustomerId::of(u128::from(number));
        let connections = new.connections(&owner).await.unwrap();
        let whole = connections.iter().find(|connection| connection.mode == ConnectionMode::WholeDrive).unwrap();
        let kept = new.grant(&owner, &whole.id).await.unwrap().unwrap();
        assert_eq!(kept.refresh_token.expose_secret(), token(number, rounds).expose_secret(), "the last one written");
    }
}

async fn what_no_key_opens_is_told(place: &Place) {
    let store = place.open().await;
    connected(&store, 1).await;
    connected(&store, 2).await;
    run(&place.raw().await, &format!("UPDATE connection SET account = refresh_token WHERE customer_id = '{}'", CustomerId::of(1))).await;
    let both = place.open_with(&[2, 1]).await;
    assert_eq!(both.rekey(at(1)).await.unwrap(), RekeyCounts { resealed: 5, already: 0, unreadable: 1 });
    let uses = place.open_with(&[2]).await.key_ids_in_use().await.unwrap();
    let mut seen: Vec<_> = uses.iter().map(|used| (used.records, used.is_known, used.is_first)).collect();
    seen.sort_unstable();
    assert_eq!(seen, [(1, false, false), (5, true, true)], "the old key is needed still");
}
