//! What the record of the calls to a carrier may hold.

use crate::{app, body};
use store::testing::TestStore;

store::on_both!(no_personal_data_stands_in_the_record_of_exchanges, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/subscription", &body::subscription("Ermenegilda", "credit_card")).await;
        app.until(id, "interrupted").await;
        app.otp(id, "918273").await;
        app.until(id, "interrupted").await;
        app.otp(id, "123456").await;
        app.until_that(id, "interrupted", |info| info["data"].is_object()).await;
        let exchanges = app.hub.store().read(move |tx| {
            let action = store::action::by_number(tx, id)?.unwrap();
            store::exchange::of_action(tx, action.id)
        });
        let exchanges: Result<Vec<store::exchange::Exchange>, store::Error> = exchanges.await;
        let exchanges = exchanges.unwrap();
        assert!(exchanges.iter().any(|exchange| exchange.operation == "order"));
        assert!(exchanges.iter().any(|exchange| exchange.operation == "otp"));
        let said = exchanges
            .iter()
            .map(|exchange| format!("{}{}{:?}", exchange.request, exchange.answer, exchange.failure));
        let record = said.collect::<String>().to_lowercase();
        for secret in [
            "ermenegilda",
            "bianchi",
            "bncmra80a01c351x",
            "mario.bianchi",
            "333 765",
            "3337654321",
            "yb7654321",
            "questura",
            "cenerentola",
            "bronte",
            "918273",
            "123456",
            "/card/",
        ] {
            assert!(!record.contains(secret), "{secret}: {record}");
        }
    }
));
