//! Accounts: one of a request, seen as the request was, found by what they say; addresses of the network that one line
//! has, and actions that wait for a moment.

use crate::quote_request::{customer, place, prices};
use crate::world::*;
use model::account::{Details, Net, Provider, State, Stored, Told, Wanted, Wish};
use model::id::{AccountId, CustomerId, KeyId, ProductId, QuoteRequestId, ServiceId, UserId};
use model::quote::{InstallTime, Kind};
use model::scope::Reach;
use store::account::{self, Filter, Happened};
use store::action;

/// What says no more than where.
pub fn bare(address: &str) -> Details {
    Details {
        address: place(address),
        address2: None,
        name: None,
        notes: None,
        reference: None,
        circuit: None,
        takeover: None,
        takeover_circuit: None,
        takeover_customer: None,
        ip_addresses: None,
        notify: Vec::new(),
        call_number: None,
        call_name: None,
        install_time: None,
        offer: None,
        fee: None,
        initiation: Default::default(),
        monthly: Default::default(),
        commitment: None,
        net: Default::default(),
        provider: Default::default(),
        change: None,
    }
}

/// What says all that there is to say.
fn full() -> Details {
    let some = |text: &str| Some(text.to_owned());
    Details {
        address: place("Vallensbækvej 20A, 3. th."),
        address2: Some(place("Ærøgade 1")),
        name: some("Bageriet på Torvet"),
        notes: some("Ring på hos naboen"),
        reference: some("REQ567365836"),
        circuit: some("EB123456"),
        takeover: Some(false),
        takeover_circuit: some("EB654321"),
        takeover_customer: some("7788"),
        ip_addresses: Some(8),
        notify: vec![Told { user: UserId::from_bytes([3; 16]), email: false, sms: true }],
        call_number: some("+4512345678"),
        call_name: some("Mette"),
        install_time: Some(InstallTime::WholeDay),
        offer: Some(2),
        fee: Some(ProductId::from_bytes([9; 16])),
        initiation: prices(["0", "350", "495.00"]),
        monthly: prices(["199", "249.50", "299.00"]),
        commitment: Some(36),
        net: Net {
            ip_address: some("10.0.0.1"),
            subnet: some("255.255.255.0"),
            gateway: some("10.0.0.254"),
            lan_net: some("192.168.0.0"),
            lan_subnet: some("255.255.0.0"),
            failover: Some(true),
            failover_number: some("+4587654321"),
        },
        provider: Provider { name: some("Nianet"), order: some("O-1"), offer: some("N-1") },
        change: Some(Wanted {
            product: ProductId::from_bytes([10; 16]),
            code: "DSL 100".into(),
            user: Some(UserId::from_bytes([3; 16])),
            key: Some(KeyId::from_bytes([4; 16])),
            date: Some(moment(9)),
            fee: Some(ProductId::from_bytes([11; 16])),
            monthly: prices(["1", "2", "3"]),
            call_number: some("+4511111111"),
            call_name: some("Lars"),
        }),
    }
}

/// One that was ordered just now, from a request of its own.
pub fn ordered(
    tx: &mut Tx<'_>,
    w: &World,
    buyer: OrganizationId,
    of: Option<CustomerId>,
    details: Details,
) -> Result<Stored, Error> {
    Ok(Stored {
        number: 0,
        id: tx.identity()?,
        organization: buyer,
        customer: of,
        seller: w.seller,
        carrier: w.carrier,
        request: tx.identity()?,
        order: tx.identity()?,
        service: None,
        kind: Kind::Fiber,
        product: ProductId::from_bytes([8; 16]),
        code: "Fiber 1000".into(),
        details,
        state: State::Ordered,
        wish: Wish::None,
        user: None,
        key: None,
        starts: None,
        ends: None,
        activated: None,
        version: 1,
        created: tx.now(),
        updated: tx.now(),
    })
}

async fn inserted(
    t: &Store,
    w: World,
    buyer: OrganizationId,
    of: Option<CustomerId>,
    details: Details,
) -> AccountId {
    t.did(move |tx| {
        let mut account = ordered(tx, &w, buyer, of, details.clone())?;
        assert!(account::insert(tx, &mut account)?);
        Ok(account.id)
    })
    .await
}

/// Changes an account under its lock.
async fn changed(
    t: &Store,
    w: World,
    id: AccountId,
    what: Happened,
    work: impl Fn(&mut Stored) + Send + 'static,
) -> Stored {
    t.did(move |tx| {
        let mut account = account::lock(tx, w.reach(w.root, None), id)?.unwrap();
        work(&mut account);
        account::save(tx, &mut account, what)?;
        Ok(account)
    })
    .await
}

async fn read(t: &Store, w: World, id: AccountId) -> Stored {
    t.saw(move |tx| account::by_id(tx, w.reach(w.root, None), id)).await.unwrap()
}

async fn page(
    t: &Store,
    reach: Reach,
    filter: &Filter,
    page: (i64, i64),
    now: Option<Timestamp>,
) -> (Vec<AccountId>, i64) {
    let filter = filter.clone();
    let (found, total) = t
        .saw(move |tx| {
            now.into_iter().for_each(|now| tx.set_now(now));
            account::list(tx, reach, &filter, page)
        })
        .await;
    (found.into_iter().map(|account| account.id).collect(), total)
}

/// All of a list; their count is the list's total.
async fn listed(t: &Store, reach: Reach, filter: Filter) -> Vec<AccountId> {
    let (all, total) = page(t, reach, &filter, (100, 0), None).await;
    assert_eq!(all.len() as i64, total);
    all
}

fn text(text: &str) -> Filter {
    Filter { text: text.into(), ..Filter::default() }
}

store::on_both!(an_account_is_read_as_it_was_made, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let (whole, least) = t
        .did(move |tx| {
            tx.set_now(moment(1));
            let mut whole = Stored {
                kind: Kind::Dsl,
                state: State::Confirmed,
                wish: Wish::Requested,
                user: Some(UserId::from_bytes([3; 16])),
                key: Some(KeyId::from_bytes([4; 16])),
                starts: Some(moment(9)),
                ..ordered(tx, &w, w.shop, Some(customer(1)), full())?
            };
            let mut least = ordered(tx, &w, w.shop, None, bare(""))?;
            assert!(account::insert(tx, &mut whole)? && account::insert(tx, &mut least)?);
            Ok((whole, least))
        })
        .await;
    assert!(whole.number > 0 && least.number > whole.number);
    for made in [whole, least] {
        let (reach, id) = (w.reach(w.shop, None), made.id);
        assert!(t.saw(move |tx| account::by_id(tx, reach, id)).await.as_ref() == Some(&made));
        let by_lock = move |tx: &mut Tx<'_>| Ok([account::lock(tx, reach, id)?, account::lock_any(tx, id)?]);
        assert!(t.did(by_lock).await == [Some(made.clone()), Some(made)]);
        assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&["account.created"]));
    }
    assert!(t.did(|tx| account::lock_any(tx, AccountId::NONE)).await.is_none());
});

store::on_both!(whatever_changes_of_an_account_survives, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, Some(customer(1)), bare("Havnen 1")).await;
    let whole = changed(t, w, id, Happened::Changed, |account| {
        account.product = ProductId::from_bytes([9; 16]);
        account.code = "DSL 100".into();
        account.details = full();
        (account.state, account.wish) = (State::Cancelled, Wish::Ordered);
        account.service = Some(ServiceId::from_bytes([5; 16]));
        (account.starts, account.ends) = (Some(moment(1)), Some(moment(3)));
        account.activated = Some(moment(2));
    });
    let whole = whole.await;
    assert!(read(t, w, id).await == whole && whole.version == 2);
    assert_eq!(listed(t, w.reach(w.shop, None), text("havnen")).await, [], "by what it says now");
    let less = changed(t, w, id, Happened::Changed, |account| {
        (account.details, account.service) = (bare("Havnen 1"), None);
        (account.starts, account.ends, account.activated) = (None, None, None);
        (account.state, account.wish) = (State::Active, Wish::None);
    });
    let less = less.await;
    assert!(read(t, w, id).await == less && less.version == 3);
});

store::on_both!(each_change_of_an_account_has_its_event, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, None, bare("Havnen 1")).await;
    use Happened::{Activated, Cancelled, Changed, Confirmed, Ended, Kept, ProductChanged};
    for what in [Confirmed, Activated, Changed, ProductChanged, Cancelled, Kept, Cancelled, Ended] {
        changed(t, w, id, what, |_| ()).await;
    }
    let words = [
        "created",
        "confirmed",
        "activated",
        "changed",
        "product_changed",
        "cancelled",
        "kept",
        "cancelled",
        "ended",
    ];
    let kinds = words.map(|word| format!("account.{word}"));
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds.each_ref().map(String::as_str)));
});

store::on_both!(changes_of_an_account_at_the_same_time_wait_for_each_other, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.reseller, None, bare("Havnen 1")).await;
    let all = (0..20).map(|_| {
        let t = t.clone();
        async move {
            changed(&t, w, id, Happened::Changed, |account| {
                let so_far = account.details.notes.take().unwrap_or_default();
                account.details.notes = Some(so_far + "x");
            })
            .await
        }
    });
    together(all).await;
    let last = read(t, w, id).await;
    assert_eq!((last.details.notes, last.version), (Some("x".repeat(20)), 21), "none is lost");
    let mut kinds = vec!["account.changed"; 21];
    kinds[0] = "account.created";
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds));
});

store::on_both!(
    of_accounts_from_one_request_that_come_at_the_same_time_one_is_made,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let request = QuoteRequestId::from_bytes([1; 16]);
        let all = (0..24).map(|i| {
            let buyer = [w.shop, w.rival][i % 2];
            t.did(move |tx| {
                let mut account = Stored { request, ..ordered(tx, &w, buyer, None, bare("Havnen 1"))? };
                Ok(account::insert(tx, &mut account)?.then_some(account.id))
            })
        });
        let made: Vec<AccountId> = together(all).await.into_iter().flatten().collect();
        assert_eq!(made.len(), 1);
        assert_eq!(listed(t, w.reach(w.root, None), Filter::default()).await, made);
        assert_eq!(events_of(t, *made[0].bytes()).await, in_sequence(&["account.created"]));
        inserted(t, w, w.shop, None, bare("Havnen 1")).await;
    }
);

store::on_both!(
    an_account_is_seen_by_its_organization_those_above_who_sells_and_its_customer,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let a = inserted(t, w, w.reseller, None, bare("A")).await;
        let b = inserted(t, w, w.shop, Some(customer(1)), bare("B")).await;
        let c = inserted(t, w, w.shop, Some(customer(2)), bare("C")).await;
        let d = inserted(t, w, w.rival, Some(customer(1)), bare("D")).await;
        for (who, of, sees) in [
            (w.root, None, vec![d, c, b, a]),
            (w.seller, None, vec![d, c, b, a]),
            (w.reseller, None, vec![c, b, a]),
            (w.branch, None, vec![c, b]),
            (w.shop, None, vec![c, b]),
            (w.rival, None, vec![d]),
            (w.shop, Some(customer(1)), vec![b]),
            (w.shop, Some(customer(3)), vec![]),
            (w.rival, Some(customer(1)), vec![d]),
            (w.reseller, Some(CustomerId::NONE), vec![]),
        ] {
            let reach = w.reach(who, of);
            assert_eq!(listed(t, reach, Filter::default()).await, sees, "{reach:?}");
            for id in [a, b, c, d] {
                let both = move |tx: &mut Tx<'_>| {
                    Ok((account::by_id(tx, reach, id)?, account::lock(tx, reach, id)?))
                };
                let (read, locked) = t.did(both).await;
                assert!((read.is_some(), &read) == (sees.contains(&id), &locked), "{reach:?}");
            }
        }
    }
);

store::on_both!(
    accounts_are_filtered_by_whose_they_are_their_state_and_their_change,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let mut ids = Vec::new();
        for (buyer, of, state, wish) in [
            (w.shop, Some(1), State::Ordered, Wish::None),
            (w.shop, Some(2), State::Confirmed, Wish::None),
            (w.branch, None, State::Active, Wish::Requested),
            (w.rival, Some(1), State::Active, Wish::Ordered),
            (w.rival, None, State::Cancelled, Wish::None),
        ] {
            let id = inserted(t, w, buyer, of.map(customer), bare("Havnen 1")).await;
            changed(t, w, id, Happened::Changed, move |account| {
                (account.state, account.wish) = (state, wish)
            })
            .await;
            ids.push(id);
        }
        let none = Filter::default;
        for (who, filter, sees) in [
            (w.root, Filter { organization: Some(w.shop), ..none() }, vec![1, 0]),
            (w.root, Filter { organization: Some(w.reseller), ..none() }, vec![]),
            (w.shop, Filter { organization: Some(w.rival), ..none() }, vec![]),
            (w.root, Filter { customer: Some(customer(1)), ..none() }, vec![3, 0]),
            (w.shop, Filter { customer: Some(customer(1)), ..none() }, vec![0]),
            (w.root, Filter { state: Some(State::Ordered), ..none() }, vec![0]),
            (w.root, Filter { state: Some(State::Confirmed), ..none() }, vec![1]),
            (w.root, Filter { state: Some(State::Active), ..none() }, vec![3, 2]),
            (w.root, Filter { state: Some(State::Cancelled), ..none() }, vec![4]),
            (w.reseller, Filter { state: Some(State::Active), ..none() }, vec![2]),
            (w.root, Filter { wish: Some(Wish::None), ..none() }, vec![4, 1, 0]),
            (w.root, Filter { wish: Some(Wish::Requested), ..none() }, vec![2]),
            (w.root, Filter { wish: Some(Wish::Ordered), ..none() }, vec![3]),
            (
                w.root,
                Filter { state: Some(State::Active), wish: Some(Wish::Requested), ..text("HAVNEN") },
                vec![2],
            ),
            (w.root, Filter { state: Some(State::Active), ..text("torvet") }, vec![]),
        ] {
            let expected: Vec<_> = sees.into_iter().map(|at: usize| ids[at]).collect();
            assert_eq!(listed(t, w.reach(who, None), filter.clone()).await, expected, "{filter:?}");
        }
        let root = w.reach(w.root, None);
        assert_eq!(page(t, root, &none(), (2, 1), None).await, (vec![ids[3], ids[2]], 5), "the newest first");
        assert_eq!(page(t, root, &none(), (2, 4), None).await, (vec![ids[0]], 5));
        assert_eq!(page(t, root, &none(), (2, 5), None).await, (vec![], 5));
    }
);

store::on_both!(an_account_is_found_by_where_it_is_and_what_it_is_called, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, None, full()).await;
    let mut odd = bare("Åløkke Allé 50");
    (odd.reference, odd.circuit, odd.name) =
        (Some("50% off".into()), Some("EB_1".into()), Some("Øl & Brød!".into()));
    let odd = inserted(t, w, w.shop, None, odd).await;
    inserted(t, w, w.shop, None, bare("Vestergade 500")).await;
    for (wanted, sees) in [
        ("vallensbækvej", vec![id]),
        ("ÆRØGADE", vec![id]),
        ("req5673", vec![id]),
        ("eb123456", vec![id]),
        ("BAGERIET PÅ", vec![id]),
        ("50%", vec![odd]),
        ("%", vec![odd]),
        ("eb_", vec![odd]),
        ("brød!", vec![odd]),
        ("ÅLØKKE", vec![odd]),
        ("øl & brød", vec![odd]),
        ("!", vec![odd]),
        // Sealed, and not to be found.
        ("naboen", vec![]),
        ("mette", vec![]),
        ("10.0.0.1", vec![]),
        ("EB654321", vec![]),
    ] {
        assert_eq!(listed(t, w.reach(w.shop, None), text(wanted)).await, sees, "{wanted}");
    }
});

store::on_both!(a_line_is_up_from_its_activation_to_its_end, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let mut ids = Vec::new();
    for (state, activated, ends) in [
        (State::Ordered, None, None),
        (State::Confirmed, None, None),
        (State::Active, Some(10), None),
        // Ends later; ended; cancelled before it was in use, on a day that is still to come.
        (State::Cancelled, Some(10), Some(100)),
        (State::Cancelled, Some(10), Some(20)),
        (State::Cancelled, None, Some(100)),
    ] {
        let id = inserted(t, w, w.shop, None, bare("Havnen 1")).await;
        let last = changed(t, w, id, Happened::Changed, move |account| {
            account.state = state;
            (account.activated, account.ends) = (activated.map(moment), ends.map(moment));
        });
        ids.push((id, last.await));
    }
    for now in [19, 20, 50, 99, 100, 1_000] {
        let now = moment(now);
        for up in [true, false] {
            let filter = Filter { up: Some(up), ..Filter::default() };
            let found = page(t, w.reach(w.shop, None), &filter, (100, 0), Some(now)).await;
            // The store says of each what the model says.
            let is = |(id, account): &(AccountId, Stored)| (account.is_up(now) == up).then_some(*id);
            let expected: Vec<AccountId> = ids.iter().rev().filter_map(is).collect();
            assert_eq!(found, (expected.clone(), expected.len() as i64), "{up} at {now}");
        }
    }
    let up = Filter { up: Some(true), ..Filter::default() };
    let at = async |second| page(t, w.reach(w.shop, None), &up, (100, 0), Some(moment(second))).await.1;
    assert_eq!((at(19).await, at(20).await, at(99).await, at(100).await), (3, 2, 2, 1));
});

async fn take(
    t: &Store,
    id: AccountId,
    seller: OrganizationId,
    address: &'static str,
) -> Result<bool, Error> {
    t.write(move |tx| account::take_address(tx, id, seller, address)).await
}

store::on_both!(an_address_of_a_network_is_one_lines_until_it_is_given_back, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let [a, b] = [
        inserted(t, w, w.shop, None, bare("Havnen 1")).await,
        inserted(t, w, w.rival, None, bare("Havnen 2")).await,
    ];
    let other = t
        .did(move |tx| {
            let mut other = Stored { seller: w.rival, ..ordered(tx, &w, w.shop, None, bare("Havnen 3"))? };
            assert!(account::insert(tx, &mut other)?);
            Ok(other.id)
        })
        .await;
    let (first, second) = ("10.0.0.1", "2001:db8::1");
    for (id, seller, address, expected) in [
        (a, w.seller, first, true),
        (a, w.seller, first, true),
        (b, w.seller, first, false),
        (other, w.rival, first, true),
        (b, w.seller, second, true),
        (a, w.seller, second, false),
    ] {
        assert_eq!(take(t, id, seller, address).await.unwrap(), expected, "{address}");
    }
    // Another one in its place frees the first.
    assert!(take(t, a, w.seller, "10.0.0.2").await.unwrap() && take(t, b, w.seller, first).await.unwrap());
    t.did(move |tx| account::release_address(tx, b)).await;
    t.did(move |tx| account::release_address(tx, b)).await;
    assert!(take(t, a, w.seller, first).await.unwrap());
    assert!(take(t, b, w.seller, "10.0.0.2").await.unwrap());
    // What is saved of an account leaves its address alone.
    changed(t, w, a, Happened::Changed, |_| ()).await;
    assert!(!take(t, b, w.seller, first).await.unwrap());
});

store::on_both!(of_lines_that_want_an_address_at_the_same_time_one_gets_it, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let mut ids = Vec::new();
    for i in 0..16 {
        ids.push(inserted(t, w, [w.shop, w.rival][i % 2], None, bare("Havnen 1")).await);
    }
    let all = ids.into_iter().map(|id| {
        let t = t.clone();
        async move { take(&t, id, w.seller, "10.0.0.1").await }
    });
    let mut got = 0;
    for answer in together(all).await {
        match answer {
            Ok(true) => got += 1,
            // The index says it where the other one was not committed yet.
            Ok(false) | Err(Error::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(got, 1);
});

store::on_both!(the_actions_of_an_account_are_woken_and_no_others, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, None, bare("Havnen 1")).await;
    let other = inserted(t, w, w.shop, None, bare("Havnen 2")).await;
    let planned = async |of: Option<AccountId>, due: Timestamp| {
        t.did(move |tx| {
            let (number, action) = action_of(tx, &w, w.shop, moment(0), &coverage())?;
            of.map_or(Ok(()), |of| account::plan(tx, of, action))?;
            action::put_off(tx, number, due)?;
            Ok(number)
        })
        .await
    };
    let claimed = async |second| {
        let claim = move |tx: &mut Tx<'_>| {
            tx.set_now(moment(second));
            action::claim(tx, w.carrier, action::Which::Any, LEASE, 100)
        };
        let mut numbers: Vec<i64> = t.did(claim).await.into_iter().map(|action| action.number).collect();
        numbers.sort_unstable();
        numbers
    };
    let wake = async |of, second| {
        t.did(move |tx| {
            tx.set_now(moment(second));
            account::wake_actions(tx, of)
        })
        .await;
    };
    let leased = planned(Some(id), moment(5)).await;
    assert_eq!(claimed(10).await, [leased]);
    let waiting = planned(Some(id), moment(1_000)).await;
    let never = planned(Some(id), moment(9_000)).await;
    let over = planned(Some(id), moment(1_000)).await;
    planned(Some(other), moment(1_000)).await;
    planned(None, moment(1_000)).await;
    t.did(move |tx| {
        let before = action::lock(tx, over)?.unwrap();
        let mut after = before.clone();
        (after.state, after.due) = (model::action::State::Canceled, None);
        action::settle(tx, &before, &mut after, Duration::ZERO)
    })
    .await;
    assert!(claimed(20).await.is_empty());
    wake(other, 5).await;
    assert_eq!(claimed(20).await.len(), 1, "of the other account");
    wake(AccountId::NONE, 20).await;
    wake(id, 20).await;
    assert!(claimed(19).await.is_empty(), "not before it was woken");
    assert_eq!(claimed(20).await, [waiting, never], "a lease is its worker's");
    let over = t.saw(move |tx| action::by_number(tx, over)).await.unwrap();
    assert_eq!((over.due, over.state), (None, model::action::State::Canceled));
});
