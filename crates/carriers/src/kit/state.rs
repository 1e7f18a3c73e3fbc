//! All states that the samples lead to, and the laws of each.

use super::{Kit, Proof, Sample, garbage, word};
use crate::connector::{Call, Found, Input, Next, Progress, Verdict};
use crate::http::Reply;
use model::action::Work;
use model::attempt::Class;
use model::prompt::{self, Answer};
use serde_json::{Value, json};

/// A connector with more states than this from so few samples counts something in its progress.
const MOST_STATES: usize = 2_000;
const SEED: u64 = 20_261_121;

pub fn check(kit: &Kit<'_>, broken: &mut Vec<String>) {
    let garbage = garbage::replies(SEED);
    for work in &kit.works {
        let mut states = vec![Value::Null];
        let mut at = 0;
        while let Some(progress) = states.get(at).cloned() {
            at += 1;
            let Some(next) = kit.guarded(broken, "next", || kit.next(work, &progress, 0)) else { continue };
            laws(kit, work, &progress, &next, &garbage, broken);
            for reached in onward(kit, work, &progress, &next, broken) {
                if !states.contains(&reached) {
                    states.push(reached);
                }
            }
            if states.len() > MOST_STATES {
                broken.push(format!("the samples lead to more than {MOST_STATES} states"));
                return;
            }
        }
    }
}

/// What can happen in a state, with the samples at hand.
fn inputs<'a>(kit: &'a Kit<'_>, next: &Next, seen: &'a [Value], answers: &'a [Answer]) -> Vec<Input<'a>> {
    let mut inputs = vec![Input::Elapsed];
    match next {
        Next::Call(call) => {
            let replies = kit.samples.iter().chain(kit.proofs.iter().filter_map(|p| match p {
                Proof::Repeated(sample) | Proof::Duplicate(sample) => Some(sample),
                Proof::Found(_) | Proof::Absent(_) => None,
            }));
            let replies = replies.filter(|s| s.operation == call.operation);
            inputs.extend(replies.map(|s| Input::Reply { operation: s.operation, reply: &s.reply }));
        }
        Next::Ask(ask) if ask.kind == prompt::Kind::Otp => inputs.extend(answers.iter().map(Input::Answer)),
        Next::Ask(_) | Next::Wait(_) | Next::Done(_) => {}
    }
    inputs.extend(seen.iter().map(Input::Observed));
    inputs
}

fn onward(
    kit: &Kit<'_>,
    work: &Work,
    progress: &Progress,
    next: &Next,
    broken: &mut Vec<String>,
) -> Vec<Progress> {
    let answers = [Answer::Otp("123456".into()), Answer::Reset];
    let mut seen: Vec<Value> =
        vec![json!({"carrier_reference": "kit-1"}), json!({"no": "such form"}), Value::Null];
    for proof in &kit.proofs {
        if let Proof::Found(Sample { operation, reply }) = proof
            && let Found::Found(state) = kit.found(operation, reply)
        {
            seen.push(state);
        }
    }
    let told = inputs(kit, next, &seen, &answers);
    told.into_iter()
        .filter_map(|input| kit.guarded(broken, "read", || kit.read(work, progress, input).0))
        .collect()
}

fn laws(
    kit: &Kit<'_>,
    work: &Work,
    progress: &Progress,
    next: &Next,
    garbage: &[Reply],
    broken: &mut Vec<String>,
) {
    let at = word(next);
    if kit.next(work, progress, 0) != *next {
        broken.push(format!("`next` says something else the second time ({at})"));
    }
    if !progress.is_null() && progress.get("v").and_then(Value::as_i64).is_none() {
        broken.push(format!("progress has no version ({at})"));
    }
    match next {
        Next::Call(call) => {
            calls(kit, work, progress, call, broken);
            replies(kit, work, progress, call, garbage, broken);
        }
        Next::Ask(ask) if !kit.connector.capabilities().prompts.contains(&ask.kind) => {
            broken.push(format!("it asks for {} and does not say so in its capabilities", ask.kind));
        }
        Next::Ask(_) | Next::Wait(_) | Next::Done(_) => {}
    }
    if matches!(next, Next::Wait(pause) if pause.is_zero()) {
        broken.push("it waits for no time at all".into());
    }
}

fn calls(kit: &Kit<'_>, work: &Work, progress: &Progress, call: &Call, broken: &mut Vec<String>) {
    let name = call.operation;
    fits(kit, call, broken);
    if !call.mutating {
        return;
    }
    // The engine sends it again later, under the same reference.
    match kit.next(work, progress, 1) {
        Next::Call(later) if later == *call => {}
        _ => broken.push(format!("`{name}` is another call at another time")),
    }
    let reference = super::reference(kit.connector);
    let request = &call.request;
    let mut parts = request.headers.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>();
    parts.push(request.url.clone());
    parts.extend(request.body.as_ref().map(ToString::to_string));
    let class = kit.connector.capabilities().class(name, &kit.settings);
    if class != Class::D && !parts.iter().any(|part| part.contains(&reference)) {
        broken.push(format!("`{name}` is of class {class} and does not carry our reference"));
    }
    let task = crate::Task { reference: &reference, work };
    let attempt = kit.attempt(name);
    if let Some(lookup) =
        kit.guarded(broken, "lookup", || kit.connector.lookup(kit.context(0), task, progress, &attempt))
    {
        if lookup.mutating {
            broken.push(format!("the look-up of `{name}` changes something"));
        }
        fits(kit, &lookup, broken);
    }
}

/// A call is one that the capabilities name.
fn fits(kit: &Kit<'_>, call: &Call, broken: &mut Vec<String>) {
    match kit.connector.capabilities().operations.iter().find(|o| o.name == call.operation) {
        None => broken.push(format!("`{}` is not in the capabilities", call.operation)),
        Some(known) if known.mutating != call.mutating => {
            broken.push(format!("`{}` is mutating in one place and not in the other", call.operation));
        }
        Some(_) => {}
    }
    if !call.request.url.starts_with("http://") && !call.request.url.starts_with("https://") {
        broken.push(format!("`{}` goes to no absolute address", call.operation));
    }
}

fn replies(
    kit: &Kit<'_>,
    work: &Work,
    progress: &Progress,
    call: &Call,
    garbage: &[Reply],
    broken: &mut Vec<String>,
) {
    let name = call.operation;
    let told = |reply: &Reply| kit.read(work, progress, Input::Reply { operation: name, reply });
    let known = broken.len();
    for reply in garbage {
        // One of them is enough to read.
        if broken.len() > known {
            break;
        }
        let shown = || format!("{} {:.60}", reply.status, String::from_utf8_lossy(&reply.body));
        match kit.guarded(broken, "read", || told(reply)) {
            Some((_, Verdict::Confirmed)) if call.mutating => {
                broken.push(format!("`{name}`: garbage is taken for a confirmation: {}", shown()))
            }
            Some((_, Verdict::Refused(_))) if call.mutating => {
                broken.push(format!("`{name}`: garbage is taken for a refusal: {}", shown()))
            }
            Some((reached, Verdict::Unknown)) if !matches!(kit.next(work, &reached, 0), Next::Call(again) if again == *call) =>
            {
                broken
                    .push(format!("`{name}`: the outcome is unknown and another call is next: {}", shown()));
            }
            _ => {}
        }
        if call.mutating
            && let Some(found) = kit.guarded(broken, "found", || kit.found(name, reply))
            && found != Found::Unclear
        {
            broken.push(format!("the look-up of `{name}`: garbage is taken for an answer: {}", shown()));
        }
    }
    let proofs = kit.proofs.iter().filter_map(|p| match p {
        Proof::Repeated(sample) | Proof::Duplicate(sample) => Some(sample),
        Proof::Found(_) | Proof::Absent(_) => None,
    });
    for proof in proofs.filter(|s| s.operation == name) {
        if !matches!(told(&proof.reply).1, Verdict::Confirmed | Verdict::Pending) {
            broken.push(format!(
                "`{name}`: sent again, the carrier's answer is not read as success: {}",
                proof.reply.status
            ));
        }
    }
    for sample in kit.samples.iter().filter(|s| s.operation == name) {
        unknown_words(kit, work, progress, sample, broken);
        if call.mutating
            && is_anothers(kit, sample)
                .is_some_and(|reply| matches!(told(&reply).1, Verdict::Confirmed | Verdict::Refused(_)))
        {
            broken.push(format!(
                "`{name}`: an answer about another order is taken for ours: {}",
                sample.reply.status
            ));
        }
    }
    for proof in &kit.proofs {
        if let Proof::Found(sample) = proof
            && sample.operation == name
            && is_anothers(kit, sample).is_some_and(|reply| kit.found(name, &reply) != Found::Unclear)
        {
            broken.push(format!("the look-up of `{name}`: another order is taken for ours"));
        }
    }
}

/// The same answer about somebody else's order; None when the sample does not say whose it is.
fn is_anothers(kit: &Kit<'_>, sample: &Sample) -> Option<Reply> {
    let body: Value = serde_json::from_slice(&sample.reply.body).ok()?;
    let names_ours = body.to_string().contains(&super::reference(kit.connector));
    let body = super::word::all_replaced(&body, "SOMEBODY-ELSE").to_string().into_bytes();
    names_ours.then_some(Reply { status: sample.reply.status, body })
}

/// Whatever word of an answer is a new one, it is no refusal and no end.
fn unknown_words(kit: &Kit<'_>, work: &Work, progress: &Progress, sample: &Sample, broken: &mut Vec<String>) {
    let told = |reply: &Reply| {
        let (reached, verdict) =
            kit.read(work, progress, Input::Reply { operation: sample.operation, reply });
        let failed = word(&kit.next(work, &reached, 0)) == "failed";
        failed || matches!(verdict, Verdict::Refused(_))
    };
    let Ok(body) = serde_json::from_slice::<Value>(&sample.reply.body) else { return };
    if told(&sample.reply) {
        return;
    }
    for changed in super::word::replaced(&body, "a_word_of_tomorrow") {
        let reply = Reply { status: sample.reply.status, body: changed.to_string().into_bytes() };
        if kit.guarded(broken, "read", || told(&reply)) == Some(true) {
            broken.push(format!("`{}`: an unknown word is taken for a failure: {changed}", sample.operation));
        }
    }
}
