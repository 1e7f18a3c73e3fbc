//! Bulk qualifications: chunks of files, places of a key, answers that many share a row with.

use crate::world::*;
use model::action::{Driver, Operation, Request, Work};
use model::id::{KeyId, QualificationId};
use model::qualification::{Asked, Confidence, File, Format, Offered};
use store::answers::Answers;
use store::bulk::{self, Part};
use store::qualification::{self, Found};
use store::{on_both, pack};

fn file() -> File {
    File { format: Format::Csv, rows: 2, bytes: 30 }
}

/// A bulk action of an organization, due now.
fn insert(tx: &mut Tx<'_>, id: ActionId, of: OrganizationId, key: Option<KeyId>) -> Result<i64, Error> {
    let request = Request { echo: serde_json::Value::Null, work: Work::Bulk(file()) };
    let sealed = store::action::seal(tx.vault(), &request)?;
    let new = store::action::New {
        id,
        organization: of,
        seller: of,
        key,
        dialect: "bulk",
        carrier: CarrierId::NONE,
        operation: Operation::Bulk,
        order: None,
        driver: Some(Driver::House),
        request: &sealed,
        at: tx.now(),
    };
    store::action::insert(tx, &new)
}

on_both!(chunks_are_read_in_order_and_a_second_one_takes_the_firsts_place, |t: TestStore| async move {
    t.did(|tx| {
        let (one, other): (ActionId, ActionId) = (tx.identity()?, tx.identity()?);
        for (position, content) in [(2, "b"), (1, "a"), (2, "B")] {
            bulk::put(tx, one, Part::File, position, &content.as_bytes().to_vec())?;
        }
        bulk::put(tx, one, Part::Result, 0, &b"head".to_vec())?;
        bulk::put(tx, other, Part::File, 1, &b"other".to_vec())?;
        let mut read = |part, after| bulk::next(tx, one, part, after);
        assert_eq!(read(Part::File, 0)?, Some((1, b"a".to_vec())));
        assert_eq!(read(Part::File, 1)?, Some((2, b"B".to_vec())));
        assert_eq!(read(Part::File, 2)?, None);
        assert_eq!(read(Part::Result, -1)?, Some((0, b"head".to_vec())));
        assert_eq!(bulk::discard(tx, one, 2)?, 2);
        assert_eq!(bulk::discard(tx, one, 2)?, 1);
        assert_eq!(bulk::discard(tx, one, 2)?, 0);
        assert!(bulk::next(tx, other, Part::File, 0)?.is_some());
        Ok(())
    })
    .await;
});

on_both!(a_keys_places_are_taken_by_open_actions_and_fresh_uploads, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        let (key, other): (KeyId, KeyId) = (tx.identity()?, tx.identity()?);
        let since = tx.now().minus(Duration::from_secs(900));
        assert_eq!(bulk::taken(tx, key, since)?, 0);
        let id: ActionId = tx.identity()?;
        bulk::begin(tx, id, Some(key))?;
        assert_eq!(bulk::taken(tx, key, since)?, 1);
        let now = tx.now();
        assert_eq!(bulk::taken(tx, key, now)?, 0, "one that began so long ago will never come in");
        let refused: ActionId = tx.identity()?;
        bulk::begin(tx, refused, Some(key))?;
        bulk::release(tx, refused)?;
        assert_eq!(bulk::taken(tx, key, since)?, 1);
        assert!(bulk::end(tx, id)?);
        assert!(!bulk::end(tx, id)?, "it has ended already");
        let number = insert(tx, id, w.reseller, Some(key))?;
        assert_eq!((bulk::taken(tx, key, since)?, bulk::taken(tx, other, since)?), (1, 0));
        let before = store::action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        (after.state, after.due) = (model::action::State::Canceled, None);
        store::action::settle(tx, &before, &mut after, Duration::ZERO)?;
        assert_eq!(bulk::taken(tx, key, since)?, 0);
        // A carrier's actions are nobody's bulk.
        action(tx, &w)?;
        assert_eq!(bulk::taken(tx, key, since)?, 0);
        Ok(())
    })
    .await;
});

on_both!(
    a_job_is_claimed_under_no_carrier_and_seen_by_its_organization_and_those_above,
    |t: TestStore| async move {
        let w = world(&t).await;
        t.did(move |tx| {
            let (id, older): (ActionId, ActionId) = (tx.identity()?, tx.identity()?);
            let first = insert(tx, older, w.reseller, None)?;
            let number = insert(tx, id, w.branch, None)?;
            action(tx, &w)?;
            let numbers =
                |jobs: Vec<model::action::Action>| jobs.iter().map(|a| a.number).collect::<Vec<_>>();
            for (organization, listed) in [
                (w.root, vec![number, first]),
                (w.reseller, vec![number, first]),
                (w.branch, vec![number]),
                (w.shop, vec![]),
                (w.rival, vec![]),
                // It is the seller of the carrier's actions, not of these.
                (w.seller, vec![]),
            ] {
                let scope = w.scope(organization);
                assert_eq!(numbers(bulk::list(tx, scope, i64::MAX, 10)?), listed);
                assert_eq!(bulk::seen(tx, scope, id)?.is_some(), listed.contains(&number));
            }
            assert_eq!(numbers(bulk::list(tx, w.scope(w.root), number, 10)?), [first]);
            assert_eq!(numbers(bulk::list(tx, w.scope(w.root), i64::MAX, 1)?), [number]);
            let which = store::action::Which::House;
            assert_eq!(numbers(store::action::claim(tx, w.carrier, which, LEASE, 10)?), Vec::<i64>::new());
            let claimed = store::action::claim(tx, CarrierId::NONE, which, LEASE, 10)?;
            assert!(claimed[0].request.work == Work::Bulk(file()));
            assert_eq!(numbers(claimed), [first, number]);
            assert_eq!(
                numbers(store::action::claim(tx, CarrierId::NONE, which, LEASE, 10)?),
                Vec::<i64>::new()
            );
            // Nor do they keep a carrier busy.
            assert!(store::action::due_carriers(tx)?.iter().all(|due| due.carrier == w.carrier));
            Ok(())
        })
        .await;
    }
);

fn offered(carrier: &str) -> Offered {
    Offered {
        carrier: carrier.into(),
        product: "FIBRE".into(),
        technology: None,
        down_mbps: Some(1_000),
        up_mbps: None,
        monthly: Default::default(),
        lead_days: Some(14),
        confidence: Confidence::Area,
    }
}

on_both!(an_answer_of_a_run_is_found_by_its_own_id, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        let run = QualificationId::run(tx.now(), store::random()?);
        let neighbour = QualificationId::run(tx.now(), store::random()?);
        let chunk = |tx: &Tx<'_>, first, reasons: &[&str]| {
            let mut answers = Answers::default();
            answers.offer(offered("fastweb"));
            for reason in reasons {
                answers.add(&Asked::Reference((*reason).into()), &[], Some(reason))?;
            }
            answers.add(&Asked::Nothing, &[(0, None)], None)?;
            answers.pack(tx.vault(), first)
        };
        let (first, second) = (chunk(tx, 1, &["one", "two"])?, chunk(tx, 4, &["four"])?);
        qualification::put(tx, w.branch, run, &second)?;
        qualification::put(tx, w.branch, run, &first)?;
        let other = chunk(tx, 1, &["neighbour"])?;
        qualification::put(tx, w.rival, neighbour, &other)?;
        let mut reason = |scope, id: QualificationId, row| {
            let found = qualification::by_id(tx, scope, id.answer(row).unwrap())?;
            Ok::<_, Error>(found.map(|(found, _)| match found {
                Found::Bulk(answer) => (answer.reason, answer.offers.len()),
                Found::Coverage { .. } => panic!("a coverage"),
            }))
        };
        let some = |text: &str| Some((Some(text.to_owned()), 0));
        for (row, found) in [
            (1, some("one")),
            (2, some("two")),
            (3, Some((None, 1))),
            (4, some("four")),
            (5, Some((None, 1))),
            (6, None),
            (u64::from(u32::MAX), None),
        ] {
            assert_eq!(reason(w.scope(w.branch), run, row)?, found, "row {row}");
        }
        assert_eq!(reason(w.scope(w.reseller), run, 1)?, some("one"), "from above");
        for foreign in [w.shop, w.rival, w.seller] {
            assert_eq!(reason(w.scope(foreign), run, 1)?, None);
        }
        assert_eq!(reason(w.scope(w.rival), neighbour, 1)?, some("neighbour"));
        assert!(qualification::by_id(tx, w.scope(w.root), run)?.is_none(), "a run is no answer");
        // A chunk that is stored again is what it is then.
        let again = chunk(tx, 1, &["ONE"])?;
        qualification::put(tx, w.branch, run, &again)?;
        let mut reason = |row| qualification::by_id(tx, w.scope(w.branch), run.answer(row).unwrap());
        assert!(
            matches!(reason(1)?, Some((Found::Bulk(answer), _)) if answer.reason.as_deref() == Some("ONE"))
        );
        assert!(reason(3)?.is_none());
        let mut stands = |of, row| qualification::stands(tx, w.scope(of), run.answer(row).unwrap());
        assert_eq!((stands(w.branch, 2)?, stands(w.branch, 3)?, stands(w.branch, 5)?), (true, false, true));
        assert_eq!((stands(w.reseller, 1)?, stands(w.rival, 1)?), (true, false));
        assert_eq!((qualification::discard(tx, run, 1)?, qualification::discard(tx, run, 9)?), (1, 1));
        assert!(qualification::by_id(tx, w.scope(w.branch), run.answer(4).unwrap())?.is_none());
        assert!(qualification::by_id(tx, w.scope(w.rival), neighbour.answer(1).unwrap())?.is_some());
        Ok(())
    })
    .await;
});

on_both!(a_coverages_qualification_is_found_by_its_id_too, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        let (number, _) = action(tx, &w)?;
        let action = store::action::by_number(tx, number)?.unwrap();
        let said = serde_json::json!({"reason": "none"});
        let id = qualification::insert(tx, &action, None, &said)?;
        let found = qualification::by_id(tx, w.scope(w.reseller), id)?.map(|(found, _)| found);
        assert!(found == Some(Found::Coverage { carrier: w.carrier, answer: said.clone() }));
        assert!(qualification::stands(tx, w.scope(w.reseller), id)?);
        // Who sells there does not read what others were answered.
        for foreign in [w.rival, w.seller] {
            assert!(qualification::by_id(tx, w.scope(foreign), id)?.is_none());
            assert!(qualification::of_action(tx, w.scope(foreign), number)?.is_none());
            assert!(!qualification::stands(tx, w.scope(foreign), id)?);
        }
        Ok(())
    })
    .await;
});

on_both!(chunks_go_with_their_age, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        let (id, run) = (tx.identity()?, QualificationId::run(tx.now(), store::random()?));
        let began = tx.now();
        for day in 0..4 {
            tx.set_now(began.plus(Duration::from_secs(86_400 * day)));
            bulk::put(tx, id, Part::Result, day as i64, &b"x".to_vec())?;
            let mut answers = Answers::default();
            answers.add(&Asked::Nothing, &[], Some("none"))?;
            let packed = answers.pack(tx.vault(), day + 1)?;
            qualification::put(tx, w.reseller, run, &packed)?;
            let upload: ActionId = tx.identity()?;
            bulk::begin(tx, upload, None)?;
        }
        let before = began.plus(Duration::from_secs(86_400 * 2));
        assert_eq!((bulk::prune(tx, before, 1)?, bulk::prune(tx, before, 10)?), (1, 1));
        assert_eq!((qualification::prune(tx, before, 1)?, qualification::prune(tx, before, 10)?), (1, 1));
        assert_eq!((bulk::prune(tx, before, 10)?, qualification::prune(tx, before, 10)?), (0, 0));
        assert_eq!(bulk::next(tx, id, Part::Result, -1)?.map(|(position, _)| position), Some(2));
        assert!(qualification::by_id(tx, w.scope(w.reseller), run.answer(2).unwrap())?.is_none());
        assert!(qualification::by_id(tx, w.scope(w.reseller), run.answer(3).unwrap())?.is_some());
        assert_eq!(bulk::stale(tx, before, 10)?.len(), 2);
        Ok(())
    })
    .await;
});

on_both!(what_is_packed_is_unpacked, |t: TestStore| async move {
    let vault = t.store.vault();
    for plain in [Vec::new(), b"x".to_vec(), b"Via Roma 1\n".repeat(50_000)] {
        let packed = pack::pack(vault, &plain).unwrap();
        assert!(pack::unpack(vault, &packed).unwrap() == plain);
        assert!(pack::unpack(&store::Vault::new([1; 32]), &packed).is_err(), "it is sealed");
        assert!(plain.len() < 1_000 || packed.len() < plain.len() / 20);
    }
});
