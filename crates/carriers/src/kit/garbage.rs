//! Answers that no carrier should give, from a seed: what stands between us and it gives them.

use crate::http::Reply;
use serde_json::{Value, json};

/// Statuses that HTTP itself has a clear word for, and some that it has not.
const STATUSES: &[u16] = &[
    200, 201, 202, 204, 301, 302, 400, 401, 403, 404, 405, 408, 409, 410, 413, 418, 422, 425, 429, 500, 502,
    503, 504, 0, 999,
];

/// Every status with bodies that are not the carrier's: nothing, HTML, bytes, JSON of another form.
pub fn replies(seed: u64) -> Vec<Reply> {
    let mut numbers = Numbers(seed);
    let mut bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b" ".to_vec(),
        b"<html><body><h1>502 Bad Gateway</h1></body></html>".to_vec(),
        b"{".to_vec(),
        b"{}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        b"\"\"".to_vec(),
        b"1e400".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        "[".repeat(4_000).into_bytes(),
        json!({"error": {}, "code": 7}).to_string().into_bytes(),
        json!({"status": "ok", "success": true, "result": null}).to_string().into_bytes(),
    ];
    for _ in 0..40 {
        bodies.push(value(&mut numbers, 4).to_string().into_bytes());
        bodies.push((0..numbers.below(60)).map(|_| numbers.below(256) as u8).collect());
    }
    STATUSES
        .iter()
        .flat_map(|status| bodies.iter().map(|body| Reply { status: *status, body: body.clone() }))
        .collect()
}

/// JSON of no form that means anything: members are named as no carrier names its own.
fn value(numbers: &mut Numbers, depth: u64) -> Value {
    match numbers.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(numbers.below(2) == 0),
        2 => json!(numbers.next() as i64),
        3 => json!(f64::from(numbers.next() as u32) / 7.0),
        4 => json!(format!("w{}", numbers.below(1_000))),
        5 => (0..numbers.below(4)).map(|_| value(numbers, depth - 1)).collect(),
        _ => Value::Object(
            (0..numbers.below(4))
                .map(|_| (format!("m{}", numbers.below(100)), value(numbers, depth - 1)))
                .collect(),
        ),
    }
}

struct Numbers(u64);

impl Numbers {
    /// Xorshift (Marsaglia 2003); zero would stay zero.
    fn next(&mut self) -> u64 {
        let mut x = self.0 | 1;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0 = x;
        x
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }
}
