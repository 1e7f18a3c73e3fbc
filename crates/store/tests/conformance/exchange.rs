//! Exchanges: what was said to a carrier, in order.

use crate::world::*;
use store::exchange::{self, Exchange};

store::on_both!(the_character_0_in_an_answer_is_replaced_and_breaks_nothing, |t: TestStore| async move {
    let w = world(&t).await;
    let action = t
        .did(move |tx| {
            let (_, action) = action(tx, &w)?;
            let said = Exchange {
                id: tx.identity()?,
                carrier: w.carrier,
                action: Some(action),
                attempt: None,
                operation: "order".into(),
                request: "GET /".into(),
                status: Some(200),
                answer: "a\0b\0".into(),
                failure: None,
                duration_us: 1,
                started: tx.now(),
            };
            exchange::insert(tx, &said)?;
            Ok(action)
        })
        .await;
    assert_eq!(t.saw(move |tx| exchange::of_action(tx, action)).await[0].answer, "a\u{fffd}b\u{fffd}");
});

store::on_both!(what_was_said_for_an_action_is_read_in_order_and_whole, |t: TestStore| async move {
    let w = world(&t).await;
    let (action, said) = t
        .did(move |tx| {
            let ((_, action), (_, other)) = (action(tx, &w)?, action(tx, &w)?);
            let whole = Exchange {
                id: tx.identity()?,
                carrier: w.carrier,
                action: Some(action),
                attempt: Some(tx.identity()?),
                operation: "order".into(),
                request: "POST https://carrier.example/orders {\"tax_code\":\"***\"}".into(),
                status: Some(201),
                answer: "{\"id\":1}".into(),
                failure: None,
                duration_us: 12_345,
                started: tx.now(),
            };
            let cut = Exchange {
                id: tx.identity()?,
                attempt: None,
                status: None,
                answer: String::new(),
                failure: Some("connection reset".into()),
                // In another month, on PostgreSQL outside of every partition.
                started: tx.now().minus(Duration::from_secs(400 * 86_400)),
                ..whole.clone()
            };
            let later = Exchange {
                id: tx.identity()?,
                started: tx.now().plus(Duration::from_secs(1)),
                ..whole.clone()
            };
            for each in [&later, &whole, &cut] {
                exchange::insert(tx, each)?;
            }
            exchange::insert(tx, &Exchange { id: tx.identity()?, action: Some(other), ..whole.clone() })?;
            exchange::insert(tx, &Exchange { id: tx.identity()?, action: None, ..whole.clone() })?;
            Ok((action, [cut, whole, later]))
        })
        .await;
    assert_eq!(t.saw(move |tx| exchange::of_action(tx, action)).await, said);
});
