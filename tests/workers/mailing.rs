//! Letters as workers send them, over real SMTP on loopback: one for one event however often it is told, again when the server could not
//! take it, never again when it will not, and under the same `Message-ID` when a worker dies in between.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crosswalk::account::{
    Currency, CustomerId, Notice, PaidAmount, PaymentEvent, PaymentFact, PaymentId, PaymentStanding, Price, ReviewId,
};
use crosswalk::jobs::Duties;
use crosswalk::mail::SmtpMailer;
use crosswalk::ports::{Clock, EventOutcome, Letter, MailFailure, Mailer, Opened, Outbox as _, PaymentBook as _, QueuedNotice};
use crosswalk::settings::Settings;
use crosswalk::store::{Database, KeyRing};
use crosswalk::workflow::take_payment::take_event;
use crosswalk::workflow::what_changed::mail_id;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::installation::{Backend, Installation, TEST_KEY};
use crate::mail_server::{Server, header, python};
use crate::performing::{TestWorker, work_off, worker, worker_with};
use crate::postbox::{Postbox, Stage, settings_for};

/// The address of this service.
pub const PUBLIC_URL: &str = "https://crosswalk.example.com";
/// Of a customer.
const ADDRESS: &str = "unplanned.name@tannhauer.example";
/// A clock that goes only when it is told to.
struct SetClock(Mutex<Timestamp>);

impl SetClock {
    fn of_now() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Installation::now())))
    }

    fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// What a worker needs to send letters by the server of that section.
fn duties(section: &str, clock: &Arc<SetClock>) -> Duties {
    let settings = Settings::parse(Some(&format!("[smtp]\n{section}")), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let mailer = SmtpMailer::new(&settings.mail.unwrap(), Arc::clone(clock) as Arc<dyn Clock>).unwrap();
    Duties { mail: Some((Arc::new(mailer), PUBLIC_URL.parse().unwrap())), payments: None }
}

async fn sender(installation: &Installation, number: u128, clock: &Arc<SetClock>, duties: Duties) -> TestWorker {
    worker_with(installation, number, "the program under test", Arc::clone(clock) as Arc<dyn Clock>, duties).await
}

/// Puts a letter to the customer of that number into the outbox.
async fn queue(installation: &Installation, number: u64, occasion: &str) {
    let customer = CustomerId::of(number.into());
    let notice = Notice::ReportUnlocked { review: ReviewId::of(number.into()) };
    let queued = QueuedNotice { id: mail_id(occasion), customer, occasion: occasion.to_owned(), notice };
    assert!(installation.store.queue_notice(&queued, Installation::now()).await.unwrap());
}

/// State and attempts of every letter.
async fn outbox(installation: &Installation) -> Vec<String> {
    installation.column("SELECT state || ' ' || attempt AS value FROM mail ORDER BY queued_at, id").await
}

fn message_ids(postbox: &Postbox) -> BTreeSet<String> {
    postbox.letters().iter().map(|letter| letter.header("Message-ID").to_owned()).collect()
}

/// A customer with an address, whose only review is done and for which a checkout is open.
async fn about_to_pay(installation: &Installation) -> (CustomerId, PaymentEvent) {
    let (customer, review) = installation.customer_with_review(1).await;
    installation.give_address(1, ADDRESS).await;
    work_off(&worker(installation, 1).await).await;
    (customer.clone(), opened(installation, &customer, &review).await)
}

/// Opens a payment; the event by which Stripe says that it was paid.
pub async fn opened(installation: &Installation, customer: &CustomerId, review: &ReviewId) -> PaymentEvent {
    let currency = Currency::parse("eur").unwrap();
    let (price, id, now) = (Price { minor_units: 14_900, currency }, PaymentId::of(5), Installation::now());
    let opened = installation.store.open_payment(customer, review, price, &id, now).await.unwrap();
    assert!(matches!(opened, Opened::Open(_)), "{opened:?}");
    let amount = PaidAmount { subtotal: 14_900, total: 14_900, currency };
    let (payment, payment_intent) = (Some(id), Some("pi_1".to_owned()));
    PaymentEvent { id: "evt_1".to_owned(), at: now, payment, payment_intent, fact: PaymentFact::Paid { amount } }
}

/// Tells fifty copies of an event at the same time to two processes, while two workers send what there is to be sent.
async fn fifty_copies(installation: &Installation, section: &str) {
    let (customer, event) = about_to_pay(installation).await;
    let keys = KeyRing::parse(&SecretString::from(TEST_KEY)).unwrap();
    let second = Database::open(&SecretString::from(installation.backend.url.clone()), 4, keys).await.unwrap();
    let clock = SetClock::of_now();
    let one = sender(installation, 11, &clock, duties(section, &clock)).await;
    let other = sender(installation, 12, &clock, duties(section, &clock)).await;
    let copies = (0..50).map(|number| {
        let store = if number % 2 == 0 { &installation.store } else { &second };
        take_event(store, &event, Installation::now())
    });
    let (outcomes, ..) = tokio::join!(futures::future::join_all(copies), one.keep_house(), other.keep_house());
    let applied = outcomes.iter().filter(|outcome| matches!(outcome.as_ref().unwrap(), EventOutcome::Applied { .. })).count();
    assert_eq!(applied, 1, "one of fifty copies counts");
    // The letter may lie there since a moment that their clock had not reached.
    clock.forward(SignedDuration::from_mins(1));
    tokio::join!(one.keep_house(), other.keep_house());

    let payments = installation.store.payments(&customer).await.unwrap();
    assert!(matches!(payments[0].standing, PaymentStanding::Paid { .. }) && payments.len() == 1);
    assert_eq!(installation.audit_lines("payment-changed").await.len(), 1, "it is unlocked once");
    assert_eq!(outbox(installation).await, ["sent 1"]);
}

async fn fifty_copies_make_one_letter(backend: Backend) {
    let installation = Installation::start(backend, 1).await;
    let postbox = Postbox::open().await;
    fifty_copies(&installation, &postbox.settings()).await;
    let letters = postbox.letters();
    assert_eq!((letters.len(), message_ids(&postbox).len()), (1, 1));
    assert!(letters[0].recipient == ADDRESS && letters[0].is_taken_over);
    assert_eq!(letters[0].header("Subject"), "Crosswalk: your detailed report is unlocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_copies_of_an_event_unlock_once_and_write_one_letter_sqlite() {
    fifty_copies_make_one_letter(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_copies_of_an_event_unlock_once_and_write_one_letter_postgres() {
    if let Some(backend) = Backend::postgres("fifty_copies_of_an_event_unlock_once_and_write_one_letter_postgres").await {
        fifty_copies_make_one_letter(backend).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_of_another_make_gets_one_letter_for_fifty_copies() {
    let Some(python) = python("a_mail_server_of_another_make_gets_one_letter_for_fifty_copies") else { return };
    let server = Server::start(&python, &["none"]);
    let installation = Installation::start(Backend::sqlite(), 1).await;
    fifty_copies(&installation, &server.settings("tls = \"none\"")).await;
    let received = server.received();
    assert_eq!(received["recipients"], serde_json::json!([ADDRESS]));
    assert_eq!(received["defects"], serde_json::json!([]), "{received:#}");
    let id = mail_id("payment event evt_1");
    assert_eq!(header(&received, "Message-ID"), [format!("<{id}@crosswalk.example.com>")]);
    let text = received["parts"][0][2].as_str().unwrap();
    assert!(text.contains(&format!("{PUBLIC_URL}/reviews/{}", ReviewId::of(1))), "{text}");
    assert!(server.has_received_nothing());
}

async fn two_workers_send_each_letter_once(backend: Backend) {
    let installation = Installation::start(backend, 1).await;
    installation.customer_with_review(1).await;
    installation.give_address(1, ADDRESS).await;
    for number in 0..30 {
        queue(&installation, 1, &format!("occasion {number}")).await;
    }
    let postbox = Postbox::open().await;
    let clock = SetClock::of_now();
    let workers = [sender(&installation, 11, &clock, duties(&postbox.settings(), &clock)).await, {
        sender(&installation, 12, &clock, duties(&postbox.settings(), &clock)).await
    }];
    for _ in 0..2 {
        futures::future::join_all(workers.iter().map(|worker| worker.keep_house())).await;
    }
    assert_eq!(outbox(&installation).await, ["sent 1"; 30]);
    assert_eq!((postbox.letters().len(), message_ids(&postbox).len()), (30, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_the_same_time_send_each_letter_once_sqlite() {
    two_workers_send_each_letter_once(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_the_same_time_send_each_letter_once_postgres() {
    if let Some(backend) = Backend::postgres("two_workers_at_the_same_time_send_each_letter_once_postgres").await {
        two_workers_send_each_letter_once(backend).await;
    }
}

/// A worker in a process of its own, which tells everything that it can in its log; ended with the test.
pub struct Working {
    child: Child,
    folder: tempfile::TempDir,
}

impl Working {
    pub fn begin(installation: &Installation, postbox: &Postbox) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let temporary = folder.path().join("temporary");
        fs::create_dir(&temporary).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_crosswalk"))
            .arg("work")
            .env_clear()
            .envs(installation.variables())
            .envs(postbox.variables())
            .env("CROSSWALK_SERVER__PUBLIC_URL", PUBLIC_URL)
            .env("TMPDIR", &temporary)
            // Everything that can be said is said.
            .env("CROSSWALK_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("worker.log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    /// What it has told.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("worker.log")).unwrap()
    }

    /// Ends it, and gives the folder with its log and all that it put down as temporary.
    pub fn end(mut self) -> tempfile::TempDir {
        self.stop();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_for_good_is_given_up_and_the_log_does_not_name_them() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let (customer, event) = about_to_pay(&installation).await;
    installation.customer_with_review(2).await;
    installation.give_address(2, "somebody.else@harwick.example").await;
    let postbox = Postbox::open().await;
    postbox.refuse(ADDRESS, Stage::Recipient, "550 5.1.1 <unplanned.name@tannhauer.example>: no such user here", 9);
    take_event(&installation.store, &event, Installation::now()).await.unwrap();
    queue(&installation, 2, "to somebody else").await;
    let working = Working::begin(&installation, &postbox);
    installation
        .wait_until("both letters have ended", async || outbox(&installation).await.iter().all(|one| !one.starts_with("queued")))
        .await;
    // It is not tried again, even when there is nothing else to do.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let log = working.log();
    drop(working);
    let mut ends = outbox(&installation).await;
    ends.sort();
    assert_eq!(ends, ["given-up 1", "sent 1"]);
    let letters = postbox.letters();
    assert!(letters.len() == 1 && letters[0].recipient == "somebody.else@harwick.example" && postbox.connections() == 2);
    let told = log.lines().find(|line| line.contains("a letter was not sent")).unwrap_or_else(|| panic!("nothing is told in {log}"));
    for part in ["\"is_given_up\":true", "550 5.1.1", "report-unlocked", mail_id("payment event evt_1").as_str()] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    for secret in ["unplanned", "tannhauer", "somebody", "harwick"] {
        assert!(!log.contains(secret), "the log names {secret}");
    }
    // What the letter was about is as it was.
    let payments = installation.store.payments(&customer).await.unwrap();
    assert!(matches!(payments[0].standing, PaymentStanding::Paid { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_now_gets_the_same_letter_later() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    installation.customer_with_review(1).await;
    installation.give_address(1, ADDRESS).await;
    queue(&installation, 1, "an occasion").await;
    let clock = SetClock::of_now();
    let postbox = Postbox::open().await;
    postbox.refuse(ADDRESS, Stage::Letter, "451 4.3.0 come back later", 1);
    let up = sender(&installation, 11, &clock, duties(&postbox.settings(), &clock)).await;
    up.keep_house().await;
    assert_eq!((outbox(&installation).await, postbox.letters().len()), (vec!["queued 1".to_owned()], 1));
    up.keep_house().await;
    assert_eq!(postbox.connections(), 1, "nobody is asked again at once");

    // A minute later nothing listens there; a port that was free a moment ago.
    clock.forward(SignedDuration::from_secs(61));
    let port = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let down = sender(&installation, 12, &clock, duties(&settings_for(port), &clock)).await;
    down.keep_house().await;
    assert_eq!(outbox(&installation).await, ["queued 2"]);
    clock.forward(SignedDuration::from_secs(61));
    up.keep_house().await;
    assert_eq!(outbox(&installation).await, ["queued 2"], "the second wait is longer");
    clock.forward(SignedDuration::from_secs(60));
    up.keep_house().await;
    assert_eq!(outbox(&installation).await, ["sent 3"]);
    let letters = postbox.letters();
    assert_eq!(letters.iter().map(|letter| letter.is_taken_over).collect::<Vec<_>>(), [false, true]);
    assert_eq!(message_ids(&postbox).len(), 1, "it is the same letter");

    // What could not be sent for days tells nothing new any more.
    queue(&installation, 1, "another occasion").await;
    postbox.refuse(ADDRESS, Stage::Recipient, "421 4.3.2 closing", u32::MAX);
    up.keep_house().await;
    clock.forward(SignedDuration::from_hours(73));
    up.keep_house().await;
    let mut ends = outbox(&installation).await;
    ends.sort();
    assert_eq!(ends, ["given-up 2", "sent 3"]);
}

/// Hands a letter over, and dies before it can say so.
struct DiesAfterwards {
    mailer: Arc<dyn Mailer>,
    handed_over: Notify,
}

#[async_trait]
impl Mailer for DiesAfterwards {
    async fn send(&self, letter: &Letter) -> Result<(), MailFailure> {
        self.mailer.send(letter).await?;
        self.handed_over.notify_one();
        std::future::pending().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_after_handing_over_leaves_a_letter_with_the_same_id() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let (_, event) = about_to_pay(&installation).await;
    take_event(&installation.store, &event, Installation::now()).await.unwrap();
    let postbox = Postbox::open().await;
    let clock = SetClock::of_now();
    let good = duties(&postbox.settings(), &clock);
    let (mailer, public_url) = good.mail.clone().unwrap();
    let dying = Arc::new(DiesAfterwards { mailer, handed_over: Notify::new() });
    let mail: (Arc<dyn Mailer>, _) = (dying.clone(), public_url);
    let first = sender(&installation, 11, &clock, Duties { mail: Some(mail), payments: None }).await;
    let working = tokio::spawn(async move { first.keep_house().await });
    dying.handed_over.notified().await;
    working.abort();
    assert!(working.await.unwrap_err().is_cancelled());
    assert_eq!((outbox(&installation).await, postbox.letters().len()), (vec!["queued 1".to_owned()], 1));

    let second = sender(&installation, 12, &clock, good).await;
    clock.forward(SignedDuration::from_mins(4));
    second.keep_house().await;
    assert_eq!(postbox.letters().len(), 1, "the lease of the dead one has not run out");
    clock.forward(SignedDuration::from_mins(2));
    second.keep_house().await;
    second.keep_house().await;
    assert_eq!(outbox(&installation).await, ["sent 2"]);
    let letters = postbox.letters();
    assert_eq!((letters.len(), message_ids(&postbox).len()), (2, 1), "a reader of mail shows one");
    assert_eq!(letters[0].header("Subject"), letters[1].header("Subject"));
}
