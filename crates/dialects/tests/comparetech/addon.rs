//! The rules of addons, as a client meets them.

use crate::app::App;
use crate::{app, body};
use serde_json::Value;
use store::testing::TestStore;

async fn check_refused(app: &App, addons: &[&str], named: &[&str]) {
    let reply = app.post("/subscription", &body::with_addons(addons)).await;
    assert_eq!(reply.status, 422, "{addons:?}: {}", reply.text);
    let said = reply.json();
    let message = said["errors"]["addons"][0].as_str().unwrap();
    assert_eq!(said["error"], format!("addons {message}"));
    for name in named {
        assert!(message.contains(name), "{addons:?}: {message}");
    }
}

/// The addons of the order that an action carries out.
async fn ordered(app: &App, id: i64) -> Vec<String> {
    let action: Result<_, store::Error> =
        app.hub.store().read(move |tx| store::action::by_number(tx, id)).await;
    let work = serde_json::to_value(action.unwrap().unwrap().request.work).unwrap();
    work["addons"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

store::on_both!(addons_that_do_not_go_together_are_named, |store: TestStore| app::with(store, async |app| {
    check_refused(app, &["FIBER_ADDON_TELEPATHY"], &["FIBER_ADDON_TELEPATHY"]).await;
    let (router, fast) = ("FIBER_ROUTER_FRITZ_7530", "FIBER_ADDON_DOWNLOAD2500");
    // It is said on the router's side only, and counts on both.
    check_refused(app, &[router, fast], &[router, fast]).await;
    check_refused(app, &[fast, router], &[router, fast]).await;
    let slow = "FIBER_ADDON_DOWNLOAD1000";
    check_refused(app, &[slow, fast], &[slow, fast, "FIBER_BANDWIDTH"]).await;
    assert_eq!(app.bookings().await, 0);
}));

store::on_both!(defaults_are_added_and_a_choice_goes_before_them, |store: TestStore| app::with(
    store,
    async |app| {
        let (slow, fast) = ("FIBER_ADDON_DOWNLOAD1000", "FIBER_ADDON_DOWNLOAD2500");
        for (chosen, wanted) in [
            (vec![], vec![slow]),
            (vec!["fiber_addon_voice"], vec!["FIBER_ADDON_VOICE", slow]),
            (vec![fast], vec![fast]),
            // It is incompatible with addons that are not offered, which is no error.
            (vec!["FIBER_ROUTER_FRITZ_7530", slow, slow], vec!["FIBER_ROUTER_FRITZ_7530", slow]),
        ] {
            let id = app.accepted("/subscription", &body::with_addons(&chosen)).await;
            assert_eq!(ordered(app, id).await, wanted);
        }
        let mut order = body::with_addons(&[]);
        order["addons"] = Value::Null;
        let id = app.accepted("/subscription", &order).await;
        assert_eq!(ordered(app, id).await, [slow]);
    }
));

store::on_both!(an_addon_of_another_product_is_not_offered, |store: TestStore| app::with(
    store,
    async |app| {
        let mut order = body::with_addons(&["FIBER_ADDON_VOICE"]);
        order["product"] = "FIBER_PLAIN".into();
        let reply = app.post("/subscription", &order).await;
        assert_eq!(reply.status, 422);
        assert!(reply.json()["errors"]["addons"][0].as_str().unwrap().contains("FIBER_ADDON_VOICE"));
    }
));
