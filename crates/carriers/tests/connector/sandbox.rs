//! The sandbox's connector under the kit. The samples are what the sandbox server answers, in the
//! types of the wire; `fixtures/sandbox` holds progress as each release wrote it.

use carriers::Connector;
use carriers::http::Reply;
use carriers::kit::{Kit, Proof, Sample, Stored, reference};
use carriers::sandbox::Sandbox;
use model::action::Work;
use model::address::Address;
use model::order::{CoverageRequest, IdentityDocument, Payment, Person, Subscription};
use serde_json::{Value, json};

pub fn sample(operation: &'static str, status: u16, body: &Value) -> Sample {
    Sample { operation, reply: Reply { status, body: body.to_string().into_bytes() } }
}

fn order(status: &str) -> Value {
    let card = (status == "card_required")
        .then(|| json!({"url": "https://sandbox.example/card/1", "state": "open"}));
    json!({"order": {"id": "SB-00000001", "reference": reference(&Sandbox), "carrier": "kit", "status": status, "otp_tries": 1, "card": card}})
}

fn failure(code: &str, about: Option<&str>) -> Value {
    let mut body = json!({"error": "for people", "code": code});
    if let Some(status) = about {
        body["order"] = order(status)["order"].clone();
    }
    body
}

fn works() -> Vec<Work> {
    let address =
        Address { street: Some("VIA CENERENTOLA".into()), number: Some("1".into()), ..Address::default() };
    let document =
        IdentityDocument { kind: "passport".into(), number: "YA1".into(), ..IdentityDocument::default() };
    let subscription = |payment| {
        Work::Subscription(Box::new(Subscription {
            product: "Fastweb Casa".into(),
            addons: vec!["A".into()],
            address: address.clone(),
            person: Person {
                first_name: "Mario".into(),
                document: Some(document.clone()),
                ..Person::default()
            },
            payment,
        }))
    };
    vec![
        Work::Coverage(Box::new(CoverageRequest { address: address.clone() })),
        subscription(Payment::CreditCard),
        subscription(Payment::Iban("IT60X0542811101000000123456".into())),
    ]
}

fn samples() -> Vec<Sample> {
    let mut samples = vec![
        sample("coverage", 200, &json!({"covered": true})),
        sample(
            "coverage",
            200,
            &json!({"covered": false, "reason": "no coverage for this address and number"}),
        ),
        sample("order", 201, &order("otp_required")),
        sample("order", 422, &failure("declined", None)),
        sample("order", 400, &failure("invalid", None)),
        sample("order", 503, &failure("down", None)),
        sample("otp", 200, &order("card_required")),
        sample("otp", 200, &order("provisioning")),
        sample("otp", 422, &failure("wrong_otp", Some("otp_required"))),
        sample("otp", 409, &failure("no_otp_wanted", Some("active"))),
        sample("otp_reset", 200, &order("otp_required")),
        sample("otp_reset", 409, &failure("no_otp_wanted", Some("provisioning"))),
    ];
    samples.extend(
        ["otp_required", "card_required", "provisioning", "active", "refused", "on_hold"]
            .map(|s| sample("status", 200, &order(s))),
    );
    samples
}

fn proofs() -> Vec<Proof> {
    vec![
        Proof::Repeated(sample("order", 200, &order("otp_required"))),
        Proof::Duplicate(sample("order", 409, &failure("duplicate", Some("otp_required")))),
        Proof::Found(sample("order", 200, &order("card_required"))),
        Proof::Absent(sample("order", 404, &failure("no_such_order", None))),
        Proof::Repeated(sample("otp", 200, &order("provisioning"))),
        Proof::Repeated(sample("otp_reset", 200, &order("otp_required"))),
    ]
}

/// `fixtures/sandbox/VERSION-NAME.json`: `{"work": number, "progress": …, "next": "call otp"}`.
fn stored() -> Vec<Stored> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/sandbox");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            Stored {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                work: usize::try_from(text["work"].as_u64().unwrap()).unwrap(),
                progress: text["progress"].clone(),
                next: text["next"].as_str().unwrap().to_owned(),
            }
        })
        .collect()
}

pub fn kit(connector: &dyn Connector) -> Kit<'_> {
    let settings = json!({
        "url": "https://sandbox.example/sandbox", "name": "kit", "classes": {"order": "C"}, "session_key": "key", "feed": true,
        "limits": {"timeout_ms": 5_000, "lookup_spacing_ms": [1, 2, 3], "slowest_booking_ms": 5},
    });
    Kit { connector, settings, works: works(), samples: samples(), proofs: proofs(), stored: stored() }
}

#[test]
fn the_sandbox_connector_holds_every_law() {
    assert_eq!(kit(&Sandbox).check(), Ok(()));
}

#[test]
fn every_step_of_an_order_has_a_stored_progress_of_every_release() {
    let next: std::collections::BTreeSet<_> = stored().into_iter().map(|s| s.next).collect();
    for word in [
        "call order",
        "call otp",
        "call otp_reset",
        "call status",
        "ask otp",
        "ask card",
        "wait",
        "done",
        "failed",
    ] {
        assert!(next.contains(word), "{word}");
    }
}

#[test]
fn a_carrier_cannot_be_lowered_to_a_class_that_its_settings_misspell() {
    for (settings, named) in [
        (json!({"url": "u", "name": "n", "classes": {"order": "E"}}), "classes.order"),
        (json!({"url": "u", "name": "n", "classes": {"otp": "D"}}), "otp"),
        (json!({"url": "u", "name": "n", "limits": {"timeout_ms": 0}}), "limits"),
        (json!({"url": "u", "name": "n", "limits": {"timeouts": 1}}), "timeouts"),
    ] {
        let reason = Sandbox.check(&settings).unwrap_err();
        assert!(reason.contains(named), "{reason}");
    }
}
