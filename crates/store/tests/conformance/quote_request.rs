//! Quote requests: seen by who asks, those above, who sells and the customer; found by what they say; changed under
//! their lock.

use crate::world::*;
use model::id::{CustomerId, KeyId, PremiseId, ProductId, QuoteRequestId, UserId};
use model::money::{Currency, Money};
use model::product::Prices;
use model::quote::{Details, InstallTime, Kind, Offer, Place, State, Stored};
use model::scope::Reach;
use store::quote_request::{self, Filter, Happened};

pub fn customer(n: u8) -> CustomerId {
    CustomerId::from_bytes([n; 16])
}

pub fn place(text: &str) -> Place {
    Place {
        premise: PremiseId::from_bytes([5; 16]),
        carrier: CarrierId::from_bytes([6; 16]),
        listing: "0a3f50b9".into(),
        key: "vallensbaekvej 20a".into(),
        text: text.into(),
        postcode: Some("2605".into()),
        city: Some("Brøndby".into()),
        at: Some((55.6, 12.4)),
    }
}

/// What says no more than where.
pub fn bare(address: &str) -> Details {
    Details {
        address: place(address),
        address2: None,
        notes: None,
        takeover: None,
        takeover_circuit: None,
        takeover_customer: None,
        ip_addresses: None,
        commitments: [None; 3],
        reference: None,
        notify: Vec::new(),
        start: None,
        call_number: None,
        call_name: None,
        install_time: None,
    }
}

/// What says all that there is to say.
fn full() -> Details {
    let some = |text: &str| Some(text.to_owned());
    Details {
        address: place("Vallensbækvej 20A, 3. th."),
        address2: Some(place("Ærøgade 1")),
        notes: some("Ring på hos naboen"),
        takeover: Some(true),
        takeover_circuit: some("EB123456"),
        takeover_customer: some("Bageriet på Torvet"),
        ip_addresses: Some(32),
        commitments: [Some(true), Some(false), None],
        reference: some("REQ567365836"),
        notify: vec![UserId::from_bytes([3; 16]), UserId::from_bytes([4; 16])],
        start: Some(moment(9)),
        call_number: some("+4512345678"),
        call_name: some("Mette"),
        install_time: Some(InstallTime::Afternoon),
    }
}

pub fn prices(texts: [&str; 3]) -> Prices {
    let [cost, wholesale, customer] = texts.map(|text| Money::parse(text, Currency::DKK).ok());
    Prices { cost, wholesale, customer }
}

pub fn offer(number: u32) -> Offer {
    Offer {
        number,
        product: ProductId::from_bytes([8; 16]),
        carrier: CarrierId::from_bytes([6; 16]),
        code: "Fiber 1000".into(),
        fee: Some(ProductId::from_bytes([9; 16])),
        initiation: prices(["0.10", "500000", "1.005"]),
        monthly: prices(["199", "249.50", "299.00"]),
        commitment: Some(36),
        provider_name: Some("Nianet".into()),
        provider_offer: Some("N-1".into()),
        rule: None,
    }
}

/// One that nobody has answered.
pub fn request(
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
        product: ProductId::from_bytes([8; 16]),
        kind: Kind::Fiber,
        details,
        offers: Vec::new(),
        offers_made: 0,
        state: State::New,
        user: None,
        key: None,
        answered: None,
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
) -> QuoteRequestId {
    t.did(move |tx| {
        let mut request = request(tx, &w, buyer, of, details.clone())?;
        quote_request::insert(tx, &mut request)?;
        Ok(request.id)
    })
    .await
}

/// Changes a request under its lock.
async fn changed(
    t: &Store,
    w: World,
    id: QuoteRequestId,
    what: Happened,
    work: impl Fn(&mut Stored) + Send + 'static,
) -> Stored {
    t.did(move |tx| {
        let mut request = quote_request::lock(tx, w.reach(w.root, None), id)?.unwrap();
        work(&mut request);
        quote_request::save(tx, &mut request, what)?;
        Ok(request)
    })
    .await
}

async fn read(t: &Store, reach: Reach, id: QuoteRequestId) -> Option<Stored> {
    t.saw(move |tx| quote_request::by_id(tx, reach, id)).await
}

impl World {
    /// What somebody of an organization sees; with a customer, what that one's user does.
    pub fn reach(&self, organization: OrganizationId, customer: Option<CustomerId>) -> Reach {
        Reach { scope: self.scope(organization), customer }
    }
}

async fn page(t: &Store, reach: Reach, filter: &Filter, page: (i64, i64)) -> (Vec<QuoteRequestId>, i64) {
    let filter = filter.clone();
    let (found, total) = t.saw(move |tx| quote_request::list(tx, reach, &filter, page)).await;
    (found.into_iter().map(|request| request.id).collect(), total)
}

/// All of a list; their count is the list's total.
async fn listed(t: &Store, reach: Reach, filter: Filter) -> Vec<QuoteRequestId> {
    let (all, total) = page(t, reach, &filter, (100, 0)).await;
    assert_eq!(all.len() as i64, total);
    all
}

fn text(text: &str) -> Filter {
    Filter { text: text.into(), ..Filter::default() }
}

store::on_both!(a_request_is_read_as_it_was_made, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let (whole, least) = t
        .did(move |tx| {
            tx.set_now(moment(0));
            let mut whole = Stored {
                kind: Kind::Dsl,
                offers: vec![offer(2), Offer { fee: None, rule: Some("row 1".into()), ..offer(1) }],
                offers_made: 7,
                state: State::Answered,
                user: Some(UserId::from_bytes([3; 16])),
                key: Some(KeyId::from_bytes([4; 16])),
                answered: Some(moment(3)),
                created: moment(1),
                updated: moment(2),
                ..request(tx, &w, w.shop, Some(customer(1)), full())?
            };
            let mut least = request(tx, &w, w.shop, None, bare(""))?;
            quote_request::insert(tx, &mut whole)?;
            quote_request::insert(tx, &mut least)?;
            Ok((whole, least))
        })
        .await;
    assert!(whole.number > 0 && least.number > whole.number);
    for made in [whole, least] {
        let (reach, id) = (w.reach(w.shop, None), made.id);
        assert!(read(t, reach, id).await.as_ref() == Some(&made));
        let locked = t.did(move |tx| quote_request::lock(tx, reach, id)).await;
        assert!(locked == Some(made), "by its lock the same");
        assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&["quote_request.created"]));
    }
});

store::on_both!(whatever_changes_of_a_request_survives, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, None, bare("Havnen 1")).await;
    let before = read(t, w.reach(w.shop, None), id).await.unwrap();
    let whole = changed(t, w, id, Happened::Answered, move |request| {
        request.customer = Some(customer(1));
        request.seller = w.rival;
        request.carrier = CarrierId::from_bytes([6; 16]);
        request.product = ProductId::from_bytes([9; 16]);
        request.kind = Kind::Dsl;
        request.details = full();
        request.offers = vec![offer(3), offer(1)];
        request.offers_made = 3;
        request.state = State::Answered;
        request.answered = Some(moment(5));
    });
    let whole = whole.await;
    assert!(read(t, w.reach(w.shop, None), id).await.as_ref() == Some(&whole));
    assert!((whole.number, whole.created, whole.organization) == (before.number, before.created, w.shop));
    // By what it says now, and by whom it is sold now.
    assert_eq!(listed(t, w.reach(w.rival, None), text("ærøgade")).await, [id]);
    assert_eq!(listed(t, w.reach(w.seller, None), Filter::default()).await, []);
    assert_eq!(listed(t, w.reach(w.shop, Some(customer(1))), text("havnen")).await, []);
    let less = changed(t, w, id, Happened::Changed, move |request| {
        (request.customer, request.answered, request.state) = (None, None, State::New);
        (request.details, request.offers, request.seller) = (bare("Havnen 1"), Vec::new(), w.seller);
    });
    let less = less.await;
    assert!(read(t, w.reach(w.seller, None), id).await == Some(less));
});

store::on_both!(each_change_of_a_request_has_its_event, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.shop, None, bare("Havnen 1")).await;
    use Happened::{Answered, Changed, Deleted, Ordered};
    for what in [Changed, Answered, Answered, Ordered, Changed, Deleted] {
        changed(t, w, id, what, |_| ()).await;
    }
    let words = ["created", "changed", "answered", "answered", "ordered", "changed", "deleted"];
    let kinds = words.map(|word| format!("quote_request.{word}"));
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds.each_ref().map(String::as_str)));
});

store::on_both!(answers_at_the_same_time_wait_for_each_other, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.reseller, None, bare("Havnen 1")).await;
    let all = (0..20).map(|_| {
        let t = t.clone();
        async move {
            changed(&t, w, id, Happened::Answered, |request| {
                request.offers_made += 1;
                request.offers.push(offer(request.offers_made));
            })
            .await
        }
    });
    together(all).await;
    let last = read(t, w.reach(w.reseller, None), id).await.unwrap();
    let numbers: Vec<u32> = last.offers.iter().map(|offer| offer.number).collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<u32>>(), "none is lost");
    let mut kinds = vec!["quote_request.answered"; 21];
    kinds[0] = "quote_request.created";
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds));
});

store::on_both!(
    a_request_is_seen_by_its_organization_those_above_who_sells_and_its_customer,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let a = inserted(t, w, w.reseller, None, bare("A")).await;
        let b = inserted(t, w, w.shop, Some(customer(1)), bare("B")).await;
        let c = inserted(t, w, w.shop, Some(customer(2)), bare("C")).await;
        let d = inserted(t, w, w.rival, Some(customer(1)), bare("D")).await;
        let e = inserted(t, w, w.shop, None, bare("E")).await;
        for (who, of, sees) in [
            (w.root, None, vec![e, d, c, b, a]),
            (w.seller, None, vec![e, d, c, b, a]),
            (w.reseller, None, vec![e, c, b, a]),
            (w.branch, None, vec![e, c, b]),
            (w.shop, None, vec![e, c, b]),
            (w.rival, None, vec![d]),
            (w.shop, Some(customer(1)), vec![b]),
            (w.shop, Some(customer(2)), vec![c]),
            (w.shop, Some(customer(3)), vec![]),
            (w.rival, Some(customer(1)), vec![d]),
            (w.rival, Some(customer(2)), vec![]),
            // No customer is not a customer.
            (w.shop, Some(CustomerId::NONE), vec![]),
        ] {
            let reach = w.reach(who, of);
            assert_eq!(listed(t, reach, Filter::default()).await, sees, "{reach:?}");
            for id in [a, b, c, d, e] {
                let both = move |tx: &mut Tx<'_>| {
                    Ok((quote_request::by_id(tx, reach, id)?, quote_request::lock(tx, reach, id)?))
                };
                let (read, locked) = t.did(both).await;
                assert!((read.is_some(), &read) == (sees.contains(&id), &locked), "{reach:?}");
            }
        }
    }
);

store::on_both!(
    requests_are_filtered_by_whose_they_are_and_whether_they_have_offers,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let a = inserted(t, w, w.shop, Some(customer(1)), bare("Havnen 1")).await;
        let b = inserted(t, w, w.shop, Some(customer(2)), bare("Havnen 2")).await;
        let c = inserted(t, w, w.branch, None, bare("Havnen 3")).await;
        let d = inserted(t, w, w.rival, Some(customer(1)), bare("Torvet 4")).await;
        for id in [b, d] {
            changed(t, w, id, Happened::Answered, |request| request.answered = Some(moment(1))).await;
        }
        let (organization, customer_id) =
            (|id| Filter { organization: Some(id), ..Filter::default() }, customer);
        let of = |n| Filter { customer: Some(customer_id(n)), ..Filter::default() };
        let answered = |is| Filter { answered: Some(is), ..Filter::default() };
        for (who, filter, sees) in [
            (w.root, organization(w.shop), vec![b, a]),
            (w.root, organization(w.branch), vec![c]),
            (w.root, organization(w.reseller), vec![]),
            (w.shop, organization(w.rival), vec![]),
            (w.reseller, organization(OrganizationId::NONE), vec![]),
            (w.root, of(1), vec![d, a]),
            (w.shop, of(1), vec![a]),
            (w.root, of(3), vec![]),
            (w.root, Filter { customer: Some(CustomerId::NONE), ..Filter::default() }, vec![]),
            (w.root, answered(true), vec![d, b]),
            (w.root, answered(false), vec![c, a]),
            (w.reseller, answered(true), vec![b]),
            (w.root, Filter { organization: Some(w.shop), answered: Some(false), ..text("havnen") }, vec![a]),
            (w.root, Filter { customer: Some(customer(1)), answered: Some(true), ..text("TORVET") }, vec![d]),
            (w.root, Filter { answered: Some(true), ..text("havnen 1") }, vec![]),
        ] {
            assert_eq!(listed(t, w.reach(who, None), filter.clone()).await, sees, "{filter:?}");
        }
        let root = w.reach(w.root, None);
        assert_eq!(page(t, root, &Filter::default(), (2, 0)).await, (vec![d, c], 4), "the newest first");
        assert_eq!(page(t, root, &Filter::default(), (2, 3)).await, (vec![a], 4));
        assert_eq!(page(t, root, &text("havnen"), (1, 1)).await, (vec![b], 3));
        assert_eq!(page(t, root, &text("havnen"), (10, 3)).await, (vec![], 3));
    }
);

store::on_both!(a_text_is_looked_for_as_it_is_written_but_for_its_case, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let mut ids = Vec::new();
    for (address, reference) in [
        ("Ærøgade 1, 2. tv.", "50% rabat"),
        ("Østerbrogade 12", "a_b"),
        ("ÅBYHØJ ALLÉ 3", "Hej!"),
        ("Vestergade 50", r"c\d"),
        ("Vestergade 500", "aXb"),
    ] {
        let mut details = bare(address);
        details.reference = Some(reference.into());
        ids.push(inserted(t, w, w.shop, None, details).await);
    }
    let mut more = bare("Havnen 1");
    (more.address2, more.notes, more.call_name) =
        (Some(place("Møllevej 9")), Some("hemmelig".into()), Some("hemmelig".into()));
    ids.push(inserted(t, w, w.shop, None, more).await);
    for (wanted, sees) in [
        ("", vec![5, 4, 3, 2, 1, 0]),
        ("   ", vec![5, 4, 3, 2, 1, 0]),
        ("%", vec![0]),
        ("50%", vec![0]),
        ("_", vec![1]),
        ("a_b", vec![1]),
        ("!", vec![2]),
        ("hej!", vec![2]),
        ("!%", vec![]),
        ("!!", vec![]),
        (r"\", vec![3]),
        ("vestergade 50", vec![4, 3]),
        (" VESTERGADE ", vec![4, 3]),
        ("ærø", vec![0]),
        ("ÆRØGADE", vec![0]),
        ("østerbro", vec![1]),
        ("ØSTERBRO", vec![1]),
        ("åbyhøj allé", vec![2]),
        ("ÅBYHØJ ALLÉ", vec![2]),
        ("aero", vec![]),
        ("MØLLEVEJ", vec![5]),
        ("2605 brøndby", vec![5, 4, 3, 2, 1, 0]),
        ("BRØNDBY C\\D", vec![3]),
        ("hemmelig", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        let expected: Vec<_> = sees.into_iter().map(|at: usize| ids[at]).collect();
        assert_eq!(listed(t, w.reach(w.shop, None), text(wanted)).await, expected, "{wanted}");
    }
});

store::on_both!(a_request_that_was_taken_back_is_seen_by_nobody, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let gone = inserted(t, w, w.shop, Some(customer(1)), bare("Havnen 1")).await;
    let kept = inserted(t, w, w.shop, Some(customer(1)), bare("Havnen 1")).await;
    changed(t, w, gone, Happened::Deleted, |request| request.state = State::Deleted).await;
    changed(t, w, kept, Happened::Ordered, |request| request.state = State::Ordered).await;
    for (who, of) in [(w.root, None), (w.seller, None), (w.shop, None), (w.shop, Some(customer(1)))] {
        let reach = w.reach(who, of);
        for filter in [Filter::default(), text("havnen")] {
            assert_eq!(listed(t, reach, filter).await, [kept]);
        }
        let nothing = move |tx: &mut Tx<'_>| {
            let none = quote_request::by_id(tx, reach, gone)?.is_none();
            Ok(none && quote_request::lock(tx, reach, gone)?.is_none())
        };
        assert!(t.did(nothing).await);
    }
});
