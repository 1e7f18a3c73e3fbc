//! From files to offers: products, areas and rules are imported, and asked for at points.

use super::*;
use crate::Hub;
use crate::import::{At, Options, Summary, Witness};
use engine::Engine;
use model::product::Level;
use std::sync::Arc;
use store::testing::TestStore;

/// Metres of a degree of latitude at 55° north.
const DEGREE: f64 = 111_324.0;

#[derive(Default)]
struct Told(Vec<String>);

impl Witness for Told {
    fn refused(&mut self, at: At, why: &str) {
        self.0.push(format!("{at}: {why}"));
    }
}

/// A carrier `net` with the products Fiber and Copper and a square `A` at 12° east, 55° north.
struct Town {
    hub: Hub,
    net: Carrier,
}

async fn town(test: &TestStore) -> Town {
    let engine = Engine::new(
        test.store.clone(),
        carriers::Registry::default(),
        Arc::new(crate::fulfil::Fulfilment::default()),
        engine::Settings::default(),
    );
    let hub = Hub::new(test.store.clone(), engine.unwrap(), Places::default());
    let made = test.store.write(|tx| {
        let root = store::organization::root(tx)?.id;
        for name in ["net", "other"] {
            store::carrier::insert(tx, name, "own", root, &serde_json::json!({}))?.unwrap();
        }
        store::carrier::by_name(tx, "net")
    });
    let made: Result<Option<Carrier>, store::Error> = made.await;
    let town = Town { hub, net: made.unwrap().unwrap() };
    for carrier in ["net", "other"] {
        let products = "code,currency\nFiber,DKK\nCopper,DKK\n";
        let source = Box::new(std::io::Cursor::new(products));
        town.hub.import_products(source, &options(carrier), &mut Told::default()).await.unwrap();
    }
    town.areas("net", &[("A", "live", 12.0)]).await;
    town
}

fn options(carrier: &str) -> Options {
    Options { carrier: carrier.to_owned(), ..Options::default() }
}

impl Town {
    /// Squares of 0.01 degrees: reference, status, and the western edge.
    async fn areas(&self, carrier: &str, squares: &[(&str, &str, f64)]) {
        let features: Vec<serde_json::Value> = squares
            .iter()
            .map(|(id, status, west)| {
                let (east, south, north) = (west + 0.01, 55.0, 55.01);
                let ring = [[*west, south], [east, south], [east, north], [*west, north], [*west, south]];
                serde_json::json!({"type": "Feature", "properties": {"id": id, "status": status},
                    "geometry": {"type": "Polygon", "coordinates": [ring]}})
            })
            .collect();
        let file = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
        let source = Box::new(std::io::Cursor::new(file.into_bytes()));
        let mut told = Told::default();
        let summary = self.hub.import_areas(source, &options(carrier), &mut told).await.unwrap();
        assert!(summary.committed, "{:?}", told.0);
    }

    async fn import(&self, rules: &str, options: &Options) -> (Summary, Vec<String>) {
        let mut told = Told::default();
        let source = Box::new(std::io::Cursor::new(rules.to_owned().into_bytes()));
        let summary = self.hub.import_price_rules(source, options, &mut told).await.unwrap();
        (summary, told.0)
    }

    /// Imports rows that have to be good, in the order area, distance, level, monthly, commitment.
    async fn rules(&self, rows: &str) {
        let file = format!("area,max_distance_m,level,monthly,commitment\n{rows}");
        let (summary, told) = self.import(&file, &options("net")).await;
        assert!(summary.committed, "{told:?}");
    }

    async fn at(&self, position: Option<Position>, wanted: &[u32]) -> Vec<Terms> {
        let (places, net, wanted) = (self.hub.places().clone(), self.net.clone(), wanted.to_vec());
        let read =
            self.hub.store().read(move |tx| priced(tx, &places, &net, "FIBER", position, &wanted)).await;
        let read: Result<_, store::Error> = read;
        read.unwrap()
    }

    /// The customer's monthly prices so many metres north of the square that begins at this longitude.
    async fn north_of(&self, west: f64, metres: f64) -> Vec<String> {
        let position = Position::new(55.01 + metres / DEGREE, west + 0.005);
        let terms = self.at(position, &[]).await;
        terms.iter().map(|terms| terms.monthly.customer.unwrap().to_string()).collect()
    }
}

store::on_both!(an_address_has_the_price_of_its_distance, |test: TestStore| async move {
    let town = town(&test).await;
    town.areas("other", &[("A", "live", 12.5)]).await;
    town.rules(",0,,100,\n,150,,200,\n").await;
    // Whether the index of areas is there yet changes nothing.
    for _ in 0..2 {
        assert_eq!(town.north_of(12.0, -10.0).await, ["100 DKK"], "inside");
        assert_eq!(town.north_of(12.0, 100.0).await, ["200 DKK"]);
        assert_eq!(town.north_of(12.0, 149.5).await, ["200 DKK"]);
        assert!(town.north_of(12.0, 150.5).await.is_empty());
        assert!(town.north_of(12.0, 200.0).await.is_empty());
        assert!(town.north_of(12.5, -10.0).await.is_empty(), "another carrier's area");
        town.hub.refresh_areas().await.unwrap();
    }
    assert!(town.at(None, &[]).await.is_empty(), "nobody knows where it is");
});

store::on_both!(what_is_not_live_is_not_near, |test: TestStore| async move {
    let town = town(&test).await;
    town.areas("net", &[("P", "planned", 12.2), ("B", "build", 12.4)]).await;
    town.rules("P,500,,100,\nB,500,,100,\n,500,,200,\n").await;
    for _ in 0..2 {
        for west in [12.2, 12.4] {
            for metres in [-10.0, 100.0] {
                assert!(town.north_of(west, metres).await.is_empty(), "{west} {metres}");
            }
        }
        town.hub.refresh_areas().await.unwrap();
    }
    town.areas("net", &[("P", "live", 12.2)]).await;
    assert_eq!(town.north_of(12.2, 100.0).await, ["100 DKK"]);
});

store::on_both!(a_rule_that_names_an_area_holds_there_only, |test: TestStore| async move {
    let town = town(&test).await;
    // Two parts of one area.
    town.areas("net", &[("B", "live", 12.2), ("B", "live", 12.4), ("C", "live", 12.405)]).await;
    town.rules("B,,,100,\nB,300,,200,\n,1000,,300,\n").await;
    for _ in 0..2 {
        for west in [12.2, 12.4] {
            assert_eq!(town.north_of(west, -10.0).await, ["100 DKK"]);
            assert_eq!(town.north_of(west, 200.0).await, ["200 DKK"]);
            assert_eq!(town.north_of(west, 400.0).await, ["300 DKK"]);
        }
        assert_eq!(town.north_of(12.0, -10.0).await, ["300 DKK"]);
        town.hub.refresh_areas().await.unwrap();
    }
});

store::on_both!(levels_and_commitments_come_from_the_first_row_of_each, |test: TestStore| async move {
    let town = town(&test).await;
    town.rules(
        ",,ADMIN,10,\n,,RESELLER,20.50,12\n,,RESELLER,21,24\n,,OWNER,30,12\n,,OWNER,31,12\n,,,32,24\n",
    )
    .await;
    let terms = town.at(None, &[12, 24, 36]).await;
    let seen: Vec<Vec<String>> = terms
        .iter()
        .map(|terms| Level::ALL.iter().map(|level| terms.monthly.at(*level).unwrap().to_string()).collect())
        .collect();
    assert_eq!(seen, [["10 DKK", "20.50 DKK", "30 DKK"], ["10 DKK", "21 DKK", "32 DKK"]]);
    assert_eq!(
        terms.iter().map(|terms| (terms.commitment, terms.rule.as_str())).collect::<Vec<_>>(),
        [(12, "price rules, line 2, 3, 5"), (24, "price rules, line 2, 4, 7")]
    );
    assert_eq!(town.at(None, &[]).await, terms, "the rows name no other for the customer");
});

store::on_both!(a_file_takes_the_place_of_the_rules_of_its_carriers, |test: TestStore| async move {
    let town = town(&test).await;
    let of = async |carrier: &'static str| {
        let read = test.store.read(move |tx| {
            let carrier = store::carrier::by_name(tx, carrier)?.unwrap();
            store::price_rule::of_carrier(tx, carrier.id)
        });
        let read: Result<_, store::Error> = read.await;
        read.unwrap().iter().map(|rule| rule.monthly.unwrap().to_string()).collect::<Vec<_>>()
    };
    let import = async |rows: &str, options: Options| {
        town.import(&format!("carrier,product,monthly\n{rows}"), &options).await
    };
    import("net,,1\nOther,fiber,2\nNET,copper,3\n", Options::default()).await;
    assert_eq!(
        (of("net").await, of("other").await),
        (vec!["1 DKK".into(), "3 DKK".into()], vec!["2 DKK".into()])
    );
    import(",,4\n", options("net")).await;
    assert_eq!((of("net").await, of("other").await), (vec!["4 DKK".into()], vec!["2 DKK".into()]));
    // One bad row, and nothing happens; skipped, only carriers with a good row are touched.
    let bad = "net,,5\nother,silver,6\n";
    let (summary, told) = import(bad, Options::default()).await;
    assert!(!summary.committed && (summary.read, summary.imported, summary.refused) == (2, 0, 1));
    assert_eq!(told, ["line 3: product `silver` is not sold by other"]);
    assert_eq!(of("net").await, ["4 DKK"]);
    let (summary, _) = import(bad, Options { skip_bad: true, ..Options::default() }).await;
    assert!(summary.committed && (summary.imported, summary.refused) == (1, 1));
    assert_eq!((of("net").await, of("other").await), (vec!["5 DKK".into()], vec!["2 DKK".into()]));
    // Withdrawn.
    let (summary, _) = import("", Options { replace: true, ..options("net") }).await;
    assert!(summary.committed);
    assert_eq!((of("net").await, of("other").await), (vec![], vec!["2 DKK".to_owned()]));
});

store::on_both!(what_a_carrier_does_not_have_is_refused, |test: TestStore| async move {
    let town = town(&test).await;
    let made = test.store.write(|tx| {
        let root = store::organization::root(tx)?.id;
        for name in ["bare", "mixed"] {
            store::carrier::insert(tx, name, "own", root, &serde_json::json!({}))?.unwrap();
        }
        Ok(())
    });
    let made: Result<(), store::Error> = made.await;
    made.unwrap();
    let products = Box::new(std::io::Cursor::new("code,currency\nEuro,EUR\nPound,GBP\n"));
    town.hub.import_products(products, &options("mixed"), &mut Told::default()).await.unwrap();
    let file = "carrier,product,area,monthly\nnobody,,,1\nnet,silver,,1\nnet,,Z,1\nnet,,a,1\nbare,,,1\nmixed,,,1\nmixed,pound,,1\nnet,,A,1\n,,,1\n";
    let (summary, told) = town.import(file, &Options::default()).await;
    assert_eq!((summary.read, summary.refused), (9, 7));
    assert_eq!(
        told,
        [
            "line 2: there is no carrier `nobody`",
            "line 3: product `silver` is not sold by net",
            "line 4: `Z` is not an area of net",
            "line 5: `a` is not an area of net",
            "line 6: bare sells no product",
            "line 7: product is missing: mixed sells in several currencies",
            "line 10: carrier is missing, and --carrier names none",
        ]
    );
    let mut quiet = Told::default();
    for (file, options) in [("monthly\n", options("net")), ("monthly\n1\n", options("nobody"))] {
        let source = Box::new(std::io::Cursor::new(file));
        assert!(town.hub.import_price_rules(source, &options, &mut quiet).await.is_err(), "{file}");
    }
});

store::on_both!(areas_that_are_imported_later_are_noticed, |test: TestStore| async move {
    let town = town(&test).await;
    town.rules(",150,,100,\n").await;
    town.hub.know_extents().await.unwrap();
    assert_eq!(town.north_of(12.0, 100.0).await, ["100 DKK"]);
    assert!(town.north_of(12.2, 100.0).await.is_empty());
    // It moves; the index that answers is the old one.
    town.hub.refresh_areas().await.unwrap();
    town.areas("net", &[("A", "live", 12.2)]).await;
    for _ in 0..2 {
        for metres in [-10.0, 100.0] {
            assert!(town.north_of(12.0, metres).await.is_empty(), "{metres}");
            assert_eq!(town.north_of(12.2, metres).await, ["100 DKK"], "{metres}");
        }
        town.hub.know_extents().await.unwrap();
        town.hub.refresh_areas().await.unwrap();
    }
});

store::on_both!(the_nearest_of_many_is_found, |test: TestStore| async move {
    let town = town(&test).await;
    let names: Vec<String> = (0..450).map(|n| format!("N{n}")).collect();
    let squares: Vec<(&str, &str, f64)> =
        names.iter().zip(0..).map(|(name, n)| (name.as_str(), "live", 13.0 + 0.02 * f64::from(n))).collect();
    town.areas("net", &squares).await;
    town.rules("N449,90000,,3,\n,50,,1,\n,100000,,2,\n").await;
    for west in [13.0, 15.0, 17.98] {
        assert_eq!(town.north_of(west, 40.0).await, ["1 DKK"]);
        assert_eq!(town.north_of(west, 60.0).await, ["2 DKK"]);
        assert_eq!(town.north_of(west, 99_000.0).await, ["2 DKK"]);
        assert!(town.north_of(west, 101_000.0).await.is_empty());
    }
    assert_eq!(town.north_of(21.98, 60.0).await, ["3 DKK"]);
});
