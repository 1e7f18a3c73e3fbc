//! Wire ⇄ hub: how a job and a stored answer look on the wire, and what of a request the hub is asked.

use super::MOUNT;
use hub::bulk::{Answered, Found, Job};
use hub::{Error, qualify};
use model::action::State;
use model::id::{ActionId, QualificationId};
use model::money::Money;
use model::product::{Level, Prices};
use model::qualification::{Asked, Format, Offered};
use wire::bulk as wire;

/// Where a job is.
pub fn location(id: ActionId) -> String {
    format!("{MOUNT}/qualifications/{id}")
}

/// What cannot be an id names nothing.
pub fn job_id(text: &str) -> Result<ActionId, Error> {
    text.parse().map_err(|_| Error::NotFound("job"))
}

pub fn answer_id(text: &str) -> Result<QualificationId, Error> {
    text.parse().map_err(|_| Error::NotFound("answer"))
}

pub fn job(job: &Job) -> wire::Job {
    let summary = job.summary.clone();
    wire::Job {
        id: job.id.to_string(),
        state: match job.state {
            State::Pending => wire::State::Pending,
            // Nobody is asked anything on the way.
            State::Running | State::Interrupted => wire::State::Running,
            State::Done => wire::State::Done,
            State::Canceled => wire::State::Canceled,
        },
        format: match job.file.format {
            Format::Csv => wire::Format::Csv,
            Format::JsonLines => wire::Format::Jsonl,
        },
        rows: wire::Rows { read: summary.read, total: job.file.rows },
        offered: summary.offered,
        offers: summary.offers,
        carriers: summary.carriers,
        confidences: summary.confidences,
        reasons: summary.reasons,
        error: job.error.clone(),
        created_at: job.created.to_string(),
        finished_at: job.finished.map(|at| at.to_string()),
        kept_until: job.kept_until().to_string(),
        result: (job.state == State::Done).then(|| format!("{}/result", location(job.id))),
    }
}

pub fn answer(answered: Answered) -> Result<wire::Answer, Error> {
    let (id, answered_at) = (answered.id.to_string(), answered.at.to_string());
    Ok(match answered.found {
        Found::Bulk(answer) => wire::Answer {
            id,
            answered_at,
            asked: Some(asked(answer.asked)),
            offers: answer.offers.into_iter().map(|(offered, premise)| offer(offered, premise)).collect(),
            reason: answer.reason,
        },
        Found::Coverage { answer, .. } => {
            let answer: qualify::Answer = serde_json::from_value(answer)
                .map_err(|error| Error::Internal(format!("a coverage's answer: {error}")))?;
            let carrier = answered.carrier.unwrap_or_default();
            let offers = answer.offers.into_iter().map(|offer| of_coverage(&carrier, offer)).collect();
            wire::Answer { id, answered_at, asked: None, offers, reason: answer.reason }
        }
    })
}

fn asked(asked: Asked) -> wire::Asked {
    let none = wire::Asked::default();
    match asked {
        Asked::Address(text, country) => {
            wire::Asked { address: Some(text), country: Some(country).filter(|c| !c.is_empty()), ..none }
        }
        Asked::Reference(key) => wire::Asked { reference: Some(key), ..none },
        Asked::Position(latitude, longitude) => {
            wire::Asked { latitude: Some(latitude), longitude: Some(longitude), ..none }
        }
        Asked::Nothing => none,
    }
}

fn amount(price: Option<Money>) -> Option<String> {
    price.map(|price| price.amount.to_string())
}

/// In which currency they are.
fn currency(prices: &Prices) -> Option<String> {
    Level::ALL.iter().find_map(|level| prices.at(*level)).map(|price| price.currency.to_string())
}

fn offer(offered: Offered, premise_reference: Option<String>) -> wire::Offer {
    wire::Offer {
        carrier: offered.carrier,
        product: offered.product,
        technology: offered.technology,
        down_mbps: offered.down_mbps,
        up_mbps: offered.up_mbps,
        monthly_price: amount(offered.monthly.customer),
        wholesale_price: amount(offered.monthly.wholesale),
        cost_price: amount(offered.monthly.cost),
        currency: currency(&offered.monthly),
        lead_days: offered.lead_days,
        confidence: Some(offered.confidence.to_string()),
        premise_reference,
    }
}

/// The answer of one carrier that was asked.
fn of_coverage(carrier: &str, offer: qualify::Offer) -> wire::Offer {
    wire::Offer {
        carrier: carrier.to_owned(),
        product: offer.code,
        technology: offer.technology,
        down_mbps: offer.down_mbps,
        up_mbps: offer.up_mbps,
        monthly_price: amount(offer.monthly.customer),
        wholesale_price: amount(offer.monthly.wholesale),
        cost_price: amount(offer.monthly.cost),
        currency: currency(&offer.monthly),
        lead_days: offer.lead_days,
        confidence: None,
        premise_reference: None,
    }
}
