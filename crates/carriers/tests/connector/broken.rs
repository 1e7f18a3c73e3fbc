//! The sandbox's connector with one law broken at a time: the kit says which.

use crate::sandbox::kit;
use carriers::connector::{Feed, Operation, Session};
use carriers::http::Reply;
use carriers::kit::{Kit, Proof, Stored};
use carriers::sandbox::Sandbox;
use carriers::{
    Call, Capabilities, Connector, Context, Found, Input, Next, Outcome, Progress, Task, Verdict,
};
use model::attempt::{Attempt, Class};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

type Change<T> = fn(T) -> T;
type Read = fn(Input<'_>, (Progress, Verdict)) -> (Progress, Verdict);

/// Everything as it should be, until something of it is changed.
struct Broken {
    capabilities: &'static Capabilities,
    check: Change<Result<(), String>>,
    next: fn(Context<'_>, u64, &Progress, Next) -> Next,
    read: Read,
    lookup: Change<Call>,
    found: fn(&Reply, Found) -> Found,
    asked: AtomicU64,
}

impl Broken {
    fn new() -> Self {
        Self {
            capabilities: Sandbox.capabilities(),
            check: |result| result,
            next: |_, _, _, next| next,
            read: |_, read| read,
            lookup: |call| call,
            found: |_, found| found,
            asked: AtomicU64::new(0),
        }
    }
}

impl Connector for Broken {
    fn kind(&self) -> &'static str {
        "broken"
    }
    fn capabilities(&self) -> &'static Capabilities {
        self.capabilities
    }
    fn check(&self, settings: &Value) -> Result<(), String> {
        (self.check)(Sandbox.check(settings))
    }
    fn next(&self, cx: Context<'_>, task: Task<'_>, progress: &Progress) -> Next {
        (self.next)(
            cx,
            self.asked.fetch_add(1, Ordering::Relaxed),
            progress,
            Sandbox.next(cx, task, progress),
        )
    }
    fn read(
        &self,
        cx: Context<'_>,
        task: Task<'_>,
        progress: &Progress,
        input: Input<'_>,
    ) -> (Progress, Verdict) {
        (self.read)(input, Sandbox.read(cx, task, progress, input))
    }
    fn lookup(&self, cx: Context<'_>, task: Task<'_>, progress: &Progress, attempt: &Attempt) -> Call {
        (self.lookup)(Sandbox.lookup(cx, task, progress, attempt))
    }
    fn found(&self, attempt: &Attempt, reply: &Reply) -> Found {
        (self.found)(reply, Sandbox.found(attempt, reply))
    }
    fn session(&self) -> Option<&dyn Session> {
        None
    }
    fn feed(&self) -> Option<&dyn Feed> {
        None
    }
}

fn check_finds(connector: &Broken, law: &str) {
    check_kit_finds(&kit(connector), law);
}

fn check_kit_finds(kit: &Kit<'_>, law: &str) {
    let broken = kit.check().expect_err(law);
    assert!(broken.iter().any(|words| words.contains(law)), "not found: {law}\n{}", broken.join("\n"));
}

fn mutating(next: Next, change: impl FnOnce(&mut Call)) -> Next {
    match next {
        Next::Call(mut call) if call.mutating => {
            change(&mut call);
            Next::Call(call)
        }
        other => other,
    }
}

/// The sandbox's capabilities, changed.
fn capable(change: fn(&mut Capabilities)) -> Broken {
    let mut capabilities = *Sandbox.capabilities();
    change(&mut capabilities);
    Broken { capabilities: Box::leak(Box::new(capabilities)), ..Broken::new() }
}

#[test]
fn unbroken_it_passes() {
    assert_eq!(kit(&Broken::new()).check(), Ok(()));
}

#[test]
fn capabilities_that_do_not_fit_are_found() {
    const TWICE: &[Operation] =
        &[Operation { name: "status", mutating: false, class: Class::A, proven: &[] }; 2];
    check_finds(&capable(|c| c.operations = TWICE), "operation `status` is named twice");
    check_finds(&capable(|c| c.operations = &TWICE[..1]), "`order` is not in the capabilities");
    check_finds(&capable(|c| c.prompts = &[]), "asks for otp and does not say so");
    check_finds(&capable(|c| c.reference_limit = 15), "is not unique");
    check_finds(&capable(|c| c.plain_members = &["otp"]), "`otp` would stand in the records");
    check_finds(&capable(|c| c.payment_methods = &["iban", "iban"]), "payment method `iban`");
}

#[test]
fn a_class_without_a_proof_is_found() {
    let without = |left: fn(&Proof) -> bool| {
        let mut kit = kit(&Sandbox);
        kit.proofs.retain(left);
        kit
    };
    check_kit_finds(
        &without(|p| !matches!(p, Proof::Repeated(s) if s.operation == "order")),
        "class A of `order` is not proven",
    );
    check_kit_finds(&without(|p| !matches!(p, Proof::Duplicate(_))), "class B of `order` is not proven");
    check_kit_finds(&without(|p| !matches!(p, Proof::Absent(_))), "class C of `order` is not proven");
    check_kit_finds(
        &without(|p| !matches!(p, Proof::Repeated(s) if s.operation == "otp")),
        "class A of `otp` is not proven",
    );
}

#[test]
fn a_class_that_the_connector_does_not_read_is_found() {
    let deaf = Broken {
        read: |input, read| match input {
            Input::Reply { reply, .. } if reply.status == 409 => (Value::Null, Verdict::Unknown),
            _ => read,
        },
        ..Broken::new()
    };
    check_finds(&deaf, "sent again, the carrier's answer is not read as success: 409");
    let blind = Broken { found: |_, _| Found::Unclear, ..Broken::new() };
    check_finds(&blind, "the look-up's answer is not read as found");
    check_finds(&blind, "the look-up's answer is not read as absent");
}

#[test]
fn settings_that_are_read_loosely_or_not_at_all_are_found() {
    check_finds(&Broken { check: |_| Ok(()), ..Broken::new() }, "an unknown member is accepted");
    check_finds(&Broken { check: |_| Ok(()), ..Broken::new() }, "`limits` is accepted as");
    check_finds(&Broken { check: |_| Err("no".into()), ..Broken::new() }, "valid ones are refused: no");
    let panics = Broken {
        check: |result| {
            result.unwrap();
            Ok(())
        },
        ..Broken::new()
    };
    check_finds(&panics, "`check` panics");
}

#[test]
fn a_call_that_is_not_the_same_each_time_is_found() {
    let counting = |_: Context<'_>, asked: u64, _: &Progress, next| {
        mutating(next, |call| call.request.url.push_str(&format!("?n={asked}")))
    };
    check_finds(&Broken { next: counting, ..Broken::new() }, "says something else the second time");
    let dated = |cx: Context<'_>, _: u64, _: &Progress, next| {
        mutating(next, |call| call.request.url.push_str(&format!("?at={}", cx.now)))
    };
    check_finds(&Broken { next: dated, ..Broken::new() }, "`order` is another call at another time");
}

#[test]
fn a_call_that_is_not_what_it_should_be_is_found() {
    let anonymous = Broken {
        next: |_, _, _, next| mutating(next, |call| call.request.body = Some(json!({}))),
        ..Broken::new()
    };
    check_finds(&anonymous, "does not carry our reference");
    let harmless =
        Broken { next: |_, _, _, next| mutating(next, |call| call.mutating = false), ..Broken::new() };
    check_finds(&harmless, "`order` is mutating in one place and not in the other");
    let surprise =
        Broken { next: |_, _, _, next| mutating(next, |call| call.operation = "surprise"), ..Broken::new() };
    check_finds(&surprise, "`surprise` is not in the capabilities");
    let relative = Broken {
        next: |_, _, _, next| mutating(next, |call| call.request.url = "/orders".into()),
        ..Broken::new()
    };
    check_finds(&relative, "goes to no absolute address");
    let restless = Broken {
        next: |_, _, _, next| if matches!(next, Next::Wait(_)) { Next::Wait(Duration::ZERO) } else { next },
        ..Broken::new()
    };
    check_finds(&restless, "waits for no time at all");
    let changing = |mut call: Call| {
        call.mutating = true;
        call
    };
    check_finds(&Broken { lookup: changing, ..Broken::new() }, "the look-up of `order` changes something");
}

#[test]
fn believing_garbage_is_found() {
    let trusting = Broken {
        read: |input, read| match input {
            Input::Reply { reply, .. } if reply.status == 200 => (read.0, Verdict::Confirmed),
            _ => read,
        },
        ..Broken::new()
    };
    check_finds(&trusting, "`order`: garbage is taken for a confirmation");
    let touchy = Broken {
        read: |input, read| match input {
            Input::Reply { reply, .. } if reply.status == 422 => (read.0, Verdict::Refused("422".into())),
            _ => read,
        },
        ..Broken::new()
    };
    check_finds(&touchy, "`order`: garbage is taken for a refusal");
    let hasty = Broken {
        found: |reply, found| if reply.status == 404 { Found::Absent } else { found },
        ..Broken::new()
    };
    check_finds(&hasty, "the look-up of `order`: garbage is taken for an answer");
    let fragile = Broken {
        read: |input, read| match input {
            Input::Reply { reply, .. } => (reply.json::<Value>().map(|_| read.0).unwrap(), read.1),
            _ => read,
        },
        ..Broken::new()
    };
    check_finds(&fragile, "`read` panics");
    let jumpy = Broken {
        read: |_, read| {
            if read.1 == Verdict::Unknown {
                (json!({"v": 1, "stage": "ended", "outcome": "covered"}), read.1)
            } else {
                read
            }
        },
        ..Broken::new()
    };
    check_finds(&jumpy, "the outcome is unknown and another call is next");
}

#[test]
fn an_unknown_word_taken_for_a_failure_is_found() {
    let closed = Broken {
        next: |_, _, progress, next| {
            let known = ["otp_required", "card_required", "provisioning", "active", "refused"];
            match progress.get("status").and_then(Value::as_str) {
                Some(word) if !known.contains(&word) => {
                    Next::Done(Outcome::Failed { reason: word.to_owned() })
                }
                _ => next,
            }
        },
        ..Broken::new()
    };
    check_finds(&closed, "`order`: an unknown word is taken for a failure");
}

#[test]
fn progress_that_does_not_last_is_found() {
    let nameless = Broken {
        read: |_, (mut progress, verdict)| {
            progress.as_object_mut().unwrap().remove("v");
            (progress, verdict)
        },
        ..Broken::new()
    };
    check_finds(&nameless, "progress has no version");
    let forgetful = Broken {
        next: |_, _, progress, next| {
            if progress.get("v") == Some(&json!(1)) {
                Next::Done(Outcome::Failed { reason: "old".into() })
            } else {
                next
            }
        },
        ..Broken::new()
    };
    check_finds(
        &forgetful,
        "stored progress `v1-booked` is no longer read: `failed` comes of it, not `ask otp`",
    );
    let mut misplaced = kit(&Sandbox);
    misplaced.stored.push(Stored {
        name: "nowhere".into(),
        work: 99,
        progress: Value::Null,
        next: "done".into(),
    });
    check_kit_finds(&misplaced, "there is no work 99");
}

#[test]
fn taking_another_order_for_ours_is_found() {
    let trusting = Broken {
        read: |input, read| match input {
            Input::Reply { operation: "order", reply }
                if reply.json::<Value>().is_some_and(|body| body["order"]["id"].is_string()) =>
            {
                (read.0, Verdict::Confirmed)
            }
            _ => read,
        },
        found: |reply, found| match reply.json::<Value>() {
            Some(body) if body["order"]["id"].is_string() => Found::Found(body["order"].clone()),
            _ => found,
        },
        ..Broken::new()
    };
    check_finds(&trusting, "`order`: an answer about another order is taken for ours");
    check_finds(&trusting, "the look-up of `order`: another order is taken for ours");
}
