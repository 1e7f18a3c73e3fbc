//! Prompts: one row for each kind that an action asked for.

use crate::world::*;
use model::id::PromptId;
use model::prompt::{Answer, Kind, Prompt, State};
use store::prompt;

fn asked(tx: &Tx<'_>, action: ActionId, kind: Kind) -> Result<Prompt, Error> {
    Ok(Prompt {
        id: tx.identity::<PromptId>()?,
        action,
        kind,
        state: State::Open,
        deadline: tx.now().plus(LEASE),
        tries: 0,
        resets: 0,
        data: serde_json::json!({"url": "https://pay.example/1"}),
        refusal: None,
        answer: None,
    })
}

store::on_both!(
    a_prompt_is_read_as_it_was_saved_and_its_answer_wiped_when_it_closes,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (mut saved, action) = t
            .did(move |tx| {
                let (_, action) = action(tx, &w)?;
                let mut otp = asked(tx, action, Kind::Otp)?;
                prompt::save(tx, &otp)?;
                otp.answer(Answer::Otp("123456".into())).unwrap();
                otp.refusal = Some("wrong".into());
                prompt::save(tx, &otp)?;
                Ok((otp, action))
            })
            .await;
        assert_eq!(t.saw(move |tx| prompt::by_kind(tx, action, Kind::Otp)).await.as_ref(), Some(&saved));
        assert_eq!(t.saw(move |tx| prompt::current(tx, action)).await.as_ref(), Some(&saved));
        saved.close();
        let closed = saved.clone();
        t.did(move |tx| prompt::save(tx, &closed)).await;
        assert_eq!(t.saw(move |tx| prompt::of_action(tx, action)).await, [saved]);
        assert_eq!(t.saw(move |tx| prompt::current(tx, action)).await, None);
        let left = "SELECT count(*) AS n FROM prompt WHERE answer IS NOT NULL";
        assert_eq!(t.saw(move |tx| tx.one(sql(left), &[], |row| row.get::<i64>("n"))).await, 0);
    }
);

store::on_both!(
    an_action_has_one_prompt_of_a_kind_and_asks_one_thing_after_the_other,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (action, card) = t
            .did(move |tx| {
                let (_, action) = action(tx, &w)?;
                let (_, other) = crate::world::action(tx, &w)?;
                prompt::save(tx, &asked(tx, other, Kind::Otp)?)?;
                let mut otp = asked(tx, action, Kind::Otp)?;
                prompt::save(tx, &otp)?;
                // Asked again under another id: still the same row.
                otp.id = tx.identity()?;
                otp.close();
                prompt::save(tx, &otp)?;
                let later = tx.now().plus(Duration::from_secs(1));
                tx.set_now(later);
                let card = asked(tx, action, Kind::Card)?;
                prompt::save(tx, &card)?;
                Ok((action, card))
            })
            .await;
        let all = t.saw(move |tx| prompt::of_action(tx, action)).await;
        assert_eq!(
            all.iter().map(|p| (p.kind, p.state)).collect::<Vec<_>>(),
            [(Kind::Otp, State::Closed), (Kind::Card, State::Open)]
        );
        assert_eq!(t.saw(move |tx| prompt::current(tx, action)).await, Some(card));
    }
);

store::on_both!(a_sixth_try_cannot_be_written_down, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    for (tries, resets, fits) in [(5, 5, true), (6, 0, false), (0, 6, false)] {
        let saved = t
            .store
            .write(move |tx| {
                let prompt = Prompt { tries, resets, ..asked(tx, action, Kind::Otp)? };
                prompt::save(tx, &prompt)
            })
            .await;
        assert_eq!(!matches!(saved, Err(Error::Conflict(_))), fits, "{saved:?}");
    }
});

store::on_both!(
    what_an_action_waits_for_is_a_change_of_it_though_its_state_stays,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (before, after) = t
            .did(move |tx| {
                let (number, id) = action(tx, &w)?;
                let before = store::action::lock(tx, number)?.unwrap();
                tx.set_now(before.created.plus(LEASE));
                prompt::save(tx, &asked(tx, id, Kind::Card)?)?;
                store::action::settle(tx, &before, &mut before.clone(), Duration::ZERO)?;
                Ok((before, store::action::by_number(tx, number)?.unwrap()))
            })
            .await;
        assert_eq!(after.updated, before.created.plus(LEASE));
    }
);
