//! The connector of the sandbox carrier: orders, one-time passwords, card pages. The carrier
//! itself is a server of its own; `docs/sandbox.md` says which values make it do what.

mod progress;
mod setting;

use crate::connector::{
    Call, Capabilities, Connector, Context, DocumentKind, Feed, Found, Input, Next, Operation, Outcome,
    Progress, Session, Task, Verdict,
};
use crate::http::{Reply, Request, segment};
use model::action::Work;
use model::attempt::{Attempt, Class};
use model::order::{Payment, Subscription};
use model::prompt::{self, Answer};
use progress::Stage;
use serde_json::{Value, json};
use setting::Settings;
use std::time::Duration;
use wire::sandbox::{
    CoverageRequest, Failure, OrderAnswer, OrderRequest, OtpRequest, OtpResetRequest, SessionRequest, code,
};

pub struct Sandbox;

const CAPABILITIES: Capabilities = Capabilities {
    operations: &[
        Operation { name: "coverage", mutating: false, class: Class::A, proven: &[] },
        Operation { name: "order", mutating: true, class: Class::C, proven: &[Class::A, Class::B] },
        Operation { name: "otp", mutating: true, class: Class::A, proven: &[] },
        Operation { name: "otp_reset", mutating: true, class: Class::A, proven: &[] },
        Operation { name: "status", mutating: false, class: Class::A, proven: &[] },
        Operation { name: "find", mutating: false, class: Class::A, proven: &[] },
    ],
    prompts: &[prompt::Kind::Otp, prompt::Kind::Card],
    payment_methods: &["credit_card", "iban"],
    documents: &[
        DocumentKind {
            kind: "identity_card",
            label: "Identity card",
            required: &["nationality", "type", "number", "issued_at"],
        },
        DocumentKind {
            kind: "passport",
            label: "Passport",
            required: &["nationality", "type", "number", "issued_at"],
        },
        DocumentKind {
            kind: "driving_license",
            label: "Driving licence",
            required: &["nationality", "type", "number", "issued_at"],
        },
    ],
    reference_limit: 64,
    plain_members: &[
        "reference",
        "product",
        "addons",
        "covered",
        "reason",
        "id",
        "status",
        "code",
        "error",
        "state",
        "otp_tries",
        "carrier",
        "cursor",
    ],
};

/// How long an action is left alone whose progress another version wrote, or whose carrier's settings cannot be read.
const UNREADABLE: Duration = Duration::from_secs(60);
/// How often an order under way, or a card page, is looked at.
const POLL: Duration = Duration::from_secs(1);

impl Connector for Sandbox {
    fn kind(&self) -> &'static str {
        "sandbox"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn check(&self, settings: &Value) -> Result<(), String> {
        Settings::read(settings).map(|_| ())
    }

    fn next(&self, cx: Context<'_>, task: Task<'_>, progress: &Progress) -> Next {
        let carrier = match Settings::read(cx.settings) {
            Ok(settings) => settings,
            // Somebody is to put them right: until then nothing is known to have failed.
            Err(_) => return Next::Wait(UNREADABLE),
        };
        let stage = Stage::read(progress);
        match (task.work, stage) {
            (_, Stage::Ended { outcome }) => Next::Done(outcome.into()),
            // A node of a newer version goes on with it.
            (_, Stage::Unreadable) => Next::Wait(UNREADABLE),
            (Work::Coverage(asked), _) => {
                let asked = CoverageRequest {
                    reference: task.reference.to_owned(),
                    address: wire_address(&asked.address),
                };
                Next::Call(carrier.call("coverage", false, carrier.post("coverage", &asked)))
            }
            (Work::Subscription(order), Stage::Start) => Next::Call(carrier.call(
                "order",
                true,
                carrier.post("orders", &wire_order(task.reference, order)),
            )),
            // The hub's own work is given to no connector.
            (Work::Bulk(_) | Work::Change { .. } | Work::Account { .. }, _) => Next::Wait(UNREADABLE),
            (Work::Subscription(_), Stage::Booked(booked)) => booked.next(&carrier, task.reference),
        }
    }

    fn read(
        &self,
        _cx: Context<'_>,
        task: Task<'_>,
        progress: &Progress,
        input: Input<'_>,
    ) -> (Progress, Verdict) {
        if matches!(Stage::read(progress), Stage::Unreadable) {
            return (progress.clone(), Verdict::Unknown);
        }
        let (stage, verdict) = Stage::read(progress).after(task.reference, input);
        (stage.write(), verdict)
    }

    fn lookup(&self, cx: Context<'_>, _task: Task<'_>, _progress: &Progress, attempt: &Attempt) -> Call {
        let carrier = Settings::read(cx.settings).unwrap_or_default();
        carrier.call(
            "find",
            false,
            carrier.get(&format!("orders/by-reference/{}", segment(&attempt.reference))),
        )
    }

    fn found(&self, attempt: &Attempt, reply: &Reply) -> Found {
        match (reply.status, reply.json::<OrderAnswer>(), reply.json::<Failure>()) {
            (200, Some(found), _) if found.order.reference == attempt.reference => {
                serde_json::to_value(found.order).map_or(Found::Unclear, Found::Found)
            }
            (404, _, Some(error)) if error.code == code::NO_SUCH_ORDER => Found::Absent,
            _ => Found::Unclear,
        }
    }

    fn session(&self) -> Option<&dyn Session> {
        Some(self)
    }

    fn feed(&self) -> Option<&dyn Feed> {
        Some(self)
    }
}

impl Session for Sandbox {
    fn authorize(&self, cx: Context<'_>) -> Option<Request> {
        let carrier = Settings::read(cx.settings).ok()?;
        let key = carrier.session_key.as_ref()?;
        Some(carrier.post("session", &SessionRequest { key: key.clone() }))
    }

    fn ready(&self, reply: &Reply) -> Option<(Value, Duration)> {
        let session: wire::sandbox::Session = (reply.status == 200).then(|| reply.json()).flatten()?;
        Some((Value::String(session.token), Duration::from_secs(session.valid_for_s)))
    }

    fn sign(&self, session: &Value, request: &mut Request) {
        if let Some(token) = session.as_str() {
            request.headers.push(("Authorization", format!("Bearer {token}")));
        }
    }

    fn rejected(&self, reply: &Reply) -> bool {
        reply.status == 401 && reply.json::<Failure>().is_some_and(|e| e.code == code::NO_SESSION)
    }
}

impl Feed for Sandbox {
    fn poll(&self, cx: Context<'_>, cursor: &Value) -> Option<(Duration, Request)> {
        let carrier = Settings::read(cx.settings).ok()?;
        carrier.feed.then(|| (POLL, carrier.get(&format!("changes?after={}", cursor.as_i64().unwrap_or(0)))))
    }

    fn observed(&self, reply: &Reply) -> Option<(Value, Vec<(String, Value)>)> {
        let changes: wire::sandbox::Changes = (reply.status == 200).then(|| reply.json()).flatten()?;
        let seen = changes
            .changes
            .into_iter()
            .filter_map(|order| Some((order.reference.clone(), serde_json::to_value(order).ok()?)));
        Some((json!(changes.cursor), seen.collect()))
    }
}

fn wire_address(address: &model::address::Address) -> wire::sandbox::Address {
    let or_empty = |part: &Option<String>| part.clone().unwrap_or_default();
    wire::sandbox::Address {
        street: or_empty(&address.street),
        number: or_empty(&address.number),
        unit: address.unit.clone(),
        city: or_empty(&address.city),
        province: address.province.clone(),
        postcode: or_empty(&address.postcode),
        country: address.country.clone(),
        full: address.full_text.clone(),
    }
}

fn wire_order(reference: &str, order: &Subscription) -> OrderRequest {
    let (payment_method, iban) = match &order.payment {
        Payment::CreditCard => (wire::sandbox::CREDIT_CARD, None),
        Payment::Iban(iban) => ("iban", Some(iban.clone())),
        Payment::Account => ("account", None),
    };
    let person = order.person.clone();
    let document = person.document.map(|d| wire::sandbox::Document {
        nationality: d.nationality,
        kind: d.kind,
        number: d.number,
        issued_at: d.issued_at,
        expires_at: d.expires_at,
        issued_by: d.issued_by,
    });
    OrderRequest {
        reference: reference.to_owned(),
        product: order.product.clone(),
        addons: order.addons.clone(),
        payment_method: payment_method.to_owned(),
        iban,
        customer: wire::sandbox::Customer {
            first_name: person.first_name,
            last_name: person.last_name,
            tax_code: person.tax_code,
            email: person.email,
            phone: person.phone,
        },
        document,
        address: wire_address(&order.address),
    }
}

impl progress::Booked {
    fn next(&self, carrier: &Settings, reference: &str) -> Next {
        let path = |tail: &str| format!("orders/{}{tail}", segment(&self.order));
        match (&self.answer, self.status.as_str()) {
            (Some(Answer::Otp(otp)), _) => {
                let tried = OtpRequest { reference: reference.to_owned(), otp: otp.clone() };
                Next::Call(carrier.call("otp", true, carrier.post(&path("/otp"), &tried)))
            }
            (Some(Answer::Reset), _) => {
                let reset = OtpResetRequest { reference: reference.to_owned() };
                Next::Call(carrier.call("otp_reset", true, carrier.post(&path("/otp/reset"), &reset)))
            }
            (None, "active") => Next::Done(Outcome::Fulfilled { carrier_reference: self.order.clone() }),
            (None, "refused") => Next::Done(Outcome::Failed {
                reason: self.reason.clone().unwrap_or_else(|| "refused by the carrier".into()),
            }),
            (None, _) if !self.fresh => Next::Call(carrier.call("status", false, carrier.get(&path("")))),
            (None, "otp_required") => Next::Ask(crate::Ask {
                kind: prompt::Kind::Otp,
                data: json!({}),
                refusal: self.refusal.clone(),
                poll: None,
            }),
            (None, "card_required") => {
                let data = json!({"url": self.card_url, "result": self.card_state});
                Next::Ask(crate::Ask { kind: prompt::Kind::Card, data, refusal: None, poll: Some(POLL) })
            }
            // Provisioning, and every word that we do not know yet.
            (None, _) => Next::Wait(POLL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_that_cannot_be_read_never_leads_to_a_call() {
        let settings = json!({"url": "http://127.0.0.1:1/sandbox", "name": "fastweb"});
        let work = Work::Subscription(Box::new(Subscription {
            product: "P".into(),
            addons: Vec::new(),
            address: model::address::Address::default(),
            person: model::order::Person::default(),
            payment: Payment::CreditCard,
        }));
        let cx = Context { settings: &settings, now: model::time::Timestamp::from_micros(0), seed: 0 };
        let task = Task { reference: "R-0", work: &work };
        for progress in
            [json!({"v": 2, "stage": "booked"}), json!({"v": 1, "stage": "later"}), json!("x"), json!({})]
        {
            assert_eq!(Sandbox.next(cx, task, &progress), Next::Wait(UNREADABLE), "{progress}");
            assert_eq!(
                Sandbox.read(cx, task, &progress, Input::Elapsed),
                (progress.clone(), Verdict::Unknown)
            );
        }
    }

    #[test]
    fn an_order_that_a_person_names_is_ours_only_when_the_carrier_shows_our_reference() {
        let shown = |id: &str, reference: &str| {
            let order = json!({"id": id, "reference": reference, "carrier": "x", "status": "otp_required", "otp_tries": 0});
            Reply { status: 200, body: json!({"order": order}).to_string().into_bytes() }
        };
        let named = |stage: Stage, order: &str| {
            stage.after("R-1", Input::Observed(&json!({"carrier_reference": order})))
        };
        let status =
            |stage: Stage, reply: &Reply| stage.after("R-2", Input::Reply { operation: "status", reply }).1;
        let (wrong, verdict) = named(Stage::Start, "SB-2");
        assert_eq!(verdict, Verdict::Confirmed);
        let kept = Stage::read(&wrong.write());
        assert_eq!(status(kept.clone(), &shown("SB-2", "SOMEBODY-ELSES")), Verdict::Unknown);
        let (right, verdict) = named(kept, "SB-1");
        assert_eq!(verdict, Verdict::Confirmed, "it can be put right");
        assert_eq!(status(right.clone(), &shown("SB-1", "R-1")), Verdict::Confirmed);
        // From then on it is known, and nobody names another.
        let (seen, _) =
            right.after("R-2", Input::Reply { operation: "status", reply: &shown("SB-1", "R-1") });
        assert_eq!(named(seen, "SB-3").1, Verdict::Unknown);
    }
}
