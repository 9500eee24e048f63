//! Deciding about a finding: a form of its own for each clause or requirement, and taking a decision back. Only whoever has a right to
//! the report decides about what stands in it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;

use crate::account::{DecidedPlace, DecisionId, DecisionKind, DecisionText};
use crate::report::{DecisionShown, GapReport, VerdictShown};
use crate::web::error::Told;
use crate::web::pages::report::{delivered, turn};
use crate::web::pages::review::record;
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Asked, Fields, SignedIn};
use crate::web::{Frame, Service};
use crate::workflow::decide::{DecisionTrouble, LONGEST_NAME, LONGEST_TEXT, decide, withdraw};

#[derive(Template)]
#[template(path = "app/decide.html", config = "src/web/askama.toml")]
struct DecidePage {
    frame: Frame,
    form_token: String,
    review: String,
    /// The choice of clauses to go back to.
    back: String,
    /// The clause to go back to within it.
    anchor: String,
    place: DecidedPlace,
    /// `IEC 62304 5.1.1`.
    clause: String,
    title: String,
    /// The single obligation; none for the whole clause.
    shall: Option<String>,
    verdict: VerdictShown,
    because: String,
    decisions: Vec<DecisionShown>,
    longest_text: usize,
    longest_name: usize,
    /// What was typed, and what is wrong with it.
    typed: Typed,
    mistake: Option<Mistake>,
}

/// What is wrong with what was typed.
struct Mistake {
    words: &'static str,
    /// The name of the field where it is said, and where the cursor waits; empty when it is no single one.
    field: &'static str,
}

impl DecidePage {
    /// What is said at that field.
    fn wrong(&self, field: &str) -> Option<&'static str> {
        self.mistake.as_ref().filter(|mistake| mistake.field == field).map(|mistake| mistake.words)
    }
}

/// What was typed into the form; comes back with a mistake. No `Debug`: customer text.
#[derive(Default)]
struct Typed {
    kind: String,
    name: String,
    reason: String,
    evidence: String,
    owner: String,
    due_on: String,
}

/// The form.
pub(in crate::web) async fn form(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Asked(asked): Asked,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let _turn = turn().await?;
    show(&service, &signed_in, &id, &asked, Typed { kind: "accepted-gap".to_owned(), ..Typed::default() }, None).await
}

/// Keeps a decision.
pub(in crate::web) async fn keep(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let _turn = turn().await?;
    let delivered = delivered(&service, &review).await?;
    let typed = typed(&fields);
    let text = match text(&typed) {
        Ok(text) => text,
        Err(mistake) => return show(&service, &signed_in, &id, &fields, typed, Some(mistake)).await,
    };
    let wish = (place(&fields), text);
    let kept = decide(&*service.store, &review, &delivered.assessment, wish, DecisionId::of(id_bits()?), service.clock.now()).await;
    let mistake = match kept {
        Ok(()) => return Ok(see_other(&back(&id, &fields))),
        Err(DecisionTrouble::Store(failure)) => return Err(failure.into()),
        Err(DecisionTrouble::NoSuchPlace) => return Err(Told::not_found()),
        Err(DecisionTrouble::NoName) => {
            Mistake { words: "Write the name of who decides: a decision without one is worth nothing in an audit.", field: "name" }
        }
        Err(DecisionTrouble::NoReason) => Mistake { words: "Write why: an auditor will ask.", field: "reason" },
        Err(DecisionTrouble::NothingNamed) if typed.kind == "assigned" => Mistake { words: "Say who takes care.", field: "owner" },
        Err(DecisionTrouble::NothingNamed) => Mistake { words: "Say where the evidence is.", field: "evidence" },
        Err(DecisionTrouble::TooLong) => {
            Mistake { words: "One of the texts is too long: names hold 200 characters, other texts 2000.", field: "" }
        }
        Err(DecisionTrouble::NotKept) => {
            Mistake { words: "It could not be kept: the connection is gone, or has thousands of decisions already.", field: "" }
        }
    };
    show(&service, &signed_in, &id, &fields, typed, Some(mistake)).await
}

/// Takes a decision back.
pub(in crate::web) async fn take_back(
    State(service): State<Arc<Service>>,
    Path((id, decision)): Path<(String, String)>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let _turn = turn().await?;
    delivered(&service, &review).await?;
    let decision = DecisionId::parse(&decision).ok_or_else(Told::not_found)?;
    if !withdraw(&*service.store, signed_in.customer(), &decision, service.clock.now()).await? {
        return Err(Told::not_found());
    }
    Ok(see_other(&back(&id, &fields)))
}

async fn show(
    service: &Service,
    signed_in: &SignedIn,
    id: &str,
    fields: &Fields,
    mut typed: Typed,
    mistake: Option<Mistake>,
) -> Result<Response, Told> {
    let is_mistaken = mistake.is_some();
    let review = record(service, signed_in, id).await?;
    let delivered = delivered(service, &review).await?;
    let place = place(fields);
    if typed.name.is_empty() {
        // Who decided last most likely decides again.
        let last = delivered.decisions.iter().max_by_key(|decision| decision.at);
        typed.name = last.map(|decision| decision.text.name.clone()).unwrap_or_default();
    }
    let catalog = Arc::clone(&service.catalog);
    let made = tokio::task::spawn_blocking(move || delivered.report(&catalog)).await;
    let report: GapReport = made.map_err(|_| Told::mistake("making a report panicked"))?;
    let clause = report.clauses().find(|clause| clause.standard_id == place.standard && clause.clause_id == place.clause);
    let clause = clause.ok_or_else(Told::not_found)?;
    let constraint = match &place.constraint {
        None => None,
        Some(wanted) => Some(clause.constraints.iter().find(|c| c.constraint_id == *wanted).ok_or_else(Told::not_found)?),
    };
    let standard = service.catalog.standard(&place.standard).map_or(place.standard.as_str(), |standard| standard.short_name());
    let mut answer = page(&DecidePage {
        frame: signed_in.frame(service, "Decide about a finding"),
        form_token: signed_in.form_token(),
        review: review.id.to_string(),
        back: choice(fields),
        anchor: clause.anchor.clone(),
        clause: format!("{} {}", crate::report::shown(standard), clause.number),
        title: clause.title.clone(),
        shall: constraint.map(|constraint| constraint.shall.clone()),
        verdict: constraint.map_or(clause.verdict, |constraint| constraint.verdict),
        because: constraint.map(|constraint| constraint.because.clone()).unwrap_or_default(),
        decisions: constraint.map_or(&clause.decisions, |constraint| &constraint.decisions).clone(),
        place,
        longest_text: LONGEST_TEXT,
        longest_name: LONGEST_NAME,
        typed,
        mistake,
    })?;
    if is_mistaken {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn place(fields: &Fields) -> DecidedPlace {
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    DecidedPlace {
        standard: text("standard"),
        clause: text("clause"),
        constraint: fields.get("constraint").filter(|id| !id.is_empty()).map(str::to_owned),
    }
}

fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    Typed {
        kind: text("kind"),
        name: text("name"),
        reason: text("reason"),
        evidence: text("evidence"),
        owner: text("owner"),
        due_on: text("due_on"),
    }
}

fn text(typed: &Typed) -> Result<DecisionText, Mistake> {
    let kind = match typed.kind.as_str() {
        "not-applicable" => DecisionKind::NotApplicable,
        "accepted-gap" => DecisionKind::AcceptedGap,
        "evidence-named" => DecisionKind::EvidenceNamed { evidence: typed.evidence.clone() },
        "disputed" => DecisionKind::Disputed,
        "assigned" => DecisionKind::Assigned { owner: typed.owner.clone(), due_on: due(&typed.due_on)? },
        _ => return Err(Mistake { words: "Choose what you decide.", field: "" }),
    };
    Ok(DecisionText { kind, name: typed.name.clone(), reason: typed.reason.clone() })
}

fn due(text: &str) -> Result<Option<Date>, Mistake> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Mistake { words: "The due date is no date; write it as 2027-03-31.", field: "due_on" })
}

/// The choice of clauses that one came from. It is written anew, so that it can be nothing else.
fn choice(fields: &Fields) -> String {
    let asked = fields.get("back").unwrap_or_default();
    let known = ["standard", "verdict", "grade", "changed", "open"];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(asked.as_bytes()).filter(|(name, _)| known.contains(&name.as_ref())) {
        query.append_pair(&name, &value);
    }
    query.finish()
}

/// Back to the report as it was chosen, at the clause.
fn back(id: &str, fields: &Fields) -> String {
    let query = choice(fields);
    let anchor = fields.get("anchor").filter(|anchor| anchor.len() < 20 && anchor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let question = if query.is_empty() { "" } else { "?" };
    format!("/reviews/{id}/report{question}{query}{}", anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default())
}
